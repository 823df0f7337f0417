// Why a program crashed, in words.
#pragma once

#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

#include <string_view>

#include "text/format.h"

namespace shell {

struct CrashReport {
  zx_koid_t process = ZX_KOID_INVALID;
  char text[96] = {};
  size_t length = 0;
  std::string_view view() const { return {text, length}; }
};

// Reads an exception from a job's exception channel, describes it, and lets it take its course:
// without a handler that ends the process. False when there was none.
bool take_crash(zx_handle_t exception_channel, CrashReport* report);

// The machine's own part, in crash_report_<architecture>.cc: where the program was, and what
// address it reached for in a page fault.
struct CrashPlace {
  zx_vaddr_t instruction = 0;
  zx_vaddr_t address = 0;
  std::string_view access;  // "read", "write" or "execution"
};
CrashPlace crash_place(zx_handle_t thread, const zx_exception_report_t& exception);

}  // namespace shell
