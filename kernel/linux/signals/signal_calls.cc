// System calls on signals.
#include "hal/clock.h"
#include "linux/arch.h"
#include "linux/events/pid_file.h"
#include "linux/proc/task_dir.h"
#include "linux/signals/deliver.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

ErrnoOr<SignalSet> read_set(UserIn<uint64_t> set, size_t size) {
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  return get(set);
}

// Signal numbers of programs; 0 asks only whether the target is there. Who is not there is told
// first.
ErrnoOr<> check_number(int32_t signal) {
  if (signal != 0 && !is_signal(signal)) return fail(Errno::INVAL);
  return {};
}

ErrnoOr<> check_may_signal(LinuxProcess& sender, LinuxProcess& target, int32_t signal)
    REQUIRES(tasks_lock) {
  TRY(check_number(signal));
  if (&sender == &target) return {};
  const CredentialSet mine = *sender.credentials.lock();
  constexpr uint64_t kCapKill = 1 << 5;
  if ((mine.capabilities.effective & kCapKill) != 0) return {};
  const CredentialSet::Ids theirs = target.credentials.lock()->user;
  if (mine.user.effective == theirs.saved || mine.user.effective == theirs.real ||
      mine.user.real == theirs.saved || mine.user.real == theirs.real)
    return {};
  if (signal == kSigCont && sender.session() == target.session()) return {};
  return fail(Errno::PERM);
}

ErrnoOr<> kill_process(LinuxProcess& sender, int32_t pid, const abi::siginfo& info) {
  LockGuard guard(tasks_lock);
  LinuxProcess* target = tasks().find_process(pid);
  if (target == nullptr) {
    // The number of any thread stands for its process here.
    LinuxThread* const thread = tasks().find_thread(pid);
    if (thread != nullptr) target = &thread->process();
  }
  if (target == nullptr) return fail(Errno::SRCH);
  TRY(check_may_signal(sender, *target, info.signal));
  if (info.signal == 0) return {};
  return send_signal(*target, info);
}

// All processes of a group (0: the sender's), or with `everyone` all but the sender.
ErrnoOr<> kill_many(LinuxProcess& sender, int32_t group, bool everyone, const abi::siginfo& info) {
  ErrnoOr<> refused = fail(Errno::SRCH);
  bool allowed = false;
  LockGuard guard(tasks_lock);
  if (group == 0) group = sender.group();
  tasks().for_each_process([&](LinuxProcess& target) {
    tasks_lock.assert_held();
    if (everyone ? &target == &sender : target.group() != group) return;
    const ErrnoOr<> may = check_may_signal(sender, target, info.signal);
    if (!may) {
      refused = may;
      return;
    }
    allowed = true;
    if (info.signal != 0) (void)send_signal(target, info);
  });
  return allowed ? ErrnoOr<>() : refused;
}

ErrnoOr<> kill_thread(LinuxProcess& sender, int32_t group, int32_t id, const abi::siginfo& info) {
  LockGuard guard(tasks_lock);
  LinuxThread* const target = tasks().find_thread(id);
  if (target == nullptr || (group != 0 && target->process().id() != group))
    return fail(Errno::SRCH);
  TRY(check_may_signal(sender, target->process(), info.signal));
  if (info.signal == 0) return {};
  return send_signal(*target, info);
}

// Only the kernel says of itself that it is the kernel, except to oneself.
ErrnoOr<abi::siginfo> read_info(LinuxProcess& sender, int32_t target, int32_t signal,
                                UserIn<abi::siginfo> from) {
  auto info = TRY(get(from));
  info.signal = signal;
  if ((info.code >= 0 || info.code == signal_code::kTkill) && target != sender.id())
    return fail(Errno::PERM);
  return info;
}

}  // namespace

SysResult sys_rt_sigaction(SyscallContext& ctx, int32_t signal, UserIn<abi::sigaction> action,
                           UserOut<abi::sigaction> old, size_t size) {
  if (size != kSignalSetBytes || !is_signal(signal)) return fail(Errno::INVAL);
  SignalHandlers& handlers = ctx.process().handlers();
  if (action.is_null()) {
    TRY(put_if(old, handlers.get(signal)));
    return 0;
  }
  auto wanted = TRY(get(action));
  if ((kUnblockable & bit_of(signal)) != 0) return fail(Errno::INVAL);
  wanted.mask &= ~kUnblockable;
  wanted.flags &= ~signal_action::kUnsupported;
  const abi::sigaction before = handlers.set(signal, wanted);
  if (SignalHandlers::is_ignored(wanted, signal)) {
    LockGuard guard(tasks_lock);
    LockGuard signal_guard(ctx.process().signal_lock());
    ctx.process().pending().remove(bit_of(signal));
    for (LinuxThread& thread : ctx.process().threads())
      thread.signals.pending.remove(bit_of(signal));
  }
  TRY(put_if(old, before));
  return 0;
}

SysResult sys_rt_sigprocmask(SyscallContext& ctx, int32_t how, UserIn<uint64_t> set,
                             UserOut<uint64_t> old, size_t size) {
  enum How : int32_t { kBlock = 0, kUnblock = 1, kSet = 2 };
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  LinuxThread& self = ctx.self();
  const SignalSet before = self.signals.mask;
  if (!set.is_null()) {
    const SignalSet given = TRY(get(set));
    switch (how) {
      case kBlock:
        set_signal_mask(self, before | given);
        break;
      case kUnblock:
        set_signal_mask(self, before & ~given);
        break;
      case kSet:
        set_signal_mask(self, given);
        break;
      default:
        return fail(Errno::INVAL);
    }
  }
  TRY(put_if(old, uint64_t{before}));
  return 0;
}

SysResult sys_rt_sigreturn(SyscallContext& ctx) {
  LinuxThread& self = ctx.self();
  self.interrupted_by.reset();
  const auto frame = pop_signal_frame(ctx.thread().context());
  if (!frame) {
    force_signal(self, signal_from_kernel(kSigSegv));
    return 0;
  }
  set_signal_mask(self, frame->mask);
  if (!is_on_alt_stack(self)) self.alt_stack = frame->alt_stack;
  // The result register is one of those just restored.
  return syscall_result_of(ctx.thread().context());
}

SysResult sys_rt_sigpending(SyscallContext& ctx, UserOut<uint64_t> set, size_t size) {
  if (size > kSignalSetBytes) return fail(Errno::INVAL);
  LinuxThread& self = ctx.self();
  const SignalSet pending = pending_for(self) & self.signals.mask;
  TRY(fault_of(UserOut<std::byte>(set.address())
                   .write_array(std::as_bytes(std::span(&pending, 1)).first(size))));
  return 0;
}

namespace {

exec::Task<SysResult> wait_for_signal(LinuxThread& self) {
  exec::Waiter waiter;
  (void)co_await waiter.wait(kForever);
  co_return fail(Errno::RESTARTNOHAND);
}

// Until a handler has run; the old mask comes back afterwards.
exec::Eventually<SysResult> suspend(LinuxThread& self, SignalSet mask) {
  self.mask_to_restore = self.signals.mask;
  set_signal_mask(self, mask);
  return wait_for_signal(self);
}

}  // namespace

exec::Eventually<SysResult> sys_rt_sigsuspend(SyscallContext& ctx, UserIn<uint64_t> mask,
                                              size_t size) {
  const auto wanted = read_set(mask, size);
  if (!wanted) return SysResult(fail(wanted.error()));
  return suspend(ctx.self(), *wanted);
}

exec::Eventually<SysResult> sys_pause(SyscallContext& ctx) { return wait_for_signal(ctx.self()); }

namespace {

exec::Task<SysResult> wait_for_one_of(LinuxThread& self, SignalSet wanted, Instant deadline,
                                      UserOut<abi::siginfo> out) {
  exec::Waiter waiter;
  {
    LockGuard guard(self.process().signal_lock());
    self.signals.waits_for = wanted;
  }
  // Between the first look and now something may have come that woke nobody.
  auto info = take_signal(self, wanted);
  Status status = Status::Ok;
  if (!info) status = co_await waiter.wait(deadline);
  {
    LockGuard guard(self.process().signal_lock());
    self.signals.waits_for = 0;
  }
  if (!info) info = take_signal(self, wanted);
  if (!info) co_return fail(status == Status::TimedOut ? Errno::AGAIN : Errno::INTR);
  CO_TRY(put_if(out, *info));
  co_return static_cast<uint64_t>(info->signal);
}

}  // namespace

exec::Eventually<SysResult> sys_rt_sigtimedwait(SyscallContext& ctx, UserIn<uint64_t> set,
                                                UserOut<abi::siginfo> out,
                                                UserIn<abi::timespec> timeout, size_t size) {
  const auto wanted = read_set(set, size);
  if (!wanted) return SysResult(fail(wanted.error()));
  Instant deadline = kForever;
  if (!timeout.is_null()) {
    const auto span = read_duration(timeout);
    if (!span) return SysResult(fail(span.error()));
    deadline = hal::now() + *span;
  }
  LinuxThread& self = ctx.self();
  const SignalSet signals = *wanted & ~kUnblockable;
  if (const auto info = take_signal(self, signals)) {
    const auto told = put_if(out, *info);
    if (!told) return SysResult(fail(told.error()));
    return SysResult(static_cast<uint64_t>(info->signal));
  }
  if (hal::has_passed(deadline)) return SysResult(fail(Errno::AGAIN));
  return wait_for_one_of(self, signals, deadline, out);
}

SysResult sys_sigaltstack(SyscallContext& ctx, UserIn<abi::sigaltstack> stack,
                          UserOut<abi::sigaltstack> old) {
  constexpr uint64_t kLeast = 2048;
  LinuxThread& self = ctx.self();
  const bool on_it = is_on_alt_stack(self);
  abi::sigaltstack before = self.alt_stack;
  if (on_it) before.flags |= alt_stack::kOnStack;
  if (!stack.is_null()) {
    auto wanted = TRY(get(stack));
    if (on_it) return fail(Errno::PERM);
    const uint32_t mode = static_cast<uint32_t>(wanted.flags) & ~alt_stack::kAutoDisarm;
    if (mode != 0 && mode != alt_stack::kDisable && mode != alt_stack::kOnStack)
      return fail(Errno::INVAL);
    if (mode == alt_stack::kDisable) {
      wanted.base = wanted.size = 0;
    } else if (wanted.size < kLeast) {
      return fail(Errno::NOMEM);
    }
    wanted.flags &= ~alt_stack::kOnStack;
    self.alt_stack = wanted;
  }
  TRY(put_if(old, before));
  return 0;
}

SysResult sys_kill(SyscallContext& ctx, int32_t pid, int32_t signal) {
  LinuxProcess& sender = ctx.process();
  const abi::siginfo info = signal_from(sender, signal, signal_code::kUser);
  if (pid > 0) {
    TRY(kill_process(sender, pid, info));
  } else if (pid == std::numeric_limits<int32_t>::min()) {
    return fail(Errno::SRCH);
  } else {
    TRY(kill_many(sender, -pid, pid == -1, info));
  }
  return 0;
}

SysResult sys_tkill(SyscallContext& ctx, int32_t thread, int32_t signal) {
  if (thread <= 0) return fail(Errno::INVAL);
  TRY(kill_thread(ctx.process(), 0, thread,
                  signal_from(ctx.process(), signal, signal_code::kTkill)));
  return 0;
}

SysResult sys_tgkill(SyscallContext& ctx, int32_t group, int32_t thread, int32_t signal) {
  if (thread <= 0 || group <= 0) return fail(Errno::INVAL);
  TRY(kill_thread(ctx.process(), group, thread,
                  signal_from(ctx.process(), signal, signal_code::kTkill)));
  return 0;
}

SysResult sys_pidfd_send_signal(SyscallContext& ctx, int32_t pidfd, int32_t signal,
                                UserIn<abi::siginfo> info, uint32_t flags) {
  if (flags != 0) return fail(Errno::INVAL);
  const auto file = TRY(ctx.self().files->get(pidfd));
  // A process's directory in /proc stands for it as well.
  LinuxProcess* const known = process_of(*file);
  LinuxProcess* const target = known != nullptr ? known : process_of_directory(file->node());
  if (target == nullptr) return fail(Errno::BADF);
  LinuxProcess& sender = ctx.process();
  abi::siginfo sent = signal_from(sender, signal, signal_code::kUser);
  if (!info.is_null()) {
    if (TRY(get(info)).signal != signal) return fail(Errno::INVAL);
    sent = TRY(read_info(sender, target->id(), signal, info));
  }
  TRY(check_number(signal));
  LockGuard guard(tasks_lock);
  if (target->state() == LinuxProcess::State::Reaped) return fail(Errno::SRCH);
  TRY(check_may_signal(sender, *target, signal));
  if (signal != 0) TRY(send_signal(*target, sent));
  return 0;
}

SysResult sys_rt_sigqueueinfo(SyscallContext& ctx, int32_t pid, int32_t signal,
                              UserIn<abi::siginfo> info) {
  TRY(kill_process(ctx.process(), pid, TRY(read_info(ctx.process(), pid, signal, info))));
  return 0;
}

SysResult sys_rt_tgsigqueueinfo(SyscallContext& ctx, int32_t group, int32_t thread, int32_t signal,
                                UserIn<abi::siginfo> info) {
  if (thread <= 0 || group <= 0) return fail(Errno::INVAL);
  TRY(kill_thread(ctx.process(), group, thread,
                  TRY(read_info(ctx.process(), group, signal, info))));
  return 0;
}

}  // namespace jacinth::linux
