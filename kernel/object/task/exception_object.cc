#include "object/task/exception_object.h"

#include "object/task/process.h"

namespace jacinth {

Exception::Exception(RefPtr<Thread> thread, ExceptionType type, ExceptionHandler handler,
                     const ExceptionChannel::Connection& connection)
    : thread_(std::move(thread)),
      type_(type),
      handler_(handler),
      thread_rights_(connection.thread_rights),
      process_rights_(connection.process_rights) {}

Result<Handle> Exception::thread_handle() const {
  if (thread_rights_ == 0) return fail(Status::AccessDenied);
  return Handle(thread_, thread_rights_);
}

Result<Handle> Exception::process_handle() const {
  if (process_rights_ == 0) return fail(Status::AccessDenied);
  return Handle(RefPtr<KernelObject>(&thread_->process()), process_rights_);
}

Exception::Answer Exception::answer() const {
  LockGuard guard(lock_);
  return answer_;
}

void Exception::set_answer(Answer answer) {
  LockGuard guard(lock_);
  answer_ = answer;
}

Result<Exception::Strategy> Exception::strategy() const {
  if (handler_ != ExceptionHandler::Debugger) return fail(Status::BadState);
  LockGuard guard(lock_);
  return strategy_;
}

Result<> Exception::set_strategy(Strategy strategy) {
  if (handler_ != ExceptionHandler::Debugger) return fail(Status::BadState);
  LockGuard guard(lock_);
  strategy_ = strategy;
  return {};
}

void Exception::begin(exec::Waiter& waiter) {
  LockGuard guard(lock_);
  waiter_ = &waiter;
}

void Exception::end() {
  LockGuard guard(lock_);
  waiter_ = nullptr;
}

void Exception::on_zero_handles() {
  LockGuard guard(lock_);
  if (waiter_ != nullptr) waiter_->finish(Status::Ok);
}

}  // namespace jacinth
