// CallOrigin: which code of an address space may make system calls.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/units.h"

namespace jacinth::vm {

// All code may, until guard(). From then on none may but what grant() names: the one library
// (Zircon's vDSO) whose code a program maps once, and never changes. It tells where that is without
// a guard, too.
//
// A call is judged by the address behind its instruction, where the program goes on.
class CallOrigin {
 public:
  // Before a program runs in the space.
  void guard() {
    guarded_ = true;
    set(kNowhere, 0);
  }

  // Whoever gets true is about to map the code, and says where it is, or that it could not.
  bool begin_grant() {
    uint64_t none = 0;
    return code_.compare_exchange_strong(none, kPending, std::memory_order_relaxed);
  }
  void give_up_grant() { code_.store(0, std::memory_order_relaxed); }
  void grant(VirtAddr code, uint64_t bytes) {
    code_.store(raw(code), std::memory_order_relaxed);
    if (guarded_) set(raw(code) + 1, bytes);
  }
  // 0 without such code.
  uint64_t code() const {
    const uint64_t code = code_.load(std::memory_order_relaxed);
    return code == kPending ? 0 : code;
  }

  bool allows(VirtAddr back) const {
    return raw(back) - first_.load(std::memory_order_relaxed) <
           bytes_.load(std::memory_order_relaxed);
  }
  // The same for calls that nobody need look at any closer: for none after slow_down().
  bool allows_at_once(VirtAddr back) const {
    return raw(back) - first_.load(std::memory_order_relaxed) <
           bytes_at_once_.load(std::memory_order_relaxed);
  }
  void slow_down() {
    slow_.store(true);
    bytes_at_once_.store(0);
  }
  bool is_slow() const { return slow_.load(std::memory_order_relaxed); }

 private:
  static constexpr uint64_t kPending = 1;
  // No program's address is less than any code's size behind it.
  static constexpr uint64_t kNowhere = uint64_t{1} << 63;

  // `first` is seen before a number of bytes that would allow anything together with the old one:
  // no program is that close behind kNowhere.
  void set(uint64_t first, uint64_t bytes) {
    first_.store(first, std::memory_order_relaxed);
    bytes_.store(bytes, std::memory_order_relaxed);
    bytes_at_once_.store(bytes);
    if (slow_.load()) bytes_at_once_.store(0);
  }

  std::atomic<uint64_t> first_{0};  // of the addresses behind calls
  std::atomic<uint64_t> bytes_at_once_{~uint64_t{0}};
  std::atomic<uint64_t> bytes_{~uint64_t{0}};
  std::atomic<uint64_t> code_{0};
  std::atomic<bool> slow_{false};
  bool guarded_ = false;
};

}  // namespace jacinth::vm
