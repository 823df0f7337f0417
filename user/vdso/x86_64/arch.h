// What the vDSO's C++ needs of the architecture.
#pragma once

#include <cstdint>

namespace jacinth::vdso {

inline uint64_t read_tick_counter() { return __builtin_ia32_rdtsc(); }

// Instruction fetch is coherent with stores.
inline void sync_instructions() {}

}  // namespace jacinth::vdso
