#include "object/task/suspend_token.h"

#include "object/task/process.h"
#include "object/task/thread.h"

namespace jacinth {
namespace {

Result<> suspend(KernelObject& task) {
  const Thread* self = Thread::current();
  if (task.type() == ObjectType::Thread) {
    if (&task == self) return fail(Status::NotSupported);
    return static_cast<Thread&>(task).suspend();
  }
  if (task.type() == ObjectType::Process) {
    if (self != nullptr && &task == &self->process()) return fail(Status::NotSupported);
    return static_cast<Process&>(task).suspend();
  }
  return fail(Status::WrongType);
}

}  // namespace

Result<RefPtr<SuspendToken>> SuspendToken::create(RefPtr<KernelObject> task) {
  // The token first: once the task is suspended nothing may fail any more.
  RefPtr<SuspendToken> token = TRY(make_ref<SuspendToken>(std::move(task)));
  TRY(suspend(*token->task_));
  token->suspending_.store(true, std::memory_order_release);
  return token;
}

// Once: with the last handle, or at the end of a token that never had one.
void SuspendToken::resume() {
  if (!suspending_.exchange(false, std::memory_order_acq_rel)) return;
  if (task_->type() == ObjectType::Thread) return static_cast<Thread&>(*task_).resume();
  static_cast<Process&>(*task_).resume();
}

}  // namespace jacinth
