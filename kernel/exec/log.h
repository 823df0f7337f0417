// The kernel's log: one ring of records, written by kernel code and by programs, mirrored to the
// console.
//
// It lives in this layer because this is the lowest that knows the time and the console; what is
// below (base, machines) panics or prints instead.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/print.h"
#include "exec/deferred.h"

namespace jacinth {

enum class LogSeverity : uint8_t {
  Trace = 0x10,
  Debug = 0x20,
  Info = 0x30,
  Warning = 0x40,
  Error = 0x50,
  Fatal = 0x60,
};

// The process and thread that wrote a record, by koid; 0, 0: the kernel.
struct LogAuthor {
  uint64_t process = 0;
  uint64_t thread = 0;
};

// A record as programs get it (zx_log_record_t of mid-2020). Only the first size() bytes count.
struct LogRecord {
  static constexpr size_t kHeaderBytes = 32;
  static constexpr size_t kMaxText = 224;

  uint32_t rollout = 0;  // size() << 12 | bytes it takes in the ring
  uint16_t text_bytes = 0;
  LogSeverity severity = LogSeverity::Info;
  uint8_t flags = 0;
  int64_t timestamp_ns = 0;
  LogAuthor author;
  std::array<char, kMaxText> text_buffer;

  size_t size() const { return kHeaderBytes + text_bytes; }
  std::string_view text() const { return {text_buffer.data(), text_bytes}; }
};
static_assert(offsetof(LogRecord, text_buffer) == LogRecord::kHeaderBytes);

// A reader's place in the log. Starts at the oldest record there is.
struct LogCursor {
  uint64_t position = 0;
};

// Adds a record; text beyond LogRecord::kMaxText is cut off. The oldest records make room. Any
// context in which no lock ranked LockRank::Log or higher is held.
void log_write(LogSeverity severity, std::string_view text, LogAuthor author = {});

// Formats as base/print.h does:    klog(LogSeverity::Info, "{} pages free", count);
template <typename... Args>
void klog(LogSeverity severity, FormatString<Args...> format, const Args&... args) {
  std::array<char, LogRecord::kMaxText> buffer;
  log_write(severity, format_into(buffer, format, args...));
}

// Copies out the record at the cursor and moves on; a cursor whose record has been overwritten goes
// to the oldest one. False when there is none yet.
bool log_read(LogCursor& cursor, LogRecord& record);
// Whether log_read() would find a record. Takes no lock.
bool log_available(const LogCursor& cursor);

// Records of this severity and above are printed on the console; Info at first.
void log_set_console_level(LogSeverity lowest);

// `watcher` is scheduled after each new record; null: nobody is told.
void log_set_watcher(exec::Deferred* watcher);

}  // namespace jacinth
