#include "linux/task/clone.h"

#include <algorithm>

#include "linux/arch.h"
#include "linux/events/pid_file.h"
#include "linux/files/transfer.h"
#include "linux/linux_personality.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/process_limit.h"
#include "linux/task/task_table.h"
#include "linux/tracing/trace_stop.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {
namespace {

using namespace clone_flag;

constexpr uint64_t kNamespaces =
    kNewNs | kNewCgroup | kNewUts | kNewIpc | kNewUser | kNewPid | kNewNet;

// The combinations that make no sense.
ErrnoOr<> check_flags(const CloneRequest& request) {
  const uint64_t flags = request.flags;
  auto has = [flags](uint64_t bits) { return (flags & bits) != 0; };
  if (has(kThread) && !has(kSighand)) return fail(Errno::INVAL);
  if (has(kSighand) && !has(kVm)) return fail(Errno::INVAL);
  if (has(kSighand) && has(kClearSighand)) return fail(Errno::INVAL);
  if (has(kNewNs) && has(kFs)) return fail(Errno::INVAL);
  if (request.exit_signal != 0 && !is_signal(request.exit_signal)) return fail(Errno::INVAL);
  // There is one of each namespace, as on a Linux configured without them.
  if (has(kNamespaces)) return fail(Errno::INVAL);
  if (has(kPidfd) && has(kThread | kDetached)) return fail(Errno::INVAL);
  return {};
}

ErrnoOr<RefPtr<LinuxProcess>> make_process(LinuxThread& parent, const CloneRequest& request,
                                           int32_t id) {
  LinuxProcess& from = parent.process();
  LinuxProcess::Parts parts;
  parts.memory = (request.flags & kVm) != 0 ? from.shared_memory() : TRY(from.memory().copy());
  parts.handlers = (request.flags & kSighand) != 0
                       ? from.shared_handlers()
                       : TRY(to_errno(from.handlers().copy((request.flags & kClearSighand) != 0)));
  auto made = TRY(to_errno(LinuxProcess::create(id, std::move(parts))));
  // One lock after the other: they have the same rank.
  const CredentialSet credentials = *from.credentials.lock();
  *made->credentials.lock() = credentials;
  const Limits limits = *from.limits.lock();
  *made->limits.lock() = limits;
  made->file_size_limit.store(from.file_size_limit);
  made->oom_score_adjustment.store(from.oom_score_adjustment);
  made->no_new_privileges.store(from.no_new_privileges);
  made->left_terminal.store(from.left_terminal);
  made->persona.store(from.persona);
  return made;
}

ErrnoOr<RefPtr<Process>> make_object(Thread& parent, LinuxProcess& process) {
  auto object = TRY(to_errno(Process::create_in(process.memory().space(), parent.process().job(),
                                                std::string_view(parent.process().name().data()),
                                                personality())));
  object->set_personality_state(RefPtr<RefCounted>(&process));
  object->set_call_trace(parent.process().call_trace());
  process.set_object(*object);
  return object;
}

ErrnoOr<> share_files(LinuxThread& parent, LinuxThread& child, uint64_t flags) {
  child.files = (flags & kFiles) != 0 ? parent.files : TRY(parent.files->copy());
  child.fs = (flags & kFs) != 0 ? parent.fs : TRY(to_errno(parent.fs->copy()));
  return {};
}

void inherit_scheduling(const LinuxThread& parent, LinuxThread& child) {
  child.object().set_allowed_cpus(parent.object().allowed_cpus());
  const LinuxThread::Scheduling& from = parent.scheduling;
  child.scheduling.io_priority = from.io_priority.load();
  child.scheduling.nice = from.nice.load();
  if (from.reset_on_fork) {
    child.scheduling.nice = std::max(from.nice.load(), 0);
    return;
  }
  child.scheduling.policy = from.policy.load();
  child.scheduling.priority = from.priority.load();
  child.object().set_priority(parent.object().priority());
}

// The child's registers and what else it begins with.
ErrnoOr<> set_up_thread(LinuxThread& parent, LinuxThread& child, const CloneRequest& request) {
  hal::UserContext& context = child.object().context();
  hal::release_fpu(parent.object().context());
  TRY(to_errno(context.copy_from(parent.object().context())));
  context.set_syscall_result(0);
  if (raw(request.stack) != 0) set_stack(context, request.stack);
  if ((request.flags & kSetTls) != 0) set_thread_pointer(context, request.tls);
  child.signals.mask = parent.mask_to_restore.value_or(parent.signals.mask);
  // A child on its parent's memory must not run handlers on its parent's alternate stack.
  if ((request.flags & (kVm | kVfork)) != kVm) child.alt_stack = parent.alt_stack;
  if ((request.flags & kVm) == 0) child.rseq = parent.rseq, child.rseq.cpu = ~uint32_t{0};
  if ((request.flags & kChildSetTid) != 0) child.set_child_tid = request.child_tid;
  if ((request.flags & kChildClearTid) != 0) child.clear_child_tid = request.child_tid;
  child.name = parent.name;
  if (parent.traced) TRY(Tracing::prepare(child));
  inherit_scheduling(parent, child);
  return {};
}

// What parent and child are sure to touch first: where the child goes on, what is around the top of
// the stack, and the C library's record of the thread.
void separate_first_pages(LinuxMemory& parent, LinuxMemory& child, hal::UserContext& context) {
  constexpr uint64_t kRedZone = 128;
  (void)child.space()->handle_fault(context.pc(), hal::Access::Execute);
  parent.part_with(child, context.sp());
  if (page_floor(raw(context.sp())) != page_floor(raw(context.sp()) - kRedZone))
    parent.part_with(child, context.sp() + -kRedZone);
  parent.part_with(child, VirtAddr{thread_pointer(context)});
}

// What runs from now on.
void start_limits(LinuxProcess& process) {
  const abi::rlimit limit = process.limits.lock()->of[kLimitCpu];
  if (limit.soft != kUnlimited || limit.hard != kUnlimited)
    process.cpu_limit.watch(limit.soft, limit.hard);
}

// Everything but the entry into the tables.
ErrnoOr<NewTask> make_task(LinuxThread& parent, const CloneRequest& request, int32_t id) {
  NewTask task;
  task.new_process = (request.flags & kThread) == 0;
  RefPtr<Process> object(&parent.object().process());
  if (task.new_process) {
    task.process = TRY(make_process(parent, request, id));
    object = TRY(make_object(parent.object(), *task.process));
  } else {
    task.process = RefPtr(&parent.process());
  }
  task.thread = TRY(to_errno(LinuxThread::create(task.process, id)));
  task.object = TRY(to_errno(Thread::create(std::move(object), "linux")));
  task.object->set_personality_state(task.thread);
  task.thread->set_object(*task.object);
  TRY(share_files(parent, *task.thread, request.flags));
  TRY(set_up_thread(parent, *task.thread, request));
  if (task.new_process && (request.flags & kVm) == 0)
    separate_first_pages(parent.process().memory(), task.process->memory(), task.object->context());
  return task;
}

void abandon(NewTask& task) {
  task.object->kill();
  if (task.new_process) task.object->process().kill();
}

ErrnoOr<int32_t> reserve_id() {
  LockGuard guard(tasks_lock);
  return tasks().allocate_id();
}

LinuxProcess* parent_of_clone(LinuxProcess& caller, uint64_t flags) REQUIRES(tasks_lock) {
  return (flags & kParent) != 0 ? caller.parent() : &caller;
}

// Enters the task and lets it run. On failure nothing of it is left. The event to tell the parent's
// tracer, or 0.
ErrnoOr<uint32_t> start_task(LinuxThread& parent, NewTask& task, const CloneRequest& request) {
  uint32_t event = 0;
  {
    LockGuard guard(tasks_lock);
    // A process that ends or becomes another program must not gain threads.
    if (parent.process().exiting() || parent.object().killed()) return fail(Errno::INTR);
    if (task.new_process)
      tasks().enter(*task.process, parent_of_clone(parent.process(), request.flags), parent.id(),
                    request.exit_signal);
    tasks().enter(*task.thread);
    event = Tracing::attach_child(parent, *task.thread, request.flags, request.exit_signal);
  }
  const auto started = task.new_process ? task.object->process().start_prepared(*task.object)
                                        : task.object->start_prepared();
  if (started) return event;
  tasks().withdraw(*task.thread, task.new_process);
  return fail(started.error() == Status::NoMemory ? Errno::NOMEM : Errno::AGAIN);
}

// The descriptor that stands for the new process, in the parent's table and told to it.
ErrnoOr<int32_t> add_pidfd(SyscallContext& ctx, const NewTask& task, UserOut<int32_t> tell) {
  auto file = TRY(make_pid_file(*task.process, 0));
  const auto fd =
      static_cast<int32_t>(TRY(install(ctx, std::move(file), fs::open_flags::kCloseOnExec)));
  const auto told = put(tell, fd);
  if (told) return fd;
  (void)ctx.self().files->close(fd);
  return fail(told.error());
}

// `vforked`: null unless it must have left the caller's memory.
exec::Task<SysResult> tell_and_wait(LinuxThread& self, RefPtr<LinuxProcess> vforked, int32_t id,
                                    uint32_t event) {
  const auto message = static_cast<uint64_t>(id);
  if (event != 0) (void)co_await stop_for_event(self, ptrace::Event{event}, message);
  if (!vforked) co_return message;
  const Status over = co_await tasks().wait_for_vfork(std::move(vforked));
  if (self.traced && over == Status::Ok)
    (void)co_await stop_for_event(self, ptrace::kEventVforkDone, message);
  co_return message;
}

}  // namespace

exec::Eventually<SysResult> clone_task(SyscallContext& ctx, const CloneRequest& request) {
  LinuxThread& parent = ctx.self();
  auto made = [&]() -> ErrnoOr<NewTask> {
    TRY(check_flags(request));
    TRY(check_process_limit(parent.process()));
    return make_task(parent, request, TRY(reserve_id()));
  }();
  if (!made) return SysResult(fail(made.error()));
  const int32_t id = made->thread->id();
  ErrnoOr<int32_t> pidfd = -1;
  if ((request.flags & kPidfd) != 0) pidfd = add_pidfd(ctx, *made, request.pidfd);
  if (!pidfd) {
    abandon(*made);
    return SysResult(fail(pidfd.error()));
  }
  if ((request.flags & kParentSetTid) != 0) (void)request.parent_tid.write(id);
  const auto started = start_task(parent, *made, request);
  if (!started) {
    abandon(*made);
    if (*pidfd >= 0) (void)parent.files->close(*pidfd);
    return SysResult(fail(started.error()));
  }
  if (made->new_process) start_limits(*made->process);
  RefPtr<LinuxProcess> vforked;
  if ((request.flags & kVfork) != 0) vforked = made->process;
  if (vforked || *started != 0) return tell_and_wait(parent, std::move(vforked), id, *started);
  return SysResult(static_cast<uint64_t>(id));
}

ErrnoOr<NewTask> make_first_task(RefPtr<Job> job, std::string_view name) {
  const int32_t id = TRY(reserve_id());
  NewTask task;
  task.new_process = true;
  task.process = TRY(to_errno(LinuxProcess::create(id, {
    TRY(to_errno(LinuxMemory::create()))
    , TRY(to_errno(SignalHandlers::create()))
  })));
  auto object = TRY(to_errno(
      Process::create_in(task.process->memory().space(), std::move(job), name, personality())));
  object->set_personality_state(task.process);
  task.process->set_object(*object);
  task.thread = TRY(to_errno(LinuxThread::create(task.process, id)));
  task.object = TRY(to_errno(Thread::create(std::move(object), "linux")));
  task.object->set_personality_state(task.thread);
  task.object->context().set_call_convention(hal::CallConvention::Linux);
  task.thread->set_object(*task.object);
  LockGuard guard(tasks_lock);
  tasks().enter(*task.process, nullptr, 0, kSigChld);
  tasks().enter(*task.thread);
  return task;
}

exec::Eventually<SysResult> sys_fork(SyscallContext& ctx) {
  return clone_task(ctx, {.exit_signal = kSigChld});
}

exec::Eventually<SysResult> sys_vfork(SyscallContext& ctx) {
  return clone_task(ctx, {.flags = kVm | kVfork, .exit_signal = kSigChld});
}

exec::Eventually<SysResult> sys_clone(SyscallContext& ctx, uint64_t flags, VirtAddr stack,
                                      uint64_t a2, uint64_t a3, uint64_t a4) {
  const CloneTail tail = clone_tail(a3, a4);
  // They share an argument.
  if ((flags & kPidfd) != 0 && (flags & kParentSetTid) != 0) return SysResult(fail(Errno::INVAL));
  return clone_task(ctx, {.flags = flags & ~kSignalMask & 0xffff'ffff,
                          .exit_signal = static_cast<int32_t>(flags & kSignalMask),
                          .stack = stack,
                          .tls = tail.tls,
                          .parent_tid = UserOut<int32_t>(VirtAddr{a2}),
                          .pidfd = UserOut<int32_t>(VirtAddr{a2}),
                          .child_tid = VirtAddr{tail.child_tid}});
}

exec::Eventually<SysResult> sys_clone3(SyscallContext& ctx, UserIn<std::byte> arguments,
                                       size_t size) {
  constexpr size_t kFirstVersion = offsetof(abi::clone_args, set_tid);
  const auto read = read_growing<abi::clone_args>(arguments, size, kFirstVersion);
  if (!read) return SysResult(fail(read.error()));
  const abi::clone_args& args = *read;
  constexpr uint64_t kKnown = (kClearSighand << 1) - 1;
  const bool stack_wrong = (args.stack == 0) != (args.stack_size == 0);
  if ((args.flags & ~kKnown) != 0 || (args.flags & (kSignalMask | kDetached)) != 0 || stack_wrong ||
      args.exit_signal > kLastSignal || args.set_tid_size != 0 ||
      ((args.flags & (kThread | kParent)) != 0 && args.exit_signal != 0))
    return SysResult(fail(Errno::INVAL));
  return clone_task(ctx, {.flags = args.flags,
                          .exit_signal = static_cast<int32_t>(args.exit_signal),
                          .stack = VirtAddr{args.stack + args.stack_size},
                          .tls = args.tls,
                          .parent_tid = UserOut<int32_t>(VirtAddr{args.parent_tid}),
                          .pidfd = UserOut<int32_t>(VirtAddr{args.pidfd}),
                          .child_tid = VirtAddr{args.child_tid}});
}

}  // namespace jacinth::linux
