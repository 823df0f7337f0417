// Where everything lies.
//
// One memory file holds all that is shared between the host processes of this machine:
//
//     file offset 0 ............ ram_bytes ............................................ end
//                 | RAM         | kernel data | stacks | helpers | host processes' blocks |
//
// RAM is mapped whole as the direct map, the rest as the machine area, both once, before any other
// process exists, so that they are at the same addresses in each. Guests own the addresses below
// kUserLimit; Linux puts a static position-independent program, its stack and its mappings above.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/units.h"

namespace jacinth::host {

inline constexpr uintptr_t kUserBase = 0x20000;
inline constexpr uintptr_t kUserLimit = 0x7000'0000'0000;
// Right below and right above: where call_patches.h has its code, within a jump's reach of
// programs.
inline constexpr uintptr_t kCallWindowBytes = 0x10000;
inline constexpr uintptr_t kLowCallWindow = kUserBase - kCallWindowBytes;
inline constexpr uintptr_t kHighCallWindow = kUserLimit;

inline constexpr size_t kKernelStackBytes = 64 * 1024;  // for each virtual CPU; below it, a guard
inline constexpr size_t kSlotBytes = 64 * 1024;  // a HostThread, its signal stack, its first stack
inline constexpr uint32_t kMostProcesses = 4096;

// Set up once at start-up, then constant.
struct Layout {
  int memory_fd = -1;
  std::byte* direct_map = nullptr;
  uint64_t ram_bytes = 0;       // the direct map's size
  uint64_t free_ram_bytes = 0;  // of it, for the frame allocator; images lie behind
  std::byte* area = nullptr;
  uint32_t cpus = 0;
  bool slow_calls = false;  // leave the code of Linux programs as it is

  std::byte* kernel_stack(uint32_t cpu) const;  // its lowest usable byte
  std::byte* helper_slot(uint32_t index) const;
  // Slot 0 is the process's servant, slot 1 + n its thread for virtual CPU n.
  std::byte* process_slot(uint32_t process, uint32_t slot) const;
};
extern constinit Layout layout;

// A stretch of the program's own writable memory.
struct Segment {
  uintptr_t start;
  size_t bytes;
};

// Maps the machine area, moves the program's writable segments into it, sets up the kernel stacks
// and empties the guests' addresses. The caller's stack must be outside the segments. Returns null,
// or what went wrong.
const char* set_up_layout(const Segment* segments, size_t count);

// True for addresses right below a kernel stack.
bool is_stack_guard(uintptr_t address);
// True for addresses of kernel code.
bool is_kernel_text(uintptr_t address);

}  // namespace jacinth::host
