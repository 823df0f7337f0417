#include "linux/linux_personality.h"

#include <algorithm>

#include "linux/call_trace.h"
#include "linux/futex/robust.h"
#include "linux/memory/out_of_memory.h"
#include "linux/signals/deliver.h"
#include "linux/start.h"
#include "linux/task/rseq.h"
#include "linux/task/task_table.h"
#include "linux/tracing/trace_stop.h"
#include "object/task/spot_server.h"

namespace jacinth::linux {
namespace {

constinit LinuxPersonality the_personality;

uint64_t error_register(Errno error) { return static_cast<uint64_t>(-static_cast<int64_t>(error)); }

// What the program gets for a result. A call that was interrupted, or wants to be made again, has
// its fate decided before the program goes on.
uint64_t result_register(LinuxThread& self, const SysResult& result) {
  if (result) [[likely]]
    return *result;
  if (is_restart(result.error())) [[unlikely]] {
    self.interrupted_by = result.error();
    self.object().request_attention();
  }
  return error_register(result.error());
}

// Calls that nobody watches, and that need no more of the program's registers than their own.
SpotServer::Served serve_on_the_spot(Thread& thread) {
  LinuxThread& self = LinuxThread::of(thread);
  hal::UserContext& registers = thread.context();
  if (self.traced.load(std::memory_order_acquire) || thread.process().call_trace() != 0 ||
      registers.called_slowly() || thread.time_split().is_sample_due()) [[unlikely]]
    return SpotServer::Served::NotYet;
  self.call = registers.linux_call();
  const CallEntry* const entry = find_call(self.call.number);
  if (entry == nullptr || entry->registers) [[unlikely]]
    return SpotServer::Served::NotYet;
  SyscallContext context(thread);
  if (entry->function.plain != nullptr) {
    const SysResult result = entry->function.plain(context, self.call.args);
    registers.set_syscall_result(result_register(self, result));
    return SpotServer::Served::Done;
  }
  if (entry->function.blocking == nullptr) [[unlikely]]
    return SpotServer::Served::NotYet;
  exec::Eventually<SysResult> call = entry->function.blocking(context, self.call.args);
  if (!call.ready()) {
    self.begun.emplace(std::move(call.task()));
    return SpotServer::Served::NotYet;
  }
  registers.set_syscall_result(result_register(self, call.value()));
  return SpotServer::Served::Done;
}

}  // namespace

LinuxPersonality& personality() { return the_personality; }

uint64_t LinuxPersonality::error_value(Status status) const {
  return error_register(to_errno(status));
}

hal::CallServer::Serve LinuxPersonality::spot_server() const {
  return [](hal::CallServer& self) {
    return SpotServer::serve_by(
        self, [](Thread& thread, exec::Task<Status>&) { return serve_on_the_spot(thread); });
  };
}

CallOutcome LinuxPersonality::syscall(Thread& thread) {
  LinuxThread& self = LinuxThread::of(thread);
  if (self.begun) {
    exec::Task<SysResult> rest = *std::move(self.begun);
    self.begun.reset();
    return exec::Eventually<CallResult>(finish_later(self, std::move(rest)));
  }
  if (self.traced.load(std::memory_order_acquire)) [[unlikely]]
    return exec::Eventually<CallResult>(traced_call(self));
  self.call = thread.context().linux_call();
  if (thread.context().called_slowly()) self.process().memory().speed_up_call(thread.context());
  const CallEntry* const entry = find_call(self.call.number);
  SyscallContext context(thread);
  if (entry == nullptr || (entry->function.plain == nullptr && entry->function.blocking == nullptr))
      [[unlikely]] {
    note_missing_call(self.call.number, entry);
    return finish(self, fail(Errno::NOSYS));
  }
  if (entry->function.plain != nullptr)
    return finish(self, entry->function.plain(context, self.call.args));
  exec::Eventually<SysResult> call = entry->function.blocking(context, self.call.args);
  if (call.ready()) return finish(self, call.value());
  return exec::Eventually<CallResult>(finish_later(self, std::move(call.task())));
}

CallResult LinuxPersonality::finish(LinuxThread& self, const SysResult& result) const {
  Thread& thread = self.object();
  const uint64_t number = self.call.number;
  if ((thread.process().call_trace() >> (number & 63) & 1) != 0) [[unlikely]]
    print_call(thread, self.call, find_call(number), result);
  return result_register(self, result);
}

exec::Task<CallResult> LinuxPersonality::finish_later(LinuxThread& self,
                                                      exec::Task<SysResult> call) const {
  const SysResult result = co_await std::move(call);
  co_return finish(self, result);
}

exec::Eventually<Status> LinuxPersonality::on_exception(Thread& thread,
                                                        const ExceptionReport& report) {
  if (report.type == ExceptionType::FatalPageFault && report.access != hal::Access::None) {
    const auto again = thread.process().address_space().handle_fault(report.address, report.access);
    if (again) return Status::Ok;
    if (again.error() == Status::NoMemory) {
      auto room = make_room(LinuxThread::of(thread));
      if (room.allocated()) return room;
      return Status::Ok;  // it comes back
    }
  }
  return deliver_exception_signal(thread, report);
}

exec::Eventually<Status> LinuxPersonality::on_attention(Thread& thread) {
  return deliver_signals(thread);
}

void LinuxPersonality::on_return(Thread& thread, bool interrupted) {
  LinuxThread& self = LinuxThread::of(thread);
  if (raw(self.rseq.area) != 0) renew_rseq(self, interrupted);
}

exec::Eventually<Status> LinuxPersonality::on_thread_start(Thread& thread, bool first) {
  LinuxThread& self = LinuxThread::of(thread);
  if (first && is_first_program(self.process())) return run_first_program(self);
  // A child that cannot be told its number runs all the same.
  on_return(thread, false);
  if (raw(self.set_child_tid) != 0) (void)UserOut<int32_t>(self.set_child_tid).write(self.id());
  return Status::Ok;
}

namespace {

void leave(LinuxThread& self) {
  release_user_words(self);
  // What it alone has open is closed now, in its own time.
  self.replace_files(nullptr);
  self.replace_fs(nullptr);
  tasks().thread_left(self);
  // The object is then the memory's only user, and takes it apart in its own time.
  if (self.process().thread_count() == 0) self.process().replace_memory(nullptr);
}

exec::Task<Status> leave_traced(LinuxThread& self) {
  (void)co_await stop_at_exit(self);
  leave(self);
  co_return Status::Ok;
}

}  // namespace

exec::Eventually<Status> LinuxPersonality::on_thread_exit(Thread& thread) {
  LinuxThread& self = LinuxThread::of(thread);
  if (wants_stop_at_exit(self)) [[unlikely]] {
    auto leaving = leave_traced(self);
    if (leaving.allocated()) return leaving;
  }
  leave(self);
  return Status::Ok;
}

void LinuxPersonality::on_process_exit(Process& process) {
  LinuxProcess& self = LinuxProcess::of(process);
  // One that was never entered, or was withdrawn, is nobody's child.
  bool entered = false;
  {
    LockGuard guard(tasks_lock);
    entered = tasks().find_process(self.id()) == &self;
  }
  if (entered) tasks().process_ended(self);
}

}  // namespace jacinth::linux
