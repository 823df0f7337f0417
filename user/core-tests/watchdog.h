// Ends the program when a case does not: a blocked test must not block whoever runs the tests.
#pragma once

#include <atomic>

#include "test.h"
#include "thread.h"

namespace core {

class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void start(const Case& test);
  void stop();

 private:
  void watch();
  void announce(const Case* test, zx_futex_t ticket);
  [[noreturn]] void give_up(const Case& test);

  // Odd while a case runs; changes with each start and stop. The watching thread sleeps on it.
  std::atomic<zx_futex_t> ticket_{0};
  std::atomic<const Case*> running_{nullptr};
  std::atomic<bool> over_{false};
  const zx_handle_t main_thread_;
  Thread thread_;
};

}  // namespace core
