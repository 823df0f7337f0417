// The local APIC: each CPU's interrupt controller and timer.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace jacinth::x86_64 {

// This CPU's number among local APICs; works before start_local_apic().
uint32_t read_apic_id();

// Finds out how the registers, which are at `at`, are reached (as x2APIC where offered); once, on
// the first CPU. NO_MEMORY.
[[nodiscard]] bool find_local_apic(PhysAddr at);
// Turns this CPU's on.
void start_local_apic();

void end_of_interrupt();

// To one CPU, by its APIC's number.
void send_interrupt(uint32_t apic_id, uint8_t vector);
void send_non_maskable_to_others();
// The sequence that starts another CPU.
void send_init(uint32_t apic_id);
void send_startup(uint32_t apic_id, uint8_t page);

// The APIC's own timer. Its counter goes down, once.
void set_timer_mode(bool tsc_deadline);
void start_timer_count(uint32_t count);
uint32_t timer_count();
inline constexpr unsigned kTimerDivisor = 16;

}  // namespace jacinth::x86_64
