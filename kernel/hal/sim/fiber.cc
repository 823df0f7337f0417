#include "hal/sim/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

extern "C" void jacinth_fiber_switch(void** saved_sp, void* next_sp);

namespace jacinth::sim {
namespace {

constexpr size_t kStackBytes = 512 * 1024;
constexpr size_t kGuardBytes = 64 * 1024;

// Where switch_to() came from and goes to: the arriving side takes the bounds of the stack it left.
Fiber* leaving = nullptr;
Fiber* arriving = nullptr;

// Stacks of fibers that have gone; a test over thousands of seeds makes thousands of machines.
std::vector<void*>& spare_stacks() {
  static auto* stacks = new std::vector<void*>;
  return *stacks;
}

void* take_stack() {
  auto& spare = spare_stacks();
  if (!spare.empty()) {
    void* stack = spare.back();
    spare.pop_back();
    return stack;
  }
  void* block = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED || mprotect(block, kGuardBytes, PROT_NONE) != 0) {
    perror("sim: no memory for a virtual CPU's stack");
    abort();
  }
  return static_cast<std::byte*>(block) + kGuardBytes;
}

}  // namespace

Fiber::Fiber(void (*entry)())
    : entry_(entry), stack_(take_stack()), stack_bytes_(kStackBytes), owns_stack_(true) {
  auto* top = reinterpret_cast<uintptr_t*>(static_cast<std::byte*>(stack_) + kStackBytes);
  *--top = 0;  // the return address of start(), which never returns
  *--top = reinterpret_cast<uintptr_t>(&Fiber::start);
  constexpr int kSavedRegisters = 6;
  for (int i = 0; i < kSavedRegisters; ++i) *--top = 0;
  stack_pointer_ = top;
}

Fiber::~Fiber() {
  if (!owns_stack_) return;
#if __has_feature(address_sanitizer)
  __asan_unpoison_memory_region(stack_, stack_bytes_);
#endif
  spare_stacks().push_back(stack_);
}

void Fiber::switch_to(Fiber& next) {
  leaving = this;
  arriving = &next;
#if __has_feature(address_sanitizer)
  __sanitizer_start_switch_fiber(&fake_stack_, next.stack_, next.stack_bytes_);
#endif
  jacinth_fiber_switch(&stack_pointer_, next.stack_pointer_);
  arrived();
}

void Fiber::leave_for(Fiber& next) {
  leaving = this;
  arriving = &next;
#if __has_feature(address_sanitizer)
  __sanitizer_start_switch_fiber(nullptr, next.stack_, next.stack_bytes_);
#endif
  jacinth_fiber_switch(&stack_pointer_, next.stack_pointer_);
  abort();
}

void Fiber::arrived() {
#if __has_feature(address_sanitizer)
  const void* left_stack = nullptr;
  size_t left_bytes = 0;
  __sanitizer_finish_switch_fiber(fake_stack_, &left_stack, &left_bytes);
  if (!leaving->owns_stack_) {
    leaving->stack_ = const_cast<void*>(left_stack);
    leaving->stack_bytes_ = left_bytes;
  }
#endif
}

void Fiber::start() {
  Fiber* self = arriving;
  self->arrived();
  self->entry_();
  abort();
}

}  // namespace jacinth::sim
