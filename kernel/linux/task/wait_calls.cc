// Waiting for children.
#include <optional>

#include "linux/events/pid_file.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/task/usage.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {

// Which children, and what about them.
struct WaitRequest {
  enum class Whom : uint8_t { Any, Process, Group } whom = Whom::Any;
  int32_t id = 0;
  uint32_t options = 0;                   // wait_option::…
  const LinuxProcess* process = nullptr;  // the very one of that number
  const LinuxThread* caller = nullptr;

  bool wants(uint32_t what) const { return (options & what) != 0; }
};

class ChildWait {
 public:
  // What is there now. CHILD: nothing can ever come. Empty: not yet.
  static ErrnoOr<std::optional<ChildStatus>> look(LinuxProcess& parent, const WaitRequest& request,
                                                  Leftover& left) REQUIRES(tasks_lock);
  static exec::Task<ErrnoOr<ChildStatus>> wait(LinuxProcess& parent, WaitRequest request);

 private:
  static bool matches(const LinuxProcess& child, const WaitRequest& request) REQUIRES(tasks_lock);
  static std::optional<ChildStatus> event_of(LinuxProcess& child, const WaitRequest& request)
      REQUIRES(tasks_lock);
  static bool matches(const Tracee& tracee, const WaitRequest& request) REQUIRES(tasks_lock);
  static std::optional<ChildStatus> event_of(Tracee& tracee, const WaitRequest& request,
                                             Leftover& left) REQUIRES(tasks_lock);
};

bool ChildWait::matches(const LinuxProcess& child, const WaitRequest& request) {
  switch (request.whom) {
    case WaitRequest::Whom::Any:
      break;
    case WaitRequest::Whom::Process:
      if (child.id() != request.id) return false;
      if (request.process != nullptr && &child != request.process) return false;
      break;
    case WaitRequest::Whom::Group:
      if (child.group_ != request.id) return false;
      break;
  }
  if (request.wants(wait_option::kAll)) return true;
  return (child.exit_signal_ != kSigChld) == request.wants(wait_option::kClone);
}

std::optional<ChildStatus> ChildWait::event_of(LinuxProcess& child, const WaitRequest& request) {
  const bool keep = request.wants(wait_option::kNoWait);
  if (child.state_ == LinuxProcess::State::Zombie) {
    if (!request.wants(wait_option::kExited)) return std::nullopt;
    return child.end_;
  }
  ChildStatus status{.pid = child.id(), .usage = child.usage()};
  status.uid = child.credentials.lock()->user.real;
  // Its stops are told as its tracer's business.
  const bool traced = Tracing::is_traced_by_parent(child);
  if (!traced && child.unreported_stop_ != 0 && request.wants(wait_option::kStopped)) {
    status.code = signal_code::kChildStopped;
    status.status = child.unreported_stop_;
    if (!keep) child.unreported_stop_ = 0;
    return status;
  }
  if (child.unreported_continue_ && request.wants(wait_option::kContinued)) {
    status.code = signal_code::kChildContinued;
    status.status = kSigCont;
    if (!keep) child.unreported_continue_ = false;
    return status;
  }
  return std::nullopt;
}

bool ChildWait::matches(const Tracee& tracee, const WaitRequest& request) {
  if (request.wants(wait_option::kNoThread) && tracee.tracer != request.caller) return false;
  const LinuxProcess& process = tracee.thread.process();
  switch (request.whom) {
    case WaitRequest::Whom::Any:
      return true;
    case WaitRequest::Whom::Process:
      return tracee.thread.id() == request.id &&
             (request.process == nullptr || request.process == &process);
    case WaitRequest::Whom::Group:
      return process.group_ == request.id;
  }
  return false;
}

std::optional<ChildStatus> ChildWait::event_of(Tracee& tracee, const WaitRequest& request,
                                               Leftover& left) {
  LinuxProcess& process = tracee.thread.process();
  const bool keep = request.wants(wait_option::kNoWait);
  if (tracee.state == Tracee::State::Ended) {
    const bool leader = process.leader_tracee_ == &tracee;
    // A first thread's end is its process's.
    if (leader && process.state_ != LinuxProcess::State::Zombie) return std::nullopt;
    if (!request.wants(wait_option::kExited)) return std::nullopt;
    ChildStatus status = leader ? process.end_ : tracee.end;
    // Once the whole process is ending, each of its threads tells how.
    if (!leader && process.exiting()) status.set_end(process.end_status(tracee.thread));
    if (!keep) left = Tracing::let_go(tracee, 0);
    return status;
  }
  if (!tracee.untold || !Tracing::is_stopped(tracee)) return std::nullopt;
  if (!keep) tracee.untold = false;
  const Usage usage = process.usage();
  return ChildStatus{.pid = tracee.thread.id(),
                     .uid = process.credentials.lock()->user.real,
                     .code = signal_code::kChildTrapped,
                     .status = static_cast<int32_t>(tracee.code),
                     .usage = usage};
}

ErrnoOr<std::optional<ChildStatus>> ChildWait::look(LinuxProcess& parent,
                                                    const WaitRequest& request, Leftover& left) {
  bool possible = false;
  for (LinuxProcess& child : parent.children_) {
    if (!matches(child, request)) continue;
    // Who has ended does not stop or go on any more.
    if (child.state_ == LinuxProcess::State::Zombie && !request.wants(wait_option::kExited))
      continue;
    possible = true;
    // Its tracer waits first.
    if (child.state_ == LinuxProcess::State::Zombie && Tracing::has_foreign_tracer(child)) continue;
    const auto status = event_of(child, request);
    if (!status) continue;
    const bool ended = child.state_ == LinuxProcess::State::Zombie;
    if (ended && !request.wants(wait_option::kNoWait)) {
      parent.children_usage_ += status->usage;
      left = Tracing::forget_leader(child);
      tasks().reap(child);
    }
    return status;
  }
  for (Tracee& tracee : parent.tracees_) {
    if (!matches(tracee, request)) continue;
    possible = true;
    if (const auto status = event_of(tracee, request, left)) return status;
  }
  if (!possible) return fail(Errno::CHILD);
  return std::nullopt;
}

exec::Task<ErrnoOr<ChildStatus>> ChildWait::wait(LinuxProcess& parent, WaitRequest request) {
  for (;;) {
    LinuxProcess::Watcher watcher;
    {
      Leftover left;
      LockGuard guard(tasks_lock);
      const auto found = CO_TRY(look(parent, request, left));
      if (found) co_return *found;
      parent.child_watchers_.push_back(watcher);
    }
    const Status status = co_await watcher.waiter.wait(kForever);
    Leftover left;
    LockGuard guard(tasks_lock);
    if (watcher.link.is_linked())
      parent.child_watchers_.erase(parent.child_watchers_.iterator_to(watcher));
    if (status == Status::Ok) continue;
    // The signal may be the one that tells of what is waited for.
    const auto found = CO_TRY(look(parent, request, left));
    if (found) co_return *found;
    co_return fail(Errno::RESTARTSYS);
  }
}

namespace {

ErrnoOr<uint64_t> deliver_wait4(const ChildStatus& child, UserOut<int32_t> status,
                                UserOut<abi::rusage> usage) {
  TRY(put_if(status, child.wait_status()));
  if (!usage.is_null()) TRY(put(usage, to_rusage(child.usage)));
  return static_cast<uint64_t>(child.pid);
}

exec::Task<SysResult> wait4_slowly(LinuxProcess& parent, WaitRequest request,
                                   UserOut<int32_t> status, UserOut<abi::rusage> usage) {
  const ChildStatus child = CO_TRY(co_await ChildWait::wait(parent, request));
  co_return deliver_wait4(child, status, usage);
}

// Only the fields that mean something are written.
ErrnoOr<> put_waitid_info(UserOut<abi::siginfo> out, const abi::siginfo& info) {
  constexpr size_t kWritten = offsetof(abi::siginfo, sender.child.user_ticks);
  if (out.is_null()) return {};
  return fault_of(UserOut<std::byte>(out.address())
                      .write_array(std::as_bytes(std::span(&info, 1)).first(kWritten)));
}

ErrnoOr<uint64_t> deliver_waitid(const ChildStatus* child, UserOut<abi::siginfo> out,
                                 UserOut<abi::rusage> usage) {
  abi::siginfo info{};
  if (child != nullptr) {
    info.signal = kSigChld;
    info.code = child->code;
    info.sender.pid = child->pid;
    info.sender.uid = child->uid;
    info.sender.child.status = child->status;
    if (!usage.is_null()) TRY(put(usage, to_rusage(child->usage)));
  }
  TRY(put_waitid_info(out, info));
  return 0;
}

// Whatever is wrong, the fields are written, as zeros; EFAULT comes before all else.
ErrnoOr<uint64_t> fail_waitid(Errno error, UserOut<abi::siginfo> out) {
  TRY(put_waitid_info(out, {}));
  return fail(error);
}

// `file` keeps the process that is waited for.
exec::Task<SysResult> waitid_slowly(LinuxProcess& parent, WaitRequest request,
                                    RefPtr<fs::File> file, UserOut<abi::siginfo> info,
                                    UserOut<abi::rusage> usage) {
  const ErrnoOr<ChildStatus> child = co_await ChildWait::wait(parent, request);
  if (!child) co_return fail_waitid(child.error(), info);
  co_return deliver_waitid(&*child, info, usage);
}

int32_t group_of(LinuxProcess& process) {
  LockGuard guard(tasks_lock);
  return process.group();
}

}  // namespace

exec::Eventually<SysResult> sys_wait4(SyscallContext& ctx, int32_t pid, UserOut<int32_t> status,
                                      uint32_t options, UserOut<abi::rusage> usage) {
  constexpr uint32_t kKnown = wait_option::kNoHang | wait_option::kStopped |
                              wait_option::kContinued | wait_option::kNoThread | wait_option::kAll |
                              wait_option::kClone;
  if ((options & ~kKnown) != 0) return SysResult(fail(Errno::INVAL));
  if (pid == std::numeric_limits<int32_t>::min()) return SysResult(fail(Errno::SRCH));
  LinuxProcess& parent = ctx.process();
  WaitRequest request{.options = options | wait_option::kExited, .caller = &ctx.self()};
  if (pid > 0) {
    request.whom = WaitRequest::Whom::Process;
    request.id = pid;
  } else if (pid != -1) {
    request.whom = WaitRequest::Whom::Group;
    request.id = pid == 0 ? group_of(parent) : -pid;
  }
  std::optional<ChildStatus> child;
  {
    Leftover left;
    LockGuard guard(tasks_lock);
    const auto found = ChildWait::look(parent, request, left);
    if (!found) return SysResult(fail(found.error()));
    child = *found;
  }
  if (child) return SysResult(deliver_wait4(*child, status, usage));
  if (request.wants(wait_option::kNoHang)) return SysResult(0);
  return wait4_slowly(parent, request, status, usage);
}

namespace {

// What waitid() is to wait for.
struct WaitidCall {
  WaitRequest request;
  RefPtr<fs::File> file = nullptr;  // keeps the process
  bool try_only = false;
};

ErrnoOr<WaitidCall> read_waitid(SyscallContext& ctx, int32_t type, int32_t id, uint32_t options) {
  enum Type : int32_t { kAny = 0, kPid = 1, kGroup = 2, kPidfd = 3 };
  constexpr uint32_t kEvents =
      wait_option::kExited | wait_option::kStopped | wait_option::kContinued;
  constexpr uint32_t kKnown = kEvents | wait_option::kNoHang | wait_option::kNoWait |
                              wait_option::kNoThread | wait_option::kAll | wait_option::kClone;
  if ((options & ~kKnown) != 0 || (options & kEvents) == 0) return fail(Errno::INVAL);
  WaitidCall call{.request = {.id = id, .options = options, .caller = &ctx.self()}};
  WaitRequest& request = call.request;
  switch (type) {
    case kAny:
      return call;
    case kPidfd:
      if (id < 0) return fail(Errno::INVAL);
      call.file = TRY(ctx.self().files->get(id));
      request.process = process_of(*call.file);
      if (request.process == nullptr) return fail(Errno::BADF);
      request.whom = WaitRequest::Whom::Process;
      request.id = request.process->id();
      call.try_only = call.file->non_blocking();
      return call;
    case kPid:
      if (id <= 0) return fail(Errno::INVAL);
      request.whom = WaitRequest::Whom::Process;
      return call;
    case kGroup:
      if (id < 0) return fail(Errno::INVAL);
      request.whom = WaitRequest::Whom::Group;
      if (id == 0) request.id = group_of(ctx.process());
      return call;
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace

exec::Eventually<SysResult> sys_waitid(SyscallContext& ctx, int32_t type, int32_t id,
                                       UserOut<abi::siginfo> info, uint32_t options,
                                       UserOut<abi::rusage> usage) {
  auto call = read_waitid(ctx, type, id, options);
  if (!call) return SysResult(fail_waitid(call.error(), info));
  LinuxProcess& parent = ctx.process();
  ErrnoOr<std::optional<ChildStatus>> child = fail(Errno::CHILD);
  {
    Leftover left;
    LockGuard guard(tasks_lock);
    child = ChildWait::look(parent, call->request, left);
  }
  if (!child) return SysResult(fail_waitid(child.error(), info));
  if (*child || call->request.wants(wait_option::kNoHang))
    return SysResult(deliver_waitid(*child ? &**child : nullptr, info, usage));
  if (call->try_only) return SysResult(fail_waitid(Errno::AGAIN, info));
  return waitid_slowly(parent, call->request, std::move(call->file), info, usage);
}

}  // namespace jacinth::linux
