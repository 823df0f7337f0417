// The kernel's bootstrap message: which handle is which (boot protocol, "kernel to userboot").
#pragma once

#include <zircon/processargs.h>

#include <cstddef>
#include <cstdint>

namespace userboot {

enum BootHandle : size_t {
  kProcess,
  kVmar,
  kRootJob,
  kRootResource,
  kZbi,
  kVdsoFull,
  kVdsoTest1,
  kVdsoTest2,
  kCrashlog,
  kCounterNames,
  kCounters,
  kInstrumentation0,
  kInstrumentation1,
  kInstrumentation2,
  kInstrumentation3,
  kBootHandleCount,
};

// What each is called when it is passed on to the next program.
inline constexpr uint32_t kHandleInfo[kBootHandleCount] = {
    PA_HND(PA_PROC_SELF, 0),       PA_HND(PA_VMAR_ROOT, 0),       PA_HND(PA_JOB_DEFAULT, 0),
    PA_HND(PA_RESOURCE, 0),        PA_HND(PA_VMO_BOOTDATA, 0),    PA_HND(PA_VMO_VDSO, 0),
    PA_HND(PA_VMO_VDSO, 1),        PA_HND(PA_VMO_VDSO, 2),        PA_HND(PA_VMO_KERNEL_FILE, 0),
    PA_HND(PA_VMO_KERNEL_FILE, 1), PA_HND(PA_VMO_KERNEL_FILE, 2), PA_HND(PA_VMO_KERNEL_FILE, 3),
    PA_HND(PA_VMO_KERNEL_FILE, 4), PA_HND(PA_VMO_KERNEL_FILE, 5), PA_HND(PA_VMO_KERNEL_FILE, 6),
};

}  // namespace userboot
