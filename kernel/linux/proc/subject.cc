#include "linux/proc/subject.h"

#include "linux/tracing/access.h"

namespace jacinth::linux {

LinuxThread* Subject::find_thread() const {
  if (thread_ == 0) {
    auto& threads = process_->threads();
    return threads.empty() ? nullptr : &threads.front();
  }
  LinuxThread* const found = tasks().find_thread(thread_);
  return found != nullptr && &found->process() == process_.get() ? found : nullptr;
}

bool Subject::exists() const {
  LockGuard guard(tasks_lock);
  if (thread_ != 0) return find_thread() != nullptr;
  return process_->state() != LinuxProcess::State::Reaped;
}

RefPtr<LinuxMemory> Subject::memory() const {
  LockGuard guard(tasks_lock);
  return process_->shared_memory();
}

std::array<char, 16> Subject::name() const {
  LockGuard guard(tasks_lock);
  const LinuxThread* const thread = find_thread();
  return thread != nullptr ? thread->name : process_->last_name();
}

ErrnoOr<> Subject::check_inspect() const {
  LinuxProcess& caller = LinuxThread::of(*Thread::current()).process();
  if (!may_access(caller, *process_, AccessIds::FileSystem)) return fail(Errno::ACCES);
  return {};
}

SubjectOwner owner_of(LinuxProcess& process) {
  if (process.dumpable == 0) return {.user = 0, .group = 0};
  const CredentialSet set = *process.credentials.lock();
  return {.user = set.user.effective, .group = set.group.effective};
}

}  // namespace jacinth::linux
