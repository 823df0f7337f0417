#include "object/dev/debuglog.h"

#include "base/never_destroyed.h"

namespace jacinth {

// Everyone who reads the log. Records may be written under nearly any lock, so readers are not told
// there and then but from deferred work. (The list is made by hand because a global one must have a
// constant initialiser.)
class LogReaders {
 public:
  void add(DebugLog& reader) {
    LockGuard guard(lock_);
    if (first_ == nullptr) log_set_watcher(&tell_);
    reader.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &reader;
    first_ = &reader;
    reader.update_readable();
  }
  void remove(DebugLog& reader) {
    LockGuard guard(lock_);
    (reader.previous_ == nullptr ? first_ : reader.previous_->next_) = reader.next_;
    if (reader.next_ != nullptr) reader.next_->previous_ = reader.previous_;
    if (first_ == nullptr) log_set_watcher(nullptr);
  }
  Result<> read(DebugLog& reader, LogRecord& record) {
    LockGuard guard(lock_);
    if (log_read(reader.cursor_, record)) return {};
    // A record that comes now is told of later, when the lock is free again.
    reader.update_signals(signals::kReadable, 0);
    return fail(Status::ShouldWait);
  }

 private:
  static void tell_all();

  SpinLock lock_{LockRank::Object};
  DebugLog* first_ GUARDED_BY(lock_) = nullptr;
  exec::Deferred tell_{tell_all};
};

namespace {
constinit NeverDestroyed<LogReaders> readers;
}

void LogReaders::tell_all() {
  LockGuard guard(readers->lock_);
  for (DebugLog* reader = readers->first_; reader != nullptr; reader = reader->next_)
    reader->update_readable();
}

Result<Handle> DebugLog::create(Readable readable) {
  return Handle(TRY(make_ref<DebugLog>(readable)));
}

DebugLog::DebugLog(Readable readable) : KernelObject(signals::kWritable), readable_(readable) {
  if (readable_ == Readable::Yes) readers->add(*this);
}

DebugLog::~DebugLog() {
  if (readable_ == Readable::Yes) readers->remove(*this);
}

Result<> DebugLog::read(LogRecord& record) {
  if (readable_ == Readable::No) return fail(Status::BadState);
  return readers->read(*this, record);
}

void DebugLog::update_readable() {
  if (log_available(cursor_)) update_signals(0, signals::kReadable);
}

}  // namespace jacinth
