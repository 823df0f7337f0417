#include "fs/memory_devices.h"

#include <algorithm>

#include "exec/activity.h"
#include "fs/node.h"
#include "hal/machine.h"

namespace jacinth::fs {
namespace {

// A read of a device is endless: so much is done before others get a turn.
constexpr size_t kDeviceStretch = 256 * 1024;
// As large as a mapping can be; it has memory where it is written.
constexpr uint64_t kZeroMapping = uint64_t{1} << 47;

class MemoryDevice final : public File {
 public:
  MemoryDevice(const Path& place, Node& node, uint32_t flags)
      : File(place, RefPtr<Node>(&node), flags), minor_(node.device().minor) {}

  Transferred read(IoTarget to, IoFlags) override {
    if (minor_ == kNullMinor) return size_t{0};
    size_t done = random() ? 0 : to.zero_now(std::min(to.remaining(), kDeviceStretch));
    if (to.empty()) return done;
    if (const ErrnoOr<> result = fill(to, done); !result || to.empty())
      return outcome(result, done);
    return read_slowly(RefPtr<MemoryDevice>(this), to, done);
  }
  Transferred write(IoSource from, IoFlags) override {
    if (minor_ == kFullMinor) return fail(Errno::NOSPC);
    return from.remaining();
  }
  Transferred read_at(uint64_t, IoTarget to, IoFlags how) override { return read(to, how); }
  Transferred write_at(uint64_t, IoSource from, IoFlags how) override { return write(from, how); }
  ErrnoOr<uint64_t> seek(Whence, int64_t) override { return 0; }
  bool can_poll() override { return random(); }
  Signals poll_mask() override { return ready::kIn | ready::kOut; }

  ErrnoOr<RefPtr<vm::Vmo>> map(MapRequest) override {
    if (minor_ != kZeroMinor) return fail(Errno::NODEV);
    return to_errno(vm::Vmo::create(kZeroMapping));
  }

 private:
  bool random() const { return minor_ == kRandomMinor || minor_ == kUrandomMinor; }

  static ErrnoOr<size_t> outcome(const ErrnoOr<>& result, size_t done) {
    if (!result && done == 0) return fail(result.error());
    return done;
  }

  ErrnoOr<> fill(IoTarget& to, size_t& done) {
    for (size_t budget = kDeviceStretch; budget != 0 && !to.empty();) {
      const size_t put = random() ? put_random(to) : to.zero_now(std::min(budget, to.remaining()));
      done += put;
      budget -= std::min(budget, std::max<size_t>(put, 1));
      if (put == 0) TRY(to.make_ready());
    }
    return {};
  }

  static size_t put_random(IoTarget& to) {
    std::byte bytes[256];
    const std::span<std::byte> some(bytes, std::min(sizeof(bytes), to.remaining()));
    hal::entropy(some);
    return to.put_now(some);
  }

  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<MemoryDevice> file, IoTarget to,
                                                 size_t done) {
    while (!to.empty() && !exec::Activity::current()->interrupt_pending()) {
      co_await exec::yield();
      if (const ErrnoOr<> result = file->fill(to, done); !result) break;
    }
    co_return done;
  }

  const uint32_t minor_;
};

}  // namespace

ErrnoOr<RefPtr<File>> open_memory_device(const Path& place, Node& node, uint32_t flags) {
  const uint32_t minor = node.device().minor;
  constexpr uint32_t kKnown[] = {kNullMinor, kZeroMinor, kFullMinor, kRandomMinor, kUrandomMinor};
  if (std::ranges::find(kKnown, minor) == std::end(kKnown)) return fail(Errno::NXIO);
  auto made = make_ref<MemoryDevice>(place, node, flags);
  if (!made) return fail(Errno::NOMEM);
  made.value()->update_signals(0, ready::kIn | ready::kOut);
  return RefPtr<File>(*std::move(made));
}

}  // namespace jacinth::fs
