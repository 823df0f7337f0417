// Typed printing (lib/text/format.h) of this kernel's own vocabulary.
#pragma once

#include "base/status.h"
#include "base/units.h"
#include "text/format.h"

namespace jacinth {

constexpr FormatArg to_format_arg(Status value) { return status_name(value); }
constexpr FormatArg to_format_arg(PhysAddr value) { return FormatArg::address(raw(value)); }
constexpr FormatArg to_format_arg(VirtAddr value) { return FormatArg::address(raw(value)); }
constexpr FormatArg to_format_arg(Duration value) { return value.ns; }
constexpr FormatArg to_format_arg(Instant value) { return value.ns; }

}  // namespace jacinth
