#include "hal/x86_64/console.h"

#include <atomic>
#include <utility>

#include "base/spinlock.h"
#include "hal/bare_common/panic.h"
#include "hal/bare_common/streams.h"
#include "hal/bare_common/virtio_console.h"
#include "hal/console.h"
#include "hal/x86_64/interrupts.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

// A 16550: registers at their distance from the port's base.
constexpr uint16_t kPort = 0x3f8;
constexpr uint16_t kData = kPort, kInterruptEnable = kPort + 1, kFifoControl = kPort + 2,
                   kLineControl = kPort + 3, kModemControl = kPort + 4, kLineStatus = kPort + 5;
constexpr unsigned kIsaLine = 4;
constexpr size_t kFifoBytes = 16;

constexpr uint8_t kHasInput = 1 << 0;
constexpr uint8_t kOutputEmpty = 1 << 5;
constexpr uint8_t kNothingThere = 0xff;

constinit SpinLock lock{LockRank::Console};
constinit std::atomic<void (*)()> input_handler{nullptr};
constinit hal::VirtioConsole virtio;
constinit bool present = false;
// What was typed before the port's queue was turned on, which empties it.
constinit char early_byte = 0;
constinit bool has_early_byte = false;

bool has_input() { return (in8(kLineStatus) & kHasInput) != 0; }

// Terminals on a serial line need two characters to end a line; some programs write both.
enum class LineEnds : bool { AsIs, Both };

// One FIFO's worth at a time.
void write_to_port(std::string_view text, LineEnds ends) {
  size_t room = 0;
  auto put = [&](char c) {
    if (room == 0) {
      while ((in8(kLineStatus) & kOutputEmpty) == 0) asm volatile("pause");
      room = kFifoBytes;
    }
    out8(kData, static_cast<uint8_t>(c));
    --room;
  };
  for (char c : text) {
    if (c == '\n' && ends == LineEnds::Both) put('\r');
    put(c);
  }
}

void write_everywhere(std::string_view text, LineEnds ends) {
  if (present) write_to_port(text, ends);
  virtio.write(text);
}

void write(std::string_view text, LineEnds ends) {
  // Whoever has the lock then may have been stopped.
  if (hal::is_panicking()) return write_everywhere(text, ends);
  LockGuard guard(lock);
  write_everywhere(text, ends);
}

}  // namespace

void start_console() {
  constexpr uint8_t kDivisorAccess = 0x80, kEightBits = 3, kFifoOnAndClear = 7, kLinesUp = 0xb;
  present = in8(kLineStatus) != kNothingThere;
  if (!present) return;
  has_early_byte = has_input();
  if (has_early_byte) early_byte = static_cast<char>(in8(kData));
  out8(kInterruptEnable, 0);
  out8(kLineControl, kDivisorAccess);
  out8(kData, 1);  // 115200 baud
  out8(kInterruptEnable, 0);
  out8(kLineControl, kEightBits);
  out8(kFifoControl, kFifoOnAndClear);
  out8(kModemControl, kLinesUp);
}

void start_console_input() {
  constexpr uint8_t kOnInput = 1;
  if (!present || !connect_isa_line(kIsaLine, &console_interrupt, 0)) return;
  out8(kInterruptEnable, kOnInput);
}

void add_virtio_console(hal::VirtioTransport& device, PhysAddr receive_page,
                        PhysAddr transmit_page) {
  LockGuard guard(lock);
  virtio.start(device, receive_page, transmit_page);
}

void console_interrupt(uint64_t) {
  if (void (*handler)() = input_handler.load()) handler();
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

void console_write(std::string_view text) { x86_64::write(text, x86_64::LineEnds::Both); }
void console_write_as_is(std::string_view text) { x86_64::write(text, x86_64::LineEnds::AsIs); }

size_t console_read(std::span<char> buffer) {
  LockGuard guard(x86_64::lock);
  size_t count = 0;
  if (!buffer.empty() && std::exchange(x86_64::has_early_byte, false))
    buffer[count++] = x86_64::early_byte;
  while (x86_64::present && count < buffer.size() && x86_64::has_input())
    buffer[count++] = static_cast<char>(x86_64::in8(x86_64::kData));
  return count + x86_64::virtio.read(buffer.subspan(count));
}

void console_set_input_handler(void (*handler)()) {
  x86_64::input_handler.store(handler);
  // Bytes may have come before anybody asked.
  handler();
}

bool console_input_ended() { return false; }

}  // namespace jacinth::hal
