#include "hal/console.h"

#include <array>
#include <atomic>

#include "base/spinlock.h"
#include "hal/bare_common/panic.h"
#include "hal/bare_common/streams.h"
#include "hal/bare_common/virtio_console.h"
#include "hal/riscv64/console.h"
#include "hal/riscv64/plic.h"
#include "hal/riscv64/sbi.h"
#include "hal/riscv64/uart.h"

namespace jacinth::riscv64 {
namespace {

constexpr size_t kInputBytes = 1024;

constinit SerialPort port;
constinit SpinLock output_lock{LockRank::Console};
constinit VirtioMmio virtio_device;
constinit hal::VirtioConsole virtio GUARDED_BY(output_lock);
constinit bool has_virtio = false;
constinit SpinLock input_lock{LockRank::Console};
// Bytes that arrived and were not read; what comes when it is full is lost, as on any serial port.
constinit std::array<char, kInputBytes> input GUARDED_BY(input_lock){};
constinit uint32_t input_head GUARDED_BY(input_lock) = 0;
constinit uint32_t input_tail GUARDED_BY(input_lock) = 0;
constinit std::atomic<void (*)()> input_handler{nullptr};

void put(char c) {
  if (port.is_open()) return port.put(c);
  sbi::call(sbi::kLegacyPutchar, 0, static_cast<uint8_t>(c));
}

// Terminals on a serial line need two characters to end a line; some programs write both.
enum class LineEnds : bool { AsIs, Both };

void put_text(std::string_view text, LineEnds ends) REQUIRES(output_lock) {
  for (const char c : text) {
    if (c == '\n' && ends == LineEnds::Both) put('\r');
    put(c);
  }
  virtio.write(text);
}

void write(std::string_view text, LineEnds ends) NO_THREAD_SAFETY_ANALYSIS {
  // Whoever holds the lock may never let go of it.
  if (hal::is_panicking()) return put_text(text, ends);
  LockGuard guard(output_lock);
  put_text(text, ends);
}

void keep(char c) REQUIRES(input_lock) {
  if (input_tail - input_head < kInputBytes) input[input_tail++ % kInputBytes] = c;
}

void tell_of_input() {
  if (auto* handler = input_handler.load(); handler != nullptr) handler();
}

void take_input() {
  bool any = false;
  {
    LockGuard guard(input_lock);
    while (const auto c = port.get()) {
      any = true;
      keep(*c);
    }
  }
  if (any) tell_of_input();
}

size_t read_virtio(std::span<char> buffer) {
  LockGuard guard(output_lock);
  return virtio.read(buffer);
}

void take_virtio_input() {
  virtio_device.acknowledge_interrupt();
  std::array<char, 64> piece;
  while (const size_t count = read_virtio(piece)) {
    {
      LockGuard guard(input_lock);
      for (const char c : std::span(piece).first(count)) keep(c);
    }
    tell_of_input();
  }
}

}  // namespace

void set_up_console() {
  port.open(board.uart);
  set_interrupt_handler(board.uart.region.interrupt, &take_input);
}

void add_virtio_console(const VirtioMmio& device, uint32_t interrupt, PhysAddr receive_page,
                        PhysAddr transmit_page) {
  if (has_virtio) return;
  has_virtio = true;
  virtio_device = device;
  {
    LockGuard guard(output_lock);
    virtio.start(virtio_device, receive_page, transmit_page);
  }
  set_interrupt_handler(interrupt, &take_virtio_input);
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

void console_write(std::string_view text) { write(text, LineEnds::Both); }
void console_write_as_is(std::string_view text) { write(text, LineEnds::AsIs); }

size_t console_read(std::span<char> buffer) {
  LockGuard guard(input_lock);
  size_t count = 0;
  while (count < buffer.size() && input_head != input_tail)
    buffer[count++] = input[input_head++ % kInputBytes];
  return count;
}

void console_set_input_handler(void (*handler)()) { input_handler.store(handler); }

bool console_input_ended() { return false; }

}  // namespace jacinth::hal
