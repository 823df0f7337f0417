#include "hal/host/console.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/spinlock.h"
#include "hal/console.h"
#include "hal/cpu.h"
#include "hal/host/helpers.h"
#include "hal/host/host_thread.h"
#include "hal/host/sys.h"
#include "hal/machine.h"

namespace jacinth::host {
namespace {

constexpr int kInput = 0, kOutput = 1;

// struct termios as the kernel has it.
struct Termios {
  uint32_t input_flags, output_flags, control_flags, local_flags;
  uint8_t line, control[19];
};
constexpr long kTcgets = 0x5401, kTcsets = 0x5402, kTiocgwinsz = 0x5413;
constexpr uint32_t kOutputProcessing = 1;  // OPOST
constexpr uint32_t kInputTranslation =
    0000400 | 0000200 | 0000100 | 0002000;  // ICRNL IGNCR INLCR IXON
constexpr uint32_t kLocalEditing =
    0000001 | 0000002 | 0000010 | 0100000;  // ISIG ICANON ECHO IEXTEN
constexpr size_t kVtime = 5, kVmin = 6;

constinit Termios saved{};
constinit std::atomic<bool> is_raw{false};
constinit bool takes_escapes = false;
constinit std::atomic<bool> output_is_raw{false};  // the kernel's own lines need their returns

// One producer, the reader; consumers take turns. Indices run on and are taken modulo the size.
constexpr size_t kRingBytes = 4096;
constinit char ring[kRingBytes];
constinit std::atomic<uint32_t> ring_head{0};  // consumers; a futex for the reader of a full ring
constinit std::atomic<uint32_t> ring_tail{0};
constinit SpinLock consumer_lock{LockRank::Console};
constinit std::atomic<uint32_t> input_ended{0};  // 1: ended; a futex that nobody wakes
constinit std::atomic<bool> interrupt{false};
constinit std::atomic<void (*)()> input_handler{nullptr};

void announce() {
  interrupt.store(true);
  hal::send_ipi(0);
}

bool enter_raw_mode(ConsoleMode mode) {
  if (sys::call(sys::Call::Ioctl, kInput, kTcgets, sys::address(&saved)) != 0) return false;
  Termios raw = saved;
  raw.input_flags &= ~kInputTranslation;
  raw.local_flags &= ~kLocalEditing;
  if (mode == ConsoleMode::Raw) raw.output_flags &= ~kOutputProcessing;
  raw.control[kVmin] = 1;
  raw.control[kVtime] = 0;
  if (sys::call(sys::Call::Ioctl, kInput, kTcsets, sys::address(&raw)) != 0) return false;
  is_raw.store(true);
  output_is_raw.store(mode == ConsoleMode::Raw && hal::stream_is_terminal(hal::Stream::Output));
  return true;
}

// On a terminal Ctrl-A x ends the machine, whatever the program does; Ctrl-A twice is one Ctrl-A.
class EscapeFilter {
 public:
  // Takes escapes out of `text`, in place.
  size_t apply(std::span<char> text) {
    size_t kept = 0;
    for (char c : text) {
      if (escaped_) {
        escaped_ = false;
        if (c == 'x') hal::power_off(0);
      } else if (c == kEscape) {
        escaped_ = true;
        continue;
      }
      text[kept++] = c;
    }
    return kept;
  }

 private:
  static constexpr char kEscape = 1;
  bool escaped_ = false;
};

void push(std::span<const char> text) {
  while (!text.empty()) {
    const uint32_t head = ring_head.load();
    const uint32_t tail = ring_tail.load(std::memory_order_relaxed);
    const size_t count = std::min<size_t>(text.size(), kRingBytes - (tail - head));
    for (size_t i = 0; i < count; ++i) ring[(tail + i) % kRingBytes] = text[i];
    ring_tail.store(tail + static_cast<uint32_t>(count));
    text = text.subspan(count);
    if (count != 0) announce();
    if (!text.empty()) sys::futex_wait(&ring_head, head);
  }
}

void reader_main(void* argument) {
  enter_host_thread(*static_cast<HostThread*>(argument));
  // Reading in the background stops the program, as any other.
  const uint64_t job_control = sys::signal_bit(sys::kSigTtin) | sys::signal_bit(sys::kSigTstp) |
                               sys::signal_bit(sys::kSigWinch);
  constexpr long kUnblock = 1;
  sys::call(sys::Call::RtSigprocmask, kUnblock, sys::address(&job_control), 0, sizeof job_control);
  EscapeFilter filter;
  char buffer[512];
  for (;;) {
    const long got = sys::call(sys::Call::Read, kInput, sys::address(buffer), sizeof buffer);
    if (got == sys::kEintr || got == sys::kEagain) {
      struct {
        int fd;
        short events, happened;
      } wait{kInput, 1, 0};
      sys::call(sys::Call::Poll, sys::address(&wait), 1, -1);
      continue;
    }
    if (got <= 0) break;
    std::span<char> text(buffer, static_cast<size_t>(got));
    if (takes_escapes) text = text.first(filter.apply(text));
    push(text);
  }
  input_ended.store(1);
  announce();
  for (;;) sys::futex_wait(&input_ended, 1);
}

}  // namespace

bool start_console(ConsoleMode mode) {
  enter_raw_mode(mode);
  takes_escapes = is_raw.load() && mode == ConsoleMode::Keys;
  return start_helper(kInputHelper, reader_main);
}

void on_window_change(int, void*, void*) { announce(); }

void restore_terminal() {
  output_is_raw.store(false);
  if (is_raw.exchange(false)) sys::call(sys::Call::Ioctl, kInput, kTcsets, sys::address(&saved));
}

void take_console_interrupt() {
  if (!interrupt.load(std::memory_order_relaxed) || !interrupt.exchange(false)) return;
  if (auto* handler = input_handler.load()) handler();
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const long put =
        sys::call(sys::Call::Write, fd, sys::address(text.data()), static_cast<long>(text.size()));
    if (put == sys::kEagain) {
      struct {
        int fd;
        short events, happened;
      } wait{fd, 4, 0};
      sys::call(sys::Call::Poll, sys::address(&wait), 1, -1);
    } else if (put != sys::kEintr) {
      if (put <= 0) return false;  // nobody listens
      text.remove_prefix(static_cast<size_t>(put));
    }
  }
  return true;
}

}  // namespace jacinth::host

namespace jacinth::hal {

void console_write(std::string_view text) {
  if (!host::output_is_raw.load(std::memory_order_relaxed)) {
    host::write_all(host::kOutput, text);
    return;
  }
  while (!text.empty()) {
    const size_t line = text.find('\n');
    host::write_all(host::kOutput, text.substr(0, line));
    if (line == std::string_view::npos) return;
    host::write_all(host::kOutput, "\r\n");
    text.remove_prefix(line + 1);
  }
}

ConsoleSize console_size() {
  ConsoleSize size;
  for (const int fd : {host::kOutput, host::kInput}) {
    if (host::sys::call(host::sys::Call::Ioctl, fd, host::kTiocgwinsz, host::sys::address(&size)) ==
        0)
      return size;
  }
  return {};
}

bool stream_is_terminal(Stream stream) {
  host::Termios settings;
  return host::sys::call(host::sys::Call::Ioctl, static_cast<int>(stream), host::kTcgets,
                         host::sys::address(&settings)) == 0;
}

bool stream_write(Stream stream, std::string_view bytes) {
  return host::write_all(static_cast<int>(stream), bytes);
}

size_t console_read(std::span<char> buffer) {
  size_t count = 0;
  {
    LockGuard guard(host::consumer_lock);
    const uint32_t head = host::ring_head.load(std::memory_order_relaxed);
    count = std::min<size_t>(buffer.size(), host::ring_tail.load() - head);
    for (size_t i = 0; i < count; ++i) buffer[i] = host::ring[(head + i) % host::kRingBytes];
    host::ring_head.store(head + static_cast<uint32_t>(count));
  }
  if (count != 0) host::sys::futex_wake(&host::ring_head, 1);
  return count;
}

void console_set_input_handler(void (*handler)()) { host::input_handler.store(handler); }

bool console_input_ended() {
  return host::input_ended.load() && host::ring_head.load() == host::ring_tail.load();
}

}  // namespace jacinth::hal
