// epoll_create, epoll_ctl, epoll_wait and their kin.
#include "hal/clock.h"
#include "linux/events/epoll.h"
#include "linux/files/poll_events.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

constexpr int32_t kMostEvents = std::numeric_limits<int32_t>::max() / sizeof(abi::epoll_event);

// Where the program wants its events.
class UserSink final : public EpollFile::Sink {
 public:
  explicit UserSink(UserOut<std::byte> to) : to_(to.address()) {}
  ErrnoOr<> add(const abi::epoll_event& event) override { return put(to_, event, count_++); }

 private:
  const UserOut<abi::epoll_event> to_;
  size_t count_ = 0;
};

ErrnoOr<> check_exclusive(int32_t operation, const abi::epoll_event& event) {
  constexpr uint32_t kAllowed = kPollIn | kPollOut | kPollError | kPollHangUp |
                                epoll_flag::kWakeUp | epoll_flag::kEdge | epoll_flag::kExclusive;
  if ((event.events & epoll_flag::kExclusive) == 0) return {};
  constexpr int32_t kModify = 3;
  if (operation == kModify || (event.events & ~kAllowed) != 0) return fail(Errno::INVAL);
  return {};
}

ErrnoOr<uint64_t> harvest(EpollFile& epoll, UserOut<std::byte> events, int32_t count) {
  UserSink sink(events);
  return TRY(epoll.harvest(static_cast<uint32_t>(count), sink));
}

exec::Task<SysResult> wait_slowly(LinuxThread& self, RefPtr<EpollFile> epoll,
                                  UserOut<std::byte> events, int32_t count, Instant deadline) {
  for (;;) {
    const auto found = harvest(*epoll, events, count);
    if (!found || *found != 0 || hal::has_passed(deadline)) {
      mask_done(self);
      co_return found;
    }
    const Status status = co_await EpollFile::wait(epoll, deadline);
    if (status == Status::NoMemory) co_return fail(Errno::NOMEM);
    if (status == Status::Ok || status == Status::TimedOut) continue;
    // What has come meanwhile wins over an interruption. The call is never made again by itself.
    const auto late = harvest(*epoll, events, count);
    if (late && *late == 0) co_return fail(Errno::INTR);
    mask_done(self);
    co_return late;
  }
}

exec::Eventually<SysResult> wait(SyscallContext& ctx, int32_t fd, UserOut<std::byte> events,
                                 int32_t count, Instant deadline, std::optional<SignalSet> mask) {
  if (count <= 0 || count > kMostEvents) return SysResult(fail(Errno::INVAL));
  const auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  EpollFile* const epoll = EpollFile::of(**file);
  if (epoll == nullptr) return SysResult(fail(Errno::INVAL));
  if (!mask) {
    const auto found = harvest(*epoll, events, count);
    if (!found || *found != 0 || hal::has_passed(deadline)) return found;
  }
  use_mask(ctx.self(), mask);
  return wait_slowly(ctx.self(), RefPtr<EpollFile>(epoll), events, count, deadline);
}

Instant deadline_in(int32_t timeout_ms) {
  if (timeout_ms < 0) return kForever;
  return timeout_ms == 0 ? kNoWait : hal::now() + milliseconds(timeout_ms);
}

}  // namespace

SysResult sys_epoll_create1(SyscallContext& ctx, uint32_t flags) {
  if ((flags & ~fs::open_flags::kCloseOnExec) != 0) return fail(Errno::INVAL);
  return install(ctx, TRY(EpollFile::create()), flags);
}

SysResult sys_epoll_create(SyscallContext& ctx, int32_t size) {
  if (size <= 0) return fail(Errno::INVAL);
  return sys_epoll_create1(ctx, 0);
}

SysResult sys_epoll_ctl(SyscallContext& ctx, int32_t epoll, int32_t operation, int32_t fd,
                        UserIn<std::byte> event) {
  enum Operation : int32_t { kAdd = 1, kDelete = 2, kModify = 3 };
  abi::epoll_event wanted{};
  if (operation != kDelete) wanted = TRY(get(UserIn<abi::epoll_event>(event.address())));
  const auto file = TRY(ctx.self().files->get(epoll));
  const auto target = TRY(ctx.self().files->get(fd));
  if (!target->can_poll()) return fail(Errno::PERM);
  EpollFile* const set = EpollFile::of(*file);
  if (set == nullptr || file == target) return fail(Errno::INVAL);
  TRY(check_exclusive(operation, wanted));
  switch (operation) {
    case kAdd:
      TRY(set->add(*target, fd, wanted));
      return 0;
    case kDelete:
      TRY(set->remove(*target, fd));
      return 0;
    case kModify:
      TRY(set->modify(*target, fd, wanted));
      return 0;
    default:
      return fail(Errno::INVAL);
  }
}

exec::Eventually<SysResult> sys_epoll_wait(SyscallContext& ctx, int32_t epoll,
                                           UserOut<std::byte> events, int32_t count,
                                           int32_t timeout) {
  return wait(ctx, epoll, events, count, deadline_in(timeout), std::nullopt);
}

exec::Eventually<SysResult> sys_epoll_pwait(SyscallContext& ctx, int32_t epoll,
                                            UserOut<std::byte> events, int32_t count,
                                            int32_t timeout, UserIn<uint64_t> mask, size_t size) {
  const auto set = read_mask(mask, size);
  if (!set) return SysResult(fail(set.error()));
  return wait(ctx, epoll, events, count, deadline_in(timeout), *set);
}

exec::Eventually<SysResult> sys_epoll_pwait2(SyscallContext& ctx, int32_t epoll,
                                             UserOut<std::byte> events, int32_t count,
                                             UserIn<abi::timespec> timeout, UserIn<uint64_t> mask,
                                             size_t size) {
  const auto deadline = deadline_of(timeout);
  if (!deadline) return SysResult(fail(deadline.error()));
  const auto set = read_mask(mask, size);
  if (!set) return SysResult(fail(set.error()));
  return wait(ctx, epoll, events, count, *deadline, *set);
}

}  // namespace jacinth::linux
