// The end of the kernel by a bug: message, registers, backtrace; exit status 134.
#pragma once

#include <string_view>

#include "hal/host/sys.h"

namespace jacinth::host {

// With the registers of a signal frame.
[[noreturn]] void panic_at(const sys::MachineContext& machine, std::string_view message);

}  // namespace jacinth::host
