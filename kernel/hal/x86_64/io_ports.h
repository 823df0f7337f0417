// Which I/O ports programs may use: a bit for each, which the processor looks up behind its task
// state segment.
//
// A CPU has no such bits until a program on this machine wants ports. Then each gets pages for
// them, and its task state, which lies in the CPU's block, is mapped a second time right before
// those pages: the processor uses that. A CPU copies a space's bits when it enters the space.
#pragma once

#include <array>

#include "base/heap.h"
#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

inline constexpr size_t kPortMapBytes = 0x10000 / 8;

struct PortMap : HeapAllocated {
  std::array<uint8_t, kPortMapBytes> denied;  // a bit for each port
};

// This CPU enters a space with these ports, which it looks at again as long as it is there; null:
// it enters none.
void load_ports(Cpu& cpu, const std::atomic<PortMap*>* space);
// Any space's ports may have changed since this CPU last looked: loads its own anew. False: nothing
// has changed, or it has none.
bool refresh_ports(Cpu& cpu);

}  // namespace jacinth::x86_64
