// Serial ports: the two that RISC-V boards have.
#pragma once

#include <cstdint>
#include <optional>

#include "hal/riscv64/board.h"

namespace jacinth::riscv64 {

// Not synchronised: whoever calls put() holds the console's lock, whoever calls get() that of its
// input.
class SerialPort {
 public:
  // Takes the port over: 8 bits, its speed as it was set, an interrupt for each byte that arrives.
  void open(const Uart& facts);
  bool is_open() const { return kind_ != UartKind::None; }
  void put(char c);
  std::optional<char> get();

 private:
  volatile uint8_t& byte_register(size_t index) const;
  volatile uint32_t& word_register(size_t offset) const;

  UartKind kind_ = UartKind::None;
  volatile std::byte* registers_ = nullptr;
  uint32_t shift_ = 0;
};

}  // namespace jacinth::riscv64
