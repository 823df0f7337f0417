#include "zircon/register_file.h"

#include <zircon/syscalls/debug.h>

namespace jacinth::zircon {

Result<RegisterFile> register_file(uint32_t kind) {
  const auto set = [&] -> Result<hal::RegisterSet> {
    switch (kind) {
      case ZX_THREAD_STATE_GENERAL_REGS:
        return hal::RegisterSet::General;
      case ZX_THREAD_STATE_FP_REGS:
        return hal::RegisterSet::FloatingPoint;
      case ZX_THREAD_STATE_VECTOR_REGS:
        return hal::RegisterSet::Vector;
      case ZX_THREAD_STATE_DEBUG_REGS:
        return hal::RegisterSet::Debug;
      case ZX_THREAD_STATE_SINGLE_STEP:
        return hal::RegisterSet::SingleStep;
      case ZX_THREAD_X86_REGISTER_FS:
        return hal::RegisterSet::FsBase;
      case ZX_THREAD_X86_REGISTER_GS:
        return hal::RegisterSet::GsBase;
      default:
        return fail(Status::InvalidArgs);
    }
  }();
  if (!set) return fail(set.error());
  const size_t size = hal::register_set_bytes(*set);
  if (size == 0) return fail(Status::NotSupported);
  return RegisterFile{*set, size};
}

}  // namespace jacinth::zircon
