#include "linux/events/event_counter.h"

#include <array>

#include "base/spinlock.h"
#include "linux/events/anonymous_file.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "object/wait.h"

namespace jacinth::linux {
namespace {

// What a write must not reach.
constexpr uint64_t kTooMany = ~uint64_t{0};

class EventCounter final : public AnonymousFile {
 public:
  EventCounter(RefPtr<fs::Node> node, uint64_t value, bool semaphore, uint32_t flags)
      : AnonymousFile(std::move(node), flags | fs::open_flags::kReadWrite, ready_at(value)),
        semaphore_(semaphore),
        value_(std::in_place, value) {}

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Transferred write(fs::IoSource from, fs::IoFlags how) override;

 private:
  static Signals ready_at(uint64_t value) {
    return (value != 0 ? fs::ready::kIn : 0) | (value < kTooMany - 1 ? fs::ready::kOut : 0);
  }
  // Under the lock of `value`. Every read and write is an event, even if nothing is new.
  void show(uint64_t value, Signals happened);
  ErrnoOr<uint64_t> take();
  ErrnoOr<> add(uint64_t amount);
  static ErrnoOr<size_t> deliver(uint64_t value, fs::IoTarget to);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<EventCounter> file, fs::IoTarget to);
  static exec::Task<ErrnoOr<size_t>> write_slowly(RefPtr<EventCounter> file, uint64_t amount);

  const bool semaphore_;
  Guarded<uint64_t, LockRank::FsFile> value_;
};

void EventCounter::show(uint64_t value, Signals happened) {
  constexpr Signals kBoth = fs::ready::kIn | fs::ready::kOut;
  const Signals before = signals();
  const Signals now = ready_at(value);
  update_signals(kBoth & ~now, now);
  repeat_signals(happened & before & now);
}

ErrnoOr<uint64_t> EventCounter::take() {
  auto value = value_.lock();
  if (*value == 0) return fail(Errno::AGAIN);
  const uint64_t taken = semaphore_ ? 1 : *value;
  *value -= taken;
  show(*value, fs::ready::kOut);
  return taken;
}

ErrnoOr<> EventCounter::add(uint64_t amount) {
  auto value = value_.lock();
  if (amount >= kTooMany - *value) return fail(Errno::AGAIN);
  *value += amount;
  show(*value, fs::ready::kIn);
  return {};
}

ErrnoOr<size_t> EventCounter::deliver(uint64_t value, fs::IoTarget to) {
  to.limit(sizeof value);
  return to.put(std::as_bytes(std::span(&value, 1)));
}

exec::Task<ErrnoOr<size_t>> EventCounter::read_slowly(RefPtr<EventCounter> file, fs::IoTarget to) {
  for (;;) {
    const Status status = co_await fs::wait_for(file, fs::ready::kIn, kForever);
    if (const auto value = file->take()) co_return deliver(*value, to);
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

exec::Task<ErrnoOr<size_t>> EventCounter::write_slowly(RefPtr<EventCounter> file, uint64_t amount) {
  // Room for some is not yet room for this: any read may make it.
  for (;;) {
    exec::Waiter waiter;
    WaitObserver observer(waiter);
    file->observe(observer, fs::ready::kOut, 0, KernelObject::Edge::Yes);
    const auto added = file->add(amount);
    Status status = Status::Ok;
    if (!added) status = co_await waiter.wait(kForever);
    observer.finish_with(*file);
    if (added) co_return sizeof amount;
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

fs::File::Transferred EventCounter::read(fs::IoTarget to, fs::IoFlags how) {
  if (to.remaining() < sizeof(uint64_t)) return ErrnoOr<size_t>(fail(Errno::INVAL));
  if (const auto value = take()) return deliver(*value, to);
  if (how.no_wait || non_blocking()) return ErrnoOr<size_t>(fail(Errno::AGAIN));
  return read_slowly(RefPtr<EventCounter>(this), to);
}

fs::File::Transferred EventCounter::write(fs::IoSource from, fs::IoFlags how) {
  uint64_t amount = 0;
  if (from.remaining() < sizeof amount) return ErrnoOr<size_t>(fail(Errno::INVAL));
  const auto taken = from.take(std::as_writable_bytes(std::span(&amount, 1)));
  if (!taken || *taken != sizeof amount) return ErrnoOr<size_t>(fail(Errno::FAULT));
  if (amount == kTooMany) return ErrnoOr<size_t>(fail(Errno::INVAL));
  if (add(amount)) return ErrnoOr<size_t>(sizeof amount);
  if (how.no_wait || non_blocking()) return ErrnoOr<size_t>(fail(Errno::AGAIN));
  return write_slowly(RefPtr<EventCounter>(this), amount);
}

}  // namespace

ErrnoOr<RefPtr<fs::File>> make_event_counter(uint64_t value, bool semaphore, uint32_t flags) {
  auto node = TRY(make_anonymous_node("eventfd"));
  return RefPtr<fs::File>(
      TRY(to_errno(make_ref<EventCounter>(std::move(node), value, semaphore, flags))));
}

SysResult sys_eventfd2(SyscallContext& ctx, uint32_t value, uint32_t flags) {
  constexpr uint32_t kSemaphore = 1;
  using namespace fs::open_flags;
  if ((flags & ~(kSemaphore | kNonBlock | kCloseOnExec)) != 0) return fail(Errno::INVAL);
  const bool semaphore = (flags & kSemaphore) != 0;
  return install(ctx, TRY(make_event_counter(value, semaphore, flags & kNonBlock)), flags);
}

SysResult sys_eventfd(SyscallContext& ctx, uint32_t value) { return sys_eventfd2(ctx, value, 0); }

}  // namespace jacinth::linux
