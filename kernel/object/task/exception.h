// What went wrong in a thread, as those who are asked about it see it.
#pragma once

#include <cstdint>

#include "base/units.h"
#include "exec/log.h"
#include "hal/user.h"

namespace jacinth {

// The numbers are Zircon's (zx_excp_type_t); those with bit 15 are no faults but events.
enum class ExceptionType : uint32_t {
  General = 0x008,
  FatalPageFault = 0x108,
  UndefinedInstruction = 0x208,
  SoftwareBreakpoint = 0x308,
  HardwareBreakpoint = 0x408,
  UnalignedAccess = 0x508,
  ThreadStarting = 0x8008,
  ThreadExiting = 0x8108,
  PolicyError = 0x8208,
  ProcessStarting = 0x8308,
};

struct ExceptionReport {
  ExceptionType type = ExceptionType::General;
  // As in hal::UserExit; zero for events.
  uint32_t vector = 0;
  uint64_t code = 0;
  VirtAddr address{};
  hal::Access access = hal::Access::None;  // FatalPageFault: what was tried
};

// The report for a program's stop with Reason::PageFault (that could not be resolved) or Exception.
ExceptionReport report_of(const hal::UserExit& exit);

const char* exception_name(ExceptionType type);

// Logs an exception that nobody has handled and that will kill the thread's process.
class Thread;
void log_unhandled(Thread& thread, const ExceptionReport& report, LogSeverity severity);

// Who a thread in an exception waits for (zx_info_thread_t.wait_exception_channel_type).
enum class ExceptionHandler : uint32_t {
  None = 0,
  Debugger = 1,
  Thread = 2,
  Process = 3,
  Job = 4,
  JobDebugger = 5,
};

}  // namespace jacinth
