#include "linux/proc/subject.h"

namespace jacinth::linux {

constexpr uint64_t kPtraceCapability = uint64_t{1} << 19;

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
  if (&caller == process_.get()) return {};
  const CredentialSet theirs = *process_->credentials.lock();
  const CredentialSet ours = *caller.credentials.lock();
  if ((ours.capabilities.effective & kPtraceCapability) != 0) return {};
  auto all_are = [](const CredentialSet::Ids& ids, uint32_t id) {
    return ids.real == id && ids.effective == id && ids.saved == id;
  };
  const bool same =
      all_are(theirs.user, ours.user.file_system) && all_are(theirs.group, ours.group.file_system);
  if (!same || process_->dumpable == 0) return fail(Errno::ACCES);
  return {};
}

SubjectOwner owner_of(LinuxProcess& process) {
  if (process.dumpable == 0) return {.user = 0, .group = 0};
  const CredentialSet set = *process.credentials.lock();
  return {.user = set.user.effective, .group = set.group.effective};
}

}  // namespace jacinth::linux
