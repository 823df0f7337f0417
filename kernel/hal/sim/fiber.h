// Fibers: the virtual CPUs' stacks, switched by hand on one host thread.
#pragma once

#include <cstddef>

namespace jacinth::sim {

// A stack and the place where it stopped. The host thread's own stack is a Fiber too: one that was
// default-constructed and is switched away from first.
class Fiber {
 public:
  Fiber() = default;
  // Will run `entry`, which must not return, when first switched to.
  explicit Fiber(void (*entry)());
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  // Goes on in `next`; returns when some other fiber switches back to this one.
  void switch_to(Fiber& next);
  // The same for the last time: nobody will switch back.
  [[noreturn]] void leave_for(Fiber& next);

 private:
  static void start();
  void arrived();

  void* stack_pointer_ = nullptr;
  void (*entry_)() = nullptr;
  // What AddressSanitizer needs to know about the stack.
  void* stack_ = nullptr;
  size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;
  bool owns_stack_ = false;
};

}  // namespace jacinth::sim
