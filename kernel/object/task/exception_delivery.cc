#include "object/task/exception_delivery.h"

#include <span>

#include "object/ipc/channel.h"
#include "object/task/exception_object.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"

namespace jacinth {
namespace {

// The bytes of an exception message: zx_exception_info_t.
struct ExceptionMessage {
  Koid process;
  Koid thread;
  ExceptionType type;
  uint32_t padding = 0;
};
static_assert(sizeof(ExceptionMessage) == 24);

Result<MessagePtr> make_message(Thread& thread, ExceptionType type, RefPtr<Exception> exception) {
  const ExceptionMessage bytes{
      .process = thread.process().koid(), .thread = thread.koid(), .type = type};
  MessagePtr message = TRY(MessagePacket::create(std::as_bytes(std::span(&bytes, 1)), 1));
  message->handles()[0] = Handle(std::move(exception));
  return message;
}

Job* nearest_debugged_job(const Process& process) {
  Job* job = process.job().get();
  while (job != nullptr && !job->debugger().attached()) job = job->parent().get();
  return job;
}

}  // namespace

// One thread's questions to its handlers, one after the other.
class ExceptionDelivery {
 public:
  ExceptionDelivery(Thread& thread, const ExceptionReport& report)
      : thread_(thread), report_(report) {}

  // OK: handled. NEXT: not, or nobody listens on `channel`. CANCELED: killed.
  exec::Eventually<Status> ask(ExceptionHandler handler, const ExceptionChannel& channel) {
    ExceptionChannel::Connection connection = channel.connection();
    if (!connection.channel) return Status::Next;
    anybody_asked_ = true;
    return ask_connected(handler, std::move(connection));
  }
  bool anybody_asked() const { return anybody_asked_; }
  // What the handler asked last wants if all others decline.
  bool second_chance() const { return second_chance_; }

 private:
  exec::Task<Status> ask_connected(ExceptionHandler handler,
                                   ExceptionChannel::Connection connection) {
    exec::Waiter waiter;
    auto made = make_ref<Exception>(RefPtr(&thread_), report_.type, handler, connection);
    // A handler that cannot be reached for lack of memory is none.
    if (!made) co_return Status::Next;
    const RefPtr<Exception> exception = *std::move(made);
    auto message = make_message(thread_, report_.type, exception);
    if (!message) co_return Status::Next;
    exception->begin(waiter);
    // Whoever reads the message finds the thread in the exception, but for a killed one, which
    // announces its exit and does not wait. When the listener has gone the message is destroyed,
    // and with it the wait ends.
    const bool entered = thread_.enter_exception(report_, handler, waiter);
    (void)static_cast<Channel&>(*connection.channel).write(*std::move(message));
    const Status ended = entered ? co_await thread_.wait_in_exception(waiter) : Status::Canceled;
    exception->end();
    if (ended != Status::Ok) co_return ended;
    second_chance_ = exception->strategy() == Exception::Strategy::SecondChance;
    co_return exception->answer() == Exception::Answer::Handled ? Status::Ok : Status::Next;
  }

  Thread& thread_;
  const ExceptionReport report_;
  bool anybody_asked_ = false;
  bool second_chance_ = false;
};

exec::Task<Status> deliver_exception(Thread& thread, ExceptionReport report) {
  ExceptionDelivery delivery(thread, report);
  Process& process = thread.process();
  Status answer = co_await delivery.ask(ExceptionHandler::Debugger, process.debugger());
  if (answer != Status::Next) co_return answer;
  const bool second_chance = delivery.second_chance();
  answer = co_await delivery.ask(ExceptionHandler::Thread, thread.exceptions());
  if (answer == Status::Next)
    answer = co_await delivery.ask(ExceptionHandler::Process, process.exceptions());
  if (answer == Status::Next && second_chance)
    answer = co_await delivery.ask(ExceptionHandler::Debugger, process.debugger());
  for (Job* job = process.job().get(); answer == Status::Next && job != nullptr;
       job = job->parent().get())
    answer = co_await delivery.ask(ExceptionHandler::Job, job->exceptions());
  co_return answer == Status::Next && !delivery.anybody_asked() ? Status::NotFound : answer;
}

exec::Task<Status> announce_start(Thread& thread, bool process) {
  if (Job* job = process ? nearest_debugged_job(thread.process()) : nullptr) {
    ExceptionDelivery delivery(thread, {.type = ExceptionType::ProcessStarting});
    (void)co_await delivery.ask(ExceptionHandler::JobDebugger, job->debugger());
  }
  ExceptionDelivery delivery(thread, {.type = ExceptionType::ThreadStarting});
  co_return co_await delivery.ask(ExceptionHandler::Debugger, thread.process().debugger());
}

exec::Task<Status> announce_exit(Thread& thread) {
  ExceptionDelivery delivery(thread, {.type = ExceptionType::ThreadExiting});
  co_return co_await delivery.ask(ExceptionHandler::Debugger, thread.process().debugger());
}

bool debugger_attached(const Thread& thread) {
  return thread.process().debugger().attached() ||
         nearest_debugged_job(thread.process()) != nullptr;
}

Result<Handle> create_exception_channel(KernelObject& task, bool debugger, Rights task_rights) {
  ExceptionChannel* target = nullptr;
  Rights process_rights = task_rights;
  bool dying = false;
  switch (task.type()) {
    case ObjectType::Thread: {
      auto& thread = static_cast<Thread&>(task);
      if (debugger) return fail(Status::InvalidArgs);
      dying = thread.killed() || thread.info().state >= Thread::State::Dying;
      target = &thread.exceptions();
      process_rights = 0;  // a thread's handler learns nothing about the rest of the process
      break;
    }
    case ObjectType::Process: {
      auto& process = static_cast<Process&>(task);
      dying = process.info().exited;
      target = debugger ? &process.debugger() : &process.exceptions();
      break;
    }
    case ObjectType::Job: {
      auto& job = static_cast<Job&>(task);
      dying = job.info().exited;
      target = debugger ? &job.debugger() : &job.exceptions();
      break;
    }
    default:
      return fail(Status::WrongType);
  }
  if (dying) return fail(Status::BadState);
  auto [kernel_end, user_end] = TRY(Channel::create());
  TRY(target->bind(std::move(kernel_end), task_rights, process_rights));
  user_end.replace_rights(rights::kTransfer | rights::kWait | rights::kRead);
  return std::move(user_end);
}

}  // namespace jacinth
