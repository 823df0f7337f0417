// mq_open, mq_timedsend and their kin.
#include "hal/clock.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/ipc/posix_queue.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

// A queue open in the way that a call needs. BADF.
ErrnoOr<RefPtr<fs::File>> queue_at(SyscallContext& ctx, int32_t fd) {
  auto file = TRY(ctx.self().files->get(fd));
  if (queue_of(*file) == nullptr) return fail(Errno::BADF);
  return file;
}

ErrnoOr<Instant> read_deadline(UserIn<abi::timespec> timeout) {
  if (timeout.is_null()) return kForever;
  return std::max(TRY(instant_of(kClockRealtime, TRY(read_duration(timeout)))), Instant{1});
}

// Until `signal` is there. AGAIN: the file does not wait; TIMEDOUT.
exec::Task<ErrnoOr<>> wait_for_queue(const RefPtr<fs::File>& file, Signals signal,
                                     Instant deadline) {
  if (file->non_blocking()) co_return fail(Errno::AGAIN);
  const Status status =
      co_await fs::wait_for(RefPtr<KernelObject>(queue_of(*file)), signal, deadline);
  if (status == Status::TimedOut) co_return fail(Errno::TIMEDOUT);
  if (status != Status::Ok) co_return fail(to_errno(status));
  co_return ErrnoOr<>();
}

exec::Task<SysResult> send_slowly(SyscallContext ctx, RefPtr<fs::File> file,
                                  UniquePtr<PosixQueue::Message> message, Instant deadline) {
  for (;;) {
    CO_TRY(co_await wait_for_queue(file, fs::ready::kOut, deadline));
    const auto done = queue_of(*file)->put(message, ctx.process());
    if (done) co_return uint64_t{0};
    if (done.error() != Errno::AGAIN) co_return fail(done.error());
  }
}

struct Target {
  UserOut<std::byte> bytes;
  UserOut<uint32_t> priority;
};

SysResult deliver(const PosixQueue::Message& message, const Target& to) {
  TRY(fault_of(to.bytes.write_array(message.bytes)));
  TRY(put_if(to.priority, message.priority));
  return uint64_t{message.bytes.size()};
}

exec::Task<SysResult> receive_slowly(RefPtr<fs::File> file, Target to, Instant deadline) {
  for (;;) {
    CO_TRY(co_await wait_for_queue(file, fs::ready::kIn, deadline));
    const auto taken = queue_of(*file)->take();
    if (taken) co_return deliver(**taken, to);
  }
}

}  // namespace

SysResult sys_mq_open(SyscallContext& ctx, UserIn<char> name, uint32_t flags, uint32_t mode,
                      UserIn<std::byte> attributes) {
  using namespace fs::open_flags;
  PathBuffer buffer;
  QueueRequest request {
    .name = TRY(read_path(name, buffer))
    , .flags = flags
  };
  request.mode = mode & fs::mode::kAll & ~ctx.self().fs->umask.load(std::memory_order_relaxed);
  QueueAttributes given{};
  if (!attributes.is_null() && (flags & kCreate) != 0) {
    given = TRY(get(UserIn<QueueAttributes>(attributes.address())));
    request.attributes = &given;
  }
  request.most_bytes = ctx.process().limits.lock()->of[kLimitMessageQueue].soft;
  const CredentialSet who = *ctx.process().credentials.lock();
  return install(ctx, TRY(open_queue(request, who)), kCloseOnExec);
}

SysResult sys_mq_unlink(SyscallContext& ctx, UserIn<char> name) {
  PathBuffer buffer;
  const CredentialSet who = *ctx.process().credentials.lock();
  TRY(unlink_queue(TRY(read_path(name, buffer)), who));
  return 0;
}

exec::Eventually<SysResult> sys_mq_timedsend(SyscallContext& ctx, int32_t queue,
                                             UserIn<std::byte> message, size_t size,
                                             uint32_t priority, UserIn<abi::timespec> timeout) {
  Instant deadline = kForever;
  RefPtr<fs::File> file;
  auto prepare = [&]() -> ErrnoOr<UniquePtr<PosixQueue::Message>> {
    if (priority >= PosixQueue::kPriorities) return fail(Errno::INVAL);
    deadline = TRY(read_deadline(timeout));
    file = TRY(queue_at(ctx, queue));
    if (!file->can_write()) return fail(Errno::BADF);
    if (size > static_cast<uint64_t>(queue_of(*file)->attributes().message_size))
      return fail(Errno::MSGSIZE);
    auto made = TRY(to_errno(make_unique<PosixQueue::Message>()));
    made->priority = priority;
    made->bytes = TRY(to_errno(Vector<std::byte>::with_size(size)));
    TRY(fault_of(message.read_array(made->bytes)));
    return made;
  };
  auto made = prepare();
  if (!made) return SysResult(fail(made.error()));
  const auto done = queue_of(*file)->put(*made, ctx.process());
  if (done) return SysResult(0);
  if (done.error() != Errno::AGAIN || file->non_blocking()) return SysResult(fail(done.error()));
  return send_slowly(ctx, std::move(file), std::move(*made), deadline);
}

exec::Eventually<SysResult> sys_mq_timedreceive(SyscallContext& ctx, int32_t queue,
                                                UserOut<std::byte> message, size_t size,
                                                UserOut<uint32_t> priority,
                                                UserIn<abi::timespec> timeout) {
  Instant deadline = kForever;
  auto prepare = [&]() -> ErrnoOr<RefPtr<fs::File>> {
    deadline = TRY(read_deadline(timeout));
    auto file = TRY(queue_at(ctx, queue));
    if (!file->can_read()) return fail(Errno::BADF);
    if (size < static_cast<uint64_t>(queue_of(*file)->attributes().message_size))
      return fail(Errno::MSGSIZE);
    return file;
  };
  auto file = prepare();
  if (!file) return SysResult(fail(file.error()));
  const Target to{.bytes = message, .priority = priority};
  const auto taken = queue_of(**file)->take();
  if (taken) return deliver(**taken, to);
  if ((*file)->non_blocking()) return SysResult(fail(Errno::AGAIN));
  return receive_slowly(std::move(*file), to, deadline);
}

SysResult sys_mq_getsetattr(SyscallContext& ctx, int32_t queue, UserIn<std::byte> attributes,
                            UserOut<std::byte> old) {
  const auto file = TRY(queue_at(ctx, queue));
  QueueAttributes wanted{};
  if (!attributes.is_null()) {
    wanted = TRY(get(UserIn<QueueAttributes>(attributes.address())));
    if ((wanted.flags & ~int64_t{fs::open_flags::kNonBlock}) != 0) return fail(Errno::INVAL);
  }
  QueueAttributes now = queue_of(*file)->attributes();
  now.flags = file->flags() & fs::open_flags::kNonBlock;
  if (!attributes.is_null()) {
    const uint32_t others = file->flags() & ~fs::open_flags::kNonBlock;
    TRY(file->set_flags(others | static_cast<uint32_t>(wanted.flags)));
  }
  if (!old.is_null()) TRY(put(UserOut<QueueAttributes>(old.address()), now));
  return 0;
}

// SIGEV_THREAD, for which the C library would listen on a netlink socket, is refused.
SysResult sys_mq_notify(SyscallContext& ctx, int32_t queue, UserIn<std::byte> event) {
  struct Event {  // the beginning of struct sigevent
    uint64_t value;
    int32_t signal, notify;
  };
  constexpr int32_t kSignal = 0, kNone = 1;
  Event wanted{};
  if (!event.is_null()) {
    wanted = TRY(get(UserIn<Event>(event.address())));
    if (wanted.notify != kSignal && wanted.notify != kNone) return fail(Errno::INVAL);
    if (wanted.notify == kSignal && !is_signal(wanted.signal)) return fail(Errno::INVAL);
  }
  const auto file = TRY(queue_at(ctx, queue));
  if (event.is_null()) {
    queue_of(*file)->forget_notice(ctx.process());
    return 0;
  }
  TRY(queue_of(*file)->ask_notice({.process = RefPtr<LinuxProcess>(&ctx.process()),
                                   .signal = wanted.notify == kSignal ? wanted.signal : 0,
                                   .value = wanted.value}));
  return 0;
}

}  // namespace jacinth::linux
