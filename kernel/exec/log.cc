#include "exec/log.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/spinlock.h"
#include "hal/clock.h"
#include "hal/console.h"

namespace jacinth {
namespace {

// The ring's bytes; by themselves, and so not in the kernel's image, as they are zero at first.
constexpr size_t kRingBytes = 128 * 1024;
constinit std::byte ring_bytes[kRingBytes];

// Positions count all bytes ever written; a byte's place is its position modulo the ring's size.
//
//     begin_                     end_
//       ├ record ┼ record ┼ record ┤          end_ - begin_ <= kRingBytes
class LogRing {
 public:
  static constexpr size_t kAlign = 4;

  void append(const LogRecord& record) {
    const size_t space = bytes_for(record.text_bytes);
    LockGuard guard(lock_);
    const uint64_t end = end_.load(std::memory_order_relaxed);
    while (end + space - begin_ > kRingBytes) begin_ += space_at(begin_);
    copy_in(end, &record, record.size());
    end_.store(end + space, std::memory_order_release);
  }

  bool read(LogCursor& cursor, LogRecord& record) {
    LockGuard guard(lock_);
    cursor.position = std::max(cursor.position, begin_);
    if (cursor.position == end_.load(std::memory_order_relaxed)) return false;
    copy_out(cursor.position, &record, LogRecord::kHeaderBytes);
    copy_out(cursor.position + LogRecord::kHeaderBytes, record.text_buffer.data(),
             record.text_bytes);
    cursor.position += bytes_for(record.text_bytes);
    return true;
  }

  uint64_t end() const { return end_.load(std::memory_order_acquire); }

  static constexpr size_t bytes_for(size_t text_bytes) {
    return (LogRecord::kHeaderBytes + text_bytes + kAlign - 1) & ~(kAlign - 1);
  }

 private:
  size_t space_at(uint64_t position) const REQUIRES(lock_) {
    LogRecord header;
    copy_out(position, &header, LogRecord::kHeaderBytes);
    return bytes_for(header.text_bytes);
  }
  void copy_in(uint64_t position, const void* from, size_t bytes) REQUIRES(lock_) {
    const size_t at = position % kRingBytes;
    const size_t first = std::min(bytes, kRingBytes - at);
    memcpy(ring_bytes + at, from, first);
    memcpy(ring_bytes, static_cast<const std::byte*>(from) + first, bytes - first);
  }
  void copy_out(uint64_t position, void* to, size_t bytes) const REQUIRES(lock_) {
    const size_t at = position % kRingBytes;
    const size_t first = std::min(bytes, kRingBytes - at);
    memcpy(to, ring_bytes + at, first);
    memcpy(static_cast<std::byte*>(to) + first, ring_bytes, bytes - first);
  }

  SpinLock lock_{LockRank::Log};
  uint64_t begin_ GUARDED_BY(lock_) = 0;
  std::atomic<uint64_t> end_{0};  // changed under the lock
};

constinit LogRing ring;
constinit std::atomic<LogSeverity> console_level{LogSeverity::Info};
constinit std::atomic<exec::Deferred*> the_watcher{nullptr};

// One write for the whole line, so that lines of several CPUs do not mix.
void print(const LogRecord& record) {
  std::array<char, LogRecord::kMaxText + 80> line;
  BufferSink sink(line);
  const int64_t ms = record.timestamp_ns / 1'000'000;
  format_to(sink, "[{:05}.{:03}] {:05}:{:05}> ", ms / 1000, ms % 1000, record.author.process,
            record.author.thread);
  std::string_view text = record.text();
  if (text.ends_with('\n')) text.remove_suffix(1);
  sink.write(text);
  sink.write("\n");
  hal::console_write(sink.view());
}

}  // namespace

void log_write(LogSeverity severity, std::string_view text, LogAuthor author) {
  text = text.substr(0, LogRecord::kMaxText);
  LogRecord record;
  record.text_bytes = static_cast<uint16_t>(text.size());
  record.rollout = static_cast<uint32_t>(record.size() << 12 | LogRing::bytes_for(text.size()));
  record.severity = severity;
  record.timestamp_ns = hal::now().ns;
  record.author = author;
  std::copy(text.begin(), text.end(), record.text_buffer.begin());

  ring.append(record);
  if (severity >= console_level.load(std::memory_order_relaxed)) print(record);
  if (exec::Deferred* watching = the_watcher.load(std::memory_order_acquire)) watching->schedule();
}

bool log_read(LogCursor& cursor, LogRecord& record) { return ring.read(cursor, record); }

bool log_available(const LogCursor& cursor) { return ring.end() > cursor.position; }

void log_set_console_level(LogSeverity lowest) {
  console_level.store(lowest, std::memory_order_relaxed);
}

void log_set_watcher(exec::Deferred* watcher) {
  the_watcher.store(watcher, std::memory_order_release);
}

}  // namespace jacinth
