#include "object/task/exception_channel.h"

#include <utility>

namespace jacinth {

Result<> ExceptionChannel::bind(Handle kernel_end, Rights thread_rights, Rights process_rights) {
  // The old end and a refused new one close after the lock is free: closing may do anything.
  LockGuard guard(lock_);
  if (closed_) return fail(Status::BadState);
  if (attached_locked()) return fail(Status::AlreadyBound);
  std::swap(end_, kernel_end);
  thread_rights_ = thread_rights;
  process_rights_ = process_rights;
  return {};
}

ExceptionChannel::Connection ExceptionChannel::connection() const {
  LockGuard guard(lock_);
  if (!attached_locked()) return {};
  return {end_.object(), thread_rights_, process_rights_};
}

void ExceptionChannel::close() {
  Handle doomed;
  LockGuard guard(lock_);
  closed_ = true;
  std::swap(end_, doomed);
}

}  // namespace jacinth
