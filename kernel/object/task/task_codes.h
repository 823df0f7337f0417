// How tasks end when it was not their own doing.
#pragma once

#include <cstdint>

namespace jacinth::task_code {

inline constexpr int64_t kKilled = -1024;               // zx_task_kill
inline constexpr int64_t kOutOfMemory = -1025;          // chosen when memory ran out
inline constexpr int64_t kPolicy = -1026;               // did what its job's policy punishes so
inline constexpr int64_t kVdsoContract = -1027;         // called the kernel as the vDSO never does
inline constexpr int64_t kException = -1028;            // an exception that nobody handled
inline constexpr int64_t kCriticalProcessDied = -1029;  // see Job::set_critical_process()

}  // namespace jacinth::task_code
