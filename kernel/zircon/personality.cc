#include "zircon/personality.h"

#include "object/task/process.h"
#include "object/task/spot_server.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"
#include "zircon/call_trace.h"
#include "zircon/context.h"
#include "zircon/fetch_arguments.h"
#include "zircon/shutdown.h"

namespace jacinth::zircon {
namespace {

constinit ZirconPersonality the_personality;

bool is_traced(Thread& thread, uint64_t number) {
  return (thread.process().call_trace() >> (number & 63) & 1) != 0;
}

// The rest of serve() for a call that may have to wait: apart, as it needs more of the stack.
[[gnu::noinline]] SpotServer::Served serve_blocking(Thread& thread, const SyscallEntry& entry,
                                                    exec::Task<Status>& wait) {
  SyscallArguments arguments(thread.context());
  if (!arguments.read_stack(entry.argument_count)) [[unlikely]]
    return SpotServer::Served::NotYet;
  exec::Eventually<Status> call = entry.blocking(SyscallContext(thread), arguments);
  if (!call.ready()) {
    wait = std::move(call.task());
    return SpotServer::Served::Waits;
  }
  const int64_t status = static_cast<int32_t>(call.value());
  thread.context().set_syscall_result(static_cast<uint64_t>(status));
  return SpotServer::Served::Done;
}

// Calls from where they may come from, that nobody traces, which need not be finished anywhere, and
// that need no page fetched first.
[[gnu::always_inline]] inline SpotServer::Served serve(Thread& thread, exec::Task<Status>& wait) {
  hal::UserContext& registers = thread.context();
  const SyscallEntry* entry = find_syscall(registers.syscall_number());
  Process& process = thread.process();
  if (entry == nullptr || !process.address_space().call_origin().allows_at_once(registers.pc()))
      [[unlikely]]
    return SpotServer::Served::NotYet;
  if (entry->plain == nullptr) [[unlikely]]
    return serve_blocking(thread, *entry, wait);
  SyscallArguments arguments(registers);
  if (!arguments.read_stack(entry->argument_count)) [[unlikely]]
    return SpotServer::Served::NotYet;
  registers.set_syscall_result(
      static_cast<uint64_t>(entry->plain(SyscallContext(thread), arguments)));
  return SpotServer::Served::Done;
}

}  // namespace

hal::CallServer::Serve ZirconPersonality::spot_server() const {
  return [](hal::CallServer& self) {
    return SpotServer::serve_by(
        self, [](Thread& thread, exec::Task<Status>& wait) { return serve(thread, wait); });
  };
}

ZirconPersonality& personality() { return the_personality; }

void ZirconPersonality::on_process_exit(Process& process) {
  note_process_end(process.koid(), process.info().return_code);
}

CallOutcome ZirconPersonality::syscall(Thread& thread) {
  const uint64_t number = thread.context().syscall_number();
  const SyscallEntry* entry = find_syscall(number);
  const vm::CallOrigin& origin = thread.process().address_space().call_origin();
  if (entry == nullptr || !origin.allows(thread.context().pc())) [[unlikely]] {
    thread.raise_policy_exception();
    return CallResult(fail(Status::BadSyscall));
  }
  SyscallArguments arguments(thread.context());
  if (const auto read = arguments.read_stack(entry->argument_count); !read) [[unlikely]]
    return CallResult(fail(read.error()));
  if (thread.process().address_space().has_paged_mappings()) [[unlikely]]
    return exec::Eventually<CallResult>(call_when_fetched(thread, *entry, number, arguments));
  return call(thread, *entry, number, arguments);
}

CallOutcome ZirconPersonality::call(Thread& thread, const SyscallEntry& entry, uint64_t number,
                                    const SyscallArguments& arguments) const {
  if (entry.plain == nullptr) return call_blocking(thread, entry, number, arguments);
  return finish(thread, number, arguments, entry.plain(SyscallContext(thread), arguments));
}

CallOutcome ZirconPersonality::call_blocking(Thread& thread, const SyscallEntry& entry,
                                             uint64_t number,
                                             const SyscallArguments& arguments) const {
  exec::Eventually<Status> call = entry.blocking(SyscallContext(thread), arguments);
  if (call.ready()) return finish(thread, number, arguments, static_cast<int32_t>(call.value()));
  if (!is_traced(thread, number)) return std::move(call.task());
  return exec::Eventually<CallResult>(
      finish_traced(thread, number, arguments, std::move(call.task())));
}

exec::Task<CallResult> ZirconPersonality::call_when_fetched(Thread& thread,
                                                            const SyscallEntry& entry,
                                                            uint64_t number,
                                                            SyscallArguments arguments) const {
  // What a pager does not bring is found missing by the call itself.
  const Status fetched = co_await fetch_arguments(thread, number, arguments);
  if (fetched == Status::InternalIntrRetry) co_return fail(fetched);
  thread.set_blocked_reason(BlockedReason::None);
  CallOutcome outcome = call(thread, entry, number, arguments);
  if (outcome.ready()) co_return std::move(outcome.value());
  co_return co_await std::move(outcome);
}

CallResult ZirconPersonality::finish(Thread& thread, uint64_t number,
                                     const SyscallArguments& arguments, int64_t value) const {
  if (is_traced(thread, number)) [[unlikely]]
    print_call(thread, number, arguments, value);
  return static_cast<uint64_t>(value);
}

exec::Task<CallResult> ZirconPersonality::finish_traced(Thread& thread, uint64_t number,
                                                        SyscallArguments arguments,
                                                        exec::Task<Status> call) const {
  const Status status = co_await std::move(call);
  co_return finish(thread, number, arguments, static_cast<int32_t>(status));
}

}  // namespace jacinth::zircon
