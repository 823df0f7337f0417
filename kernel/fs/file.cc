#include "fs/file.h"

#include "fs/file_locks.h"
#include "fs/node.h"
#include "object/wait.h"

namespace jacinth::fs {
namespace {

constexpr uint32_t kOnlyForOpening = open_flags::kCreate | open_flags::kExclusive |
                                     open_flags::kNoControllingTty | open_flags::kTruncate |
                                     open_flags::kCloseOnExec;

bool reads(uint32_t flags) {
  const uint32_t mode = flags & open_flags::kAccessMode;
  return (flags & open_flags::kPath) == 0 &&
         (mode == open_flags::kReadOnly || mode == open_flags::kReadWrite);
}
bool writes(uint32_t flags) {
  const uint32_t mode = flags & open_flags::kAccessMode;
  return (flags & open_flags::kPath) == 0 &&
         (mode == open_flags::kWriteOnly || mode == open_flags::kReadWrite);
}

}  // namespace

File::File(Path path, RefPtr<Node> node, uint32_t flags, Signals initial)
    : KernelObject(initial),
      path_(std::move(path)),
      node_(std::move(node)),
      flags_(flags & ~kOnlyForOpening),
      can_read_(reads(flags)),
      can_write_(writes(flags)) {}

File::~File() {
  if (FileLocks* locks = node_ ? node_->locks_if_any() : nullptr; locks != nullptr)
    locks->release_all(this);
  if (!node_ || is_path_only()) return;
  const uint32_t closed = can_write_ ? event::kCloseWrite : event::kCloseNoWrite;
  notify_directory(path_, closed);
  node_->notify(closed);
}

// Whatever was registered through the descriptors is told; calls under way go on.
void File::on_zero_handles() { poll_object().handle_closed(koid()); }

ErrnoOr<> File::set_flags(uint32_t flags) {
  uint32_t before = flags_.load(std::memory_order_relaxed);
  while (!flags_.compare_exchange_weak(
      before, (before & ~open_flags::kSettable) | (flags & open_flags::kSettable),
      std::memory_order_relaxed)) {
  }
  return {};
}

std::string_view File::describe(std::span<char> buffer) {
  return node_ ? node_->describe(buffer) : std::string_view();
}

File::Transferred File::read(IoTarget, IoFlags) { return fail(Errno::INVAL); }
File::Transferred File::write(IoSource, IoFlags) { return fail(Errno::INVAL); }
File::Transferred File::read_at(uint64_t, IoTarget, IoFlags) { return fail(Errno::SPIPE); }
File::Transferred File::write_at(uint64_t, IoSource, IoFlags) { return fail(Errno::SPIPE); }
ErrnoOr<uint64_t> File::seek(Whence, int64_t) { return fail(Errno::SPIPE); }
ErrnoOr<> File::truncate(uint64_t) { return fail(Errno::INVAL); }
ErrnoOr<> File::read_directory(DirectorySink&) { return fail(Errno::NOTDIR); }
exec::Eventually<ErrnoOr<int64_t>> File::ioctl(uint32_t, uint64_t) {
  return ErrnoOr<int64_t>(fail(Errno::NOTTY));
}
ErrnoOr<RefPtr<vm::Vmo>> File::map(MapRequest) { return fail(Errno::NODEV); }

void File::on_close(const void* owner) {
  if (FileLocks* locks = node_ ? node_->locks_if_any() : nullptr; locks != nullptr)
    locks->release_all(owner);
}

exec::Task<Status> wait_for(RefPtr<KernelObject> object, Signals wanted, Instant deadline) {
  exec::Waiter waiter;
  WaitObserver observer(waiter);
  object->observe(observer, wanted, 0);
  const Status status = co_await waiter.wait(deadline);
  observer.finish_with(*object);
  co_return status;
}

}  // namespace jacinth::fs
