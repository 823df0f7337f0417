// Virtual CPUs, and the host threads that they run on.
//
// A virtual CPU is a set of host threads, one for each host process it has visited, of which
// exactly one runs; hand_off() passes the CPU with its kernel stack from one to another. Each host
// thread's GS base points to its HostThread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/lock_rank.h"
#include "base/units.h"
#include "hal/cpu.h"
#include "hal/user.h"

namespace jacinth::host {

class HostAddressSpace;
struct HostProcess;
struct HostThread;

struct Vcpu {
  // 1: an interrupt waits to be taken. A futex: halt() sleeps on it.
  alignas(64) std::atomic<uint32_t> pending{0};
  // What it takes to have it look at `pending`: a signal, nothing, a futex wake-up.
  enum class Sleep : uint32_t { Awake, Polling, Asleep };
  std::atomic<Sleep> sleep{Sleep::Awake};
  std::atomic<HostThread*> thread{nullptr};  // the one that runs
  uintptr_t parked_sp = 0;                   // the kernel stack between two host threads
  hal::CpuId id = 0;
  bool timer_published = true;
  Instant timer = kForever;                              // as set by the kernel
  std::atomic<int64_t> published_timer_ns{kForever.ns};  // as the timer thread sees it
  // Where the vector registers of a program go that is stopped by a signal; the image then belongs
  // to the program's context.
  std::byte* spare_image = nullptr;
  HostAddressSpace* space = nullptr;  // the active one
  void (*entry)(hal::CpuId) = nullptr;
};

struct HostThread {
  HostThread* self = this;
  Vcpu* vcpu = nullptr;                 // null in helper threads
  uintptr_t kernel_sp = 0;              // while a program runs: the stack to come back to
  hal::UserContext* context = nullptr;  // of the program that runs
  uint64_t entry_pc = 0;                // where the program is entered
  std::atomic<uint32_t> go{0};          // a futex: set to wake the parked thread
  uint32_t cpu = 0;
  HostProcess* process = nullptr;
  int pid = 0;
  std::atomic<int> tid{0};
  uint64_t fs_base = 0;  // what the register holds
  // Whose FS base and control words (mxcsr, fcw) the registers hold; see UserContext::loaded_on.
  hal::UserContext* loaded = nullptr;
  hal::UserExit exit{};  // why a signal stopped the program
  HeldLocks held_locks;
};

extern constinit Vcpu vcpus[hal::kMaxCpus];

inline HostThread& current_thread() {
  HostThread* self;
  asm volatile("mov %%gs:%c1, %0" : "=r"(self) : "i"(offsetof(HostThread, self)));
  return *self;
}

// The machine has FSGSBASE instructions that programs may use.
extern constinit bool has_fsgsbase;

// Makes the HostThread in `slot` (kSlotBytes, shared memory).
HostThread& make_host_thread(std::byte* slot);
// The first thing on a new host thread: GS base, signal stack.
void enter_host_thread(HostThread& self);
// Finds the host CPUs that this program may use; before the first pin_to_host_cpu().
void find_host_cpus();
// Every virtual CPU has a host CPU of its own.
bool has_host_cpu_for_each();
// Keeps the calling host thread on the host CPU that stands for its virtual CPU.
void pin_to_host_cpu(hal::CpuId cpu);
// Where a new thread's stack starts: the upper half of its slot.
void* slot_stack_top(std::byte* slot);

// clone(2): the new thread or process runs entry(argument) on `stack`. Gives its id, or -errno.
long spawn(long flags, void* stack, void (*entry)(void*), void* argument);
// Makes a helper host thread in this process, in helper slot `index`.
bool start_helper(uint32_t index, void (*entry)(void*));

// Passes `vcpu` from its running host thread to the parked `to`; returns there.
void hand_off(HostThread& from, HostThread& to, Vcpu& vcpu);
// Ends a new host thread's start-up: waits to be handed its virtual CPU.
[[noreturn]] void park(HostThread& self);

}  // namespace jacinth::host
