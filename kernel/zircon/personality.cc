#include "zircon/personality.h"

#include "object/task/process.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"
#include "zircon/call_trace.h"
#include "zircon/context.h"
#include "zircon/shutdown.h"

namespace jacinth::zircon {
namespace {

constinit ZirconPersonality the_personality;

// Arguments that do not come in registers lie on the program's stack.
Result<> read_arguments(const hal::UserContext& context, size_t count, SyscallArguments& out) {
  constexpr size_t kInRegisters = hal::UserContext::kSyscallRegisterArgs;
  for (size_t i = 0; i < std::min(count, kInRegisters); ++i) out[i] = context.syscall_arg(i);
  if (count <= kInRegisters) return {};
  return vm::copy_in(&out[kInRegisters], context.syscall_stack_args(),
                     (count - kInRegisters) * sizeof(uint64_t));
}

}  // namespace

ZirconPersonality& personality() { return the_personality; }

void ZirconPersonality::on_process_exit(Process& process) {
  note_process_end(process.koid(), process.info().return_code);
}

exec::Eventually<CallResult> ZirconPersonality::syscall(Thread& thread) {
  const hal::UserContext& machine = thread.context();
  const uint64_t number = machine.syscall_number();
  const SyscallEntry* entry = find_syscall(number);
  if (entry == nullptr) [[unlikely]] {
    thread.raise_policy_exception();
    return CallResult(fail(Status::BadSyscall));
  }
  SyscallArguments arguments;
  if (const auto read = read_arguments(machine, entry->argument_count, arguments); !read)
    return CallResult(fail(read.error()));
  SyscallContext context(thread);
  if (entry->plain != nullptr)
    return finish(thread, number, arguments, entry->plain(context, arguments));
  exec::Eventually<Status> call = entry->blocking(context, arguments);
  if (call.ready()) return finish(thread, number, arguments, static_cast<int32_t>(call.value()));
  return finish_later(thread, number, arguments, std::move(call.task()));
}

CallResult ZirconPersonality::finish(Thread& thread, uint64_t number,
                                     const SyscallArguments& arguments, int64_t value) const {
  if ((thread.process().call_trace() >> (number & 63) & 1) != 0) [[unlikely]]
    print_call(thread, number, arguments, value);
  return static_cast<uint64_t>(value);
}

exec::Task<CallResult> ZirconPersonality::finish_later(Thread& thread, uint64_t number,
                                                       SyscallArguments arguments,
                                                       exec::Task<Status> call) const {
  const Status status = co_await std::move(call);
  co_return finish(thread, number, arguments, static_cast<int32_t>(status));
}

}  // namespace jacinth::zircon
