#include "shell/crash_report.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>

#include "lib/handle.h"

namespace shell {
namespace {

std::string_view kind_of(zx_excp_type_t type) {
  switch (type) {
    case ZX_EXCP_GENERAL:
      return "general fault";
    case ZX_EXCP_UNDEFINED_INSTRUCTION:
      return "undefined instruction";
    case ZX_EXCP_SW_BREAKPOINT:
    case ZX_EXCP_HW_BREAKPOINT:
      return "breakpoint";
    case ZX_EXCP_UNALIGNED_ACCESS:
      return "unaligned access";
    case ZX_EXCP_POLICY_ERROR:
      return "forbidden by policy";
    default:
      return "exception";
  }
}

std::string_view describe(std::span<char> text, zx_handle_t thread) {
  zx_exception_report_t exception{};
  if (zx_object_get_info(thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &exception, sizeof(exception),
                         nullptr, nullptr) != ZX_OK)
    return "exception";
  const CrashPlace place = crash_place(thread, exception);
  if (exception.header.type == ZX_EXCP_FATAL_PAGE_FAULT)
    return jacinth::format_into(text, "page fault: {} at 0x{:x}, pc 0x{:x}", place.access,
                                place.address, place.instruction);
  return jacinth::format_into(text, "{}, pc 0x{:x}", kind_of(exception.header.type),
                              place.instruction);
}

}  // namespace

bool take_crash(zx_handle_t exception_channel, CrashReport* report) {
  zx_exception_info_t info{};
  user::Handle exception;
  uint32_t bytes = 0, handles = 0;
  if (zx_channel_read(exception_channel, 0, &info, exception.out(), sizeof(info), 1, &bytes,
                      &handles) != ZX_OK)
    return false;
  report->process = info.pid;
  user::Handle thread;
  zx_exception_get_thread(exception.get(), thread.out());
  char text[sizeof(report->text)];
  jacinth::BufferSink sink(report->text);
  sink.write(describe(text, thread.get()));
  report->length = sink.view().size();
  return true;
}

}  // namespace shell
