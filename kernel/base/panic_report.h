// What a panic tells beyond the machine's registers and backtrace.
#pragma once

#include "base/print.h"

namespace jacinth {

// The layers above give, during start-up, a function that writes lines about what the kernel was
// doing. It runs on the CPU that panics, with the others stopped wherever they were, so it takes no
// lock.
void set_panic_report(void (*report)(TextSink& out));

// For machine_panic(): runs that function, if there is one.
void write_panic_report(TextSink& out);

}  // namespace jacinth
