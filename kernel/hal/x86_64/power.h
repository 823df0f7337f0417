#pragma once

namespace jacinth::x86_64 {

// The end of a machine that cannot run the kernel, after a message. An emulator that hands a status
// on ends with 1; elsewhere the message stays to be read. Needs nothing but the processor.
[[noreturn]] void give_up();

}  // namespace jacinth::x86_64
