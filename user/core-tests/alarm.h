// A device that interrupts when it is told to, to test the kernel with: a machine's spare timer.
#pragma once

#include <zircon/types.h>

#include <cstdint>

namespace core {

// Each machine's is in alarm_<architecture>.cc.
class Alarm {
 public:
  // Takes the device into use; says why when this machine has none.
  Alarm();
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  explicit operator bool() const { return registers_ != nullptr; }
  // The line it is on, and options for zx_interrupt_create() that fit it.
  uint32_t line() const { return line_; }
  uint32_t options() const { return options_; }

  // Has it raise its line in a millisecond, until hush() is called.
  void set();
  // The line is raised.
  bool is_ringing() const;
  void hush();

 private:
  volatile uint32_t* registers_ = nullptr;
  uint32_t line_ = 0;
  uint32_t options_ = 0;
};

}  // namespace core
