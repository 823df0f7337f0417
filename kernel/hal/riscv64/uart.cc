#include "hal/riscv64/uart.h"

#include "hal/riscv64/paging.h"

namespace jacinth::riscv64 {
namespace {

// 16550: registers by index.
constexpr size_t kData = 0, kInterruptEnable = 1, kFifoControl = 2, kLineStatus = 5;
constexpr uint8_t kReceived = 1, kTransmitterEmpty = 0x20, kFifoOn = 7;

// SiFive's: registers by byte offset.
constexpr size_t kTransmit = 0, kReceive = 4, kTransmitControl = 8, kReceiveControl = 12,
                 kSifiveInterruptEnable = 16;
constexpr uint32_t kFull = 1u << 31, kEmpty = 1u << 31, kEnabled = 1, kReceiveWatermark = 2;

}  // namespace

volatile uint8_t& SerialPort::byte_register(size_t index) const {
  return *reinterpret_cast<volatile uint8_t*>(registers_ + (index << shift_));
}
volatile uint32_t& SerialPort::word_register(size_t offset) const {
  return *reinterpret_cast<volatile uint32_t*>(registers_ + offset);
}

void SerialPort::open(const Uart& facts) {
  if (facts.kind == UartKind::None || !facts.region.exists()) return;
  registers_ = map_device(facts.region.base, facts.region.bytes);
  shift_ = facts.register_shift;
  kind_ = facts.kind;
  if (kind_ == UartKind::Ns16550) {
    byte_register(kFifoControl) = kFifoOn;
    byte_register(kInterruptEnable) = kReceived;
  } else {
    word_register(kTransmitControl) = kEnabled;
    word_register(kReceiveControl) = kEnabled;  // at the first byte
    word_register(kSifiveInterruptEnable) = kReceiveWatermark;
  }
}

void SerialPort::put(char c) {
  if (kind_ == UartKind::Ns16550) {
    while ((byte_register(kLineStatus) & kTransmitterEmpty) == 0) {
    }
    byte_register(kData) = static_cast<uint8_t>(c);
  } else {
    while ((word_register(kTransmit) & kFull) != 0) {
    }
    word_register(kTransmit) = static_cast<uint8_t>(c);
  }
}

std::optional<char> SerialPort::get() {
  if (kind_ == UartKind::Ns16550) {
    if ((byte_register(kLineStatus) & kReceived) == 0) return std::nullopt;
    return static_cast<char>(byte_register(kData));
  }
  const uint32_t received = word_register(kReceive);
  if ((received & kEmpty) != 0) return std::nullopt;
  return static_cast<char>(received);
}

}  // namespace jacinth::riscv64
