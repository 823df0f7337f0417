// DebugLog: a program's way to the kernel's log, with a reading place of its own.
#pragma once

#include <string_view>

#include "exec/log.h"
#include "object/handle.h"

namespace jacinth {

// WRITABLE always. READABLE, when made for reading: from when there is a record for this reader
// until a read finds none.
class DebugLog final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::DebugLog;
  static constexpr Rights kDefaultRights = rights::kBasic | rights::kWrite | rights::kSignal;

  enum class Readable : bool { No, Yes };

  // NO_MEMORY. The handle has rights::kRead when readable.
  static Result<Handle> create(Readable readable);
  explicit DebugLog(Readable readable);
  ~DebugLog() override;

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return kDefaultRights | (readable_ == Readable::Yes ? rights::kRead : rights::kNone);
  }

  // Adds a record of severity Info, as every program's are; see log_write().
  static void write(std::string_view text, LogAuthor author) {
    log_write(LogSeverity::Info, text, author);
  }

  // The next record. SHOULD_WAIT when there is none yet, BAD_STATE when not made for reading.
  Result<> read(LogRecord& record);

 private:
  friend class LogReaders;

  // READABLE if and only if there is something to read. With the lock of all readers held.
  void update_readable();

  const Readable readable_;
  // Guarded by the lock of all readers.
  LogCursor cursor_;
  DebugLog* next_ = nullptr;
  DebugLog* previous_ = nullptr;
};

}  // namespace jacinth
