#include "object/task/exception.h"

#include <array>

#include "exec/log.h"
#include "object/task/process.h"
#include "object/task/thread.h"

namespace jacinth {

ExceptionReport report_of(const hal::UserExit& exit) {
  constexpr std::array kTypes = {ExceptionType::General, ExceptionType::UndefinedInstruction,
                                 ExceptionType::SoftwareBreakpoint,
                                 ExceptionType::HardwareBreakpoint, ExceptionType::UnalignedAccess};
  ExceptionReport report{
      .vector = exit.vector, .code = exit.code, .address = exit.address, .access = exit.access};
  report.type = exit.reason == hal::UserExit::Reason::PageFault
                    ? ExceptionType::FatalPageFault
                    : kTypes[static_cast<size_t>(exit.trap)];
  return report;
}

const char* exception_name(ExceptionType type) {
  switch (type) {
    case ExceptionType::General:
      return "general exception";
    case ExceptionType::FatalPageFault:
      return "page fault";
    case ExceptionType::UndefinedInstruction:
      return "undefined instruction";
    case ExceptionType::SoftwareBreakpoint:
      return "breakpoint";
    case ExceptionType::HardwareBreakpoint:
      return "hardware breakpoint";
    case ExceptionType::UnalignedAccess:
      return "unaligned access";
    case ExceptionType::ThreadStarting:
      return "thread starting";
    case ExceptionType::ThreadExiting:
      return "thread exiting";
    case ExceptionType::PolicyError:
      return "policy error";
    case ExceptionType::ProcessStarting:
      return "process starting";
  }
  return "unknown exception";
}

void log_unhandled(Thread& thread, const ExceptionReport& report, LogSeverity severity) {
  const auto process_name = thread.process().name();
  const auto thread_name = thread.name();
  klog(severity, "{} [{}], thread {} [{}]: {} at pc {}, address {} (vector {}, code {:x})",
       name_view(process_name), thread.process().koid(), name_view(thread_name), thread.koid(),
       exception_name(report.type), thread.context().pc(), report.address, report.vector,
       report.code);
}

}  // namespace jacinth
