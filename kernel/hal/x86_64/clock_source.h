// Rates that start-up has measured.
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

// Counts of the local APIC's timer in a second; 0 when it counts the time stamp counter.
uint64_t apic_timer_rate();

}  // namespace jacinth::x86_64
