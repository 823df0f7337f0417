// What waiting for a task finds.
#pragma once

#include <cstdint>

namespace jacinth::linux {

// CPU time in nanoseconds, all of it and what of it was the kernel's.
struct Usage {
  int64_t cpu_ns = 0;
  int64_t system_ns = 0;

  int64_t user_ns() const { return cpu_ns - system_ns; }
  Usage& operator+=(const Usage& other) {
    cpu_ns += other.cpu_ns;
    system_ns += other.system_ns;
    return *this;
  }
};

// Also what SIGCHLD tells.
struct ChildStatus {
  int32_t pid = 0;
  uint32_t uid = 0;
  int32_t code = 0;    // signal_code::kChild…
  int32_t status = 0;  // the exit status, or the signal (of a traced task with the event above)
  Usage usage{};
  // As wait4 gives it.
  int32_t wait_status() const;
  // `status` as wait4 gives it, taken apart.
  void set_end(int32_t wait_status);
};

}  // namespace jacinth::linux
