// System calls on jobs, processes, threads and tasks in general (56–58, 100–104, 133–134, 136–141).
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/policy.h>

#include <algorithm>

#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/suspend_token.h"
#include "object/task/thread.h"
#include "object/vm/vmar_object.h"
#include "zircon/context.h"
#include "zircon/register_file.h"
#include "zircon/syscall_prototypes.h"
#include "zircon/vdso.h"

namespace jacinth::zircon {
namespace {

// A process handle's ability to read or write another's memory, at most this much a call.
constexpr size_t kMaxMemoryTransfer = 64 * 1024 * 1024;
constexpr size_t kTransferChunk = 4096;

// Calls `act` with the thread or process behind the handle; WRONG_TYPE for anything else.
template <typename F>
Result<> with_thread_or_process(RefPtr<KernelObject> object, F&& act) {
  if (auto thread = object_cast<Thread>(object)) return act(*thread);
  if (auto process = object_cast<Process>(object)) return act(*process);
  return fail(Status::WrongType);
}

Result<> suspend(SyscallContext& ctx, HandleValue handle, UserOut<HandleValue> token) {
  auto task = TRY(ctx.get<KernelObject>(handle, rights::kWrite));
  auto made = TRY(SuspendToken::create(std::move(task)));
  return ctx.deliver(token, Handle(std::move(made)));
}

// Moves memory through a buffer of the kernel's, a page at a time: `transfer` does one piece and
// says how much of it there was.
template <typename Transfer>
Result<> move_memory_now(Process& process, VirtAddr at, size_t size, UserOut<size_t> actual,
                         const Transfer& transfer) {
  std::byte buffer[kTransferChunk];
  size_t done = 0;
  while (done < size) {
    // Up to the end of a page, as the next one may lie in another mapping.
    const size_t chunk =
        std::min(size - done, kTransferChunk - (raw(at + done) & (kTransferChunk - 1)));
    const auto moved = transfer(process, at + done, done, std::span(buffer, chunk));
    if (!moved) {
      if (done == 0) return fail(moved.error());
      break;
    }
    done += *moved;
    if (*moved < chunk) break;
  }
  return actual.write(done);
}

// The same once the first page has come from its pager; later ones make the transfer short.
template <typename Transfer>
exec::Task<Status> move_memory_slowly(SyscallContext ctx, RefPtr<Process> process, VirtAddr at,
                                      size_t size, UserOut<size_t> actual, Transfer transfer) {
  Status status = Status::Async;
  while (status == Status::Async) {
    ctx.thread().set_blocked_reason(BlockedReason::Pager);
    status = co_await process->address_space().fetch(at, 1);
    if (status == Status::Ok)
      status = to_status(move_memory_now(*process, at, size, actual, transfer));
  }
  co_return status;
}

template <typename Transfer>
exec::Eventually<Status> move_memory(SyscallContext& ctx, RefPtr<Process> process, VirtAddr at,
                                     size_t size, UserOut<size_t> actual, Transfer transfer) {
  const Status status = to_status(move_memory_now(*process, at, size, actual, transfer));
  if (status != Status::Async) return status;
  return move_memory_slowly(ctx, std::move(process), at, size, actual, transfer);
}

Result<> check_transfer(VirtAddr buffer, size_t size) {
  if (raw(buffer) == 0 || size == 0 || size > kMaxMemoryTransfer) return fail(Status::InvalidArgs);
  return {};
}

template <typename Entry>
Result<Vector<PolicyEntry>> read_policy(UserIn<std::byte> policy, uint32_t count) {
  auto entries = TRY(Vector<PolicyEntry>::with_size(count));
  const UserIn<Entry> source(policy.address());
  for (uint32_t i = 0; i < count; ++i) {
    const Entry entry = TRY(source.read(i));
    if constexpr (std::is_same_v<Entry, zx_policy_basic_v1_t>) {
      entries[i] = {entry.condition, entry.policy, kOverrideDeny};
    } else {
      entries[i] = {entry.condition, entry.action, entry.flags};
    }
  }
  return entries;
}

Result<> set_basic_policy(SyscallContext& ctx, HandleValue handle, uint32_t options, uint32_t topic,
                          UserIn<std::byte> policy, uint32_t count) {
  if (options != ZX_JOB_POL_RELATIVE && options != ZX_JOB_POL_ABSOLUTE)
    return fail(Status::InvalidArgs);
  if (policy.is_null() || count == 0) return fail(Status::InvalidArgs);
  if (count > kPolicyConditionCount) return fail(Status::OutOfRange);
  const auto entries =
      topic == ZX_JOB_POL_BASIC_V1 ? TRY(read_policy<zx_policy_basic_v1_t>(policy, count))
                           : TRY(read_policy<zx_policy_basic_v2_t>(policy, count));
                           auto job = TRY(ctx.get<Job>(handle, rights::kSetPolicy));
                           return job->set_basic_policy(options == ZX_JOB_POL_ABSOLUTE
                                                            ? PolicyMode::Absolute
                                                            : PolicyMode::Relative,
                                                        entries);
}

Result<> set_timer_slack(SyscallContext& ctx, HandleValue handle, uint32_t options,
                         UserIn<std::byte> policy, uint32_t count) {
  if (options != ZX_JOB_POL_RELATIVE || count != 1 || policy.is_null())
    return fail(Status::InvalidArgs);
  const auto slack = TRY(UserIn<zx_policy_timer_slack_t>(policy.address()).read());
  auto job = TRY(ctx.get<Job>(handle, rights::kSetPolicy));
  if (slack.min_slack < 0 || slack.default_mode > 2) return fail(Status::InvalidArgs);
  return job->set_timer_slack(
      {nanoseconds(slack.min_slack), static_cast<exec::Slack::Mode>(slack.default_mode)});
}

}  // namespace

Result<> sys_job_create(SyscallContext& ctx, HandleValue parent_job, uint32_t options,
                        UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto parent = TRY(ctx.get_with_either<Job>(parent_job, rights::kManageJob, rights::kWrite));
  return ctx.deliver(out, Handle(TRY(Job::create(std::move(parent)))));
}

Result<> sys_job_set_policy(SyscallContext& ctx, HandleValue handle, uint32_t options,
                            uint32_t topic, UserIn<std::byte> policy, uint32_t policy_count) {
  switch (topic) {
    case ZX_JOB_POL_BASIC_V1:
    case ZX_JOB_POL_BASIC_V2:
      return set_basic_policy(ctx, handle, options, topic, policy, policy_count);
    case ZX_JOB_POL_TIMER_SLACK:
      return set_timer_slack(ctx, handle, options, policy, policy_count);
    default:
      return fail(Status::InvalidArgs);
  }
}

Result<> sys_job_set_critical(SyscallContext& ctx, HandleValue job, uint32_t options,
                              HandleValue process) {
  if ((options & ~ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO) != 0) return fail(Status::InvalidArgs);
  auto target = TRY(ctx.get<Job>(job, rights::kDestroy));
  auto critical = TRY(ctx.get<Process>(process, rights::kWait));
  return target->set_critical_process(*critical, options != 0);
}

void sys_process_exit(SyscallContext& ctx, int64_t retcode) { ctx.process().exit(retcode); }

Result<> sys_process_create(SyscallContext& ctx, HandleValue job, UserIn<char> name,
                            size_t name_size, uint32_t options, UserOut<HandleValue> proc_handle,
                            UserOut<HandleValue> vmar_handle) {
  if (options != 0) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewProcess));
  const NameArgument wanted = TRY(read_name(name, name_size));
  auto parent = TRY(ctx.get_with_either<Job>(job, rights::kManageProcess, rights::kWrite));
  auto process =
      TRY(Process::create(std::move(parent), wanted.view(), ctx.process().personality()));
  process->set_call_trace(ctx.process().call_trace());
  guard_calls(*process);
  auto vmar = TRY(VmarObject::create(process->address_space().root()));
  return ctx.deliver(proc_handle, Handle(std::move(process)), vmar_handle, Handle(std::move(vmar)));
}

Result<> sys_process_start(SyscallContext& ctx, HandleValue handle, HandleValue thread,
                           VirtAddr entry, VirtAddr stack, HandleValue arg1, uint64_t arg2) {
  // The argument goes whatever happens.
  Handle argument;
  if (arg1 != kInvalidHandle) {
    auto taken = ctx.take(arg1);
    if (taken) argument = std::move(*taken);
  }
  auto process = TRY(ctx.get<Process>(handle, rights::kWrite));
  auto first = TRY(ctx.get<Thread>(thread, rights::kWrite));
  if (argument && !argument.has(rights::kTransfer)) return fail(Status::AccessDenied);
  if (argument && argument.type() == ObjectType::Channel)
    static_cast<Channel&>(*argument.object()).set_owner(process->koid());
  return process->start(*first, entry, stack, std::move(argument), arg2);
}

exec::Eventually<Status> sys_process_read_memory(SyscallContext& ctx, HandleValue handle,
                                                 VirtAddr vaddr, UserOut<std::byte> buffer,
                                                 size_t buffer_size, UserOut<size_t> actual) {
  if (const auto checked = check_transfer(buffer.address(), buffer_size); !checked)
    return checked.error();
  auto process = ctx.get<Process>(handle, rights::kRead | rights::kWrite);
  if (!process) return process.error();
  return move_memory(ctx, std::move(*process), vaddr, buffer_size, actual,
                     [buffer](Process& of, VirtAddr at, size_t done,
                              std::span<std::byte> piece) -> Result<size_t> {
                       const size_t got = TRY(of.read_memory(at, piece));
                       TRY(buffer.write_array(piece.first(got), done));
                       return got;
                     });
}

exec::Eventually<Status> sys_process_write_memory(SyscallContext& ctx, HandleValue handle,
                                                  VirtAddr vaddr, UserIn<std::byte> buffer,
                                                  size_t buffer_size, UserOut<size_t> actual) {
  if (const auto checked = check_transfer(buffer.address(), buffer_size); !checked)
    return checked.error();
  auto process = ctx.get<Process>(handle, rights::kWrite);
  if (!process) return process.error();
  return move_memory(ctx, std::move(*process), vaddr, buffer_size, actual,
                     [buffer](Process& of, VirtAddr at, size_t done,
                              std::span<std::byte> piece) -> Result<size_t> {
                       TRY(buffer.read_array(piece, done));
                       return of.write_memory(at, piece);
                     });
}

Result<> sys_task_suspend(SyscallContext& ctx, HandleValue handle, UserOut<HandleValue> token) {
  return suspend(ctx, handle, token);
}
Result<> sys_task_suspend_token(SyscallContext& ctx, HandleValue handle,
                                UserOut<HandleValue> token) {
  return suspend(ctx, handle, token);
}

Result<> sys_task_kill(SyscallContext& ctx, HandleValue handle) {
  auto task = TRY(ctx.get<KernelObject>(handle, rights::kDestroy));
  if (auto job = object_cast<Job>(task)) {
    job->kill();
    return {};
  }
  return with_thread_or_process(std::move(task), [](auto& target) -> Result<> {
    target.kill();
    return {};
  });
}

void sys_thread_exit(SyscallContext& ctx) { ctx.thread().exit(); }

Result<> sys_thread_create(SyscallContext& ctx, HandleValue process, UserIn<char> name,
                           size_t name_size, uint32_t options, UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  const NameArgument wanted = TRY(read_name(name, name_size));
  auto owner = TRY(ctx.get<Process>(process, rights::kManageThread));
  auto thread = TRY(Thread::create(std::move(owner), wanted.view()));
  return ctx.deliver(out, Handle(std::move(thread)));
}

Result<> sys_thread_start(SyscallContext& ctx, HandleValue handle, VirtAddr thread_entry,
                          VirtAddr stack, uint64_t arg1, uint64_t arg2) {
  auto thread = TRY(ctx.get<Thread>(handle, rights::kManageThread));
  return thread->start(thread_entry, stack, arg1, arg2);
}

Result<> sys_thread_read_state(SyscallContext& ctx, HandleValue handle, uint32_t kind,
                               UserOut<std::byte> buffer, size_t buffer_size) {
  auto thread = TRY(ctx.get<Thread>(handle, rights::kRead));
  const RegisterFile file = TRY(register_file(kind));
  if (buffer_size < file.size) return fail(Status::BufferTooSmall);
  auto state = TRY(Vector<std::byte>::with_size(file.size));
  TRY(thread->read_state(file.set, state));
  return buffer.write_array(state);
}

Result<> sys_thread_write_state(SyscallContext& ctx, HandleValue handle, uint32_t kind,
                                UserIn<std::byte> buffer, size_t buffer_size) {
  auto thread = TRY(ctx.get<Thread>(handle, rights::kWrite));
  const RegisterFile file = TRY(register_file(kind));
  if (buffer_size < file.size) return fail(Status::BufferTooSmall);
  if (buffer_size != file.size) return fail(Status::InvalidArgs);
  auto state = TRY(Vector<std::byte>::with_size(file.size));
  TRY(buffer.read_array(state));
  return thread->write_state(file.set, state);
}

}  // namespace jacinth::zircon
