// What the firmware's ACPI tables tell of the machine. No byte code is interpreted: the tables
// proper have all we need, but for the two numbers that mean "off", which are looked up in the
// code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/units.h"
#include "hal/cpu.h"

namespace jacinth::x86_64 {

// Where an old interrupt line (0..15) really arrives.
struct LineRoute {
  uint32_t line;
  bool active_low = false;
  bool level = false;
};

struct IoApic {
  PhysAddr registers;
  uint32_t first_line;
};

struct AcpiInfo {
  PhysAddr root_pointer{};  // 0: none
  std::array<uint32_t, hal::kMaxCpus> apic_ids{};
  size_t cpu_count = 0;
  PhysAddr local_apic{0xfee0'0000};
  std::array<IoApic, 8> io_apics{};
  size_t io_apic_count = 0;
  std::array<LineRoute, 16> isa_lines{};

  PhysAddr hpet{};                 // 0: none
  uint16_t timer_port = 0;         // the power-management timer; 0: none
  bool timer_has_32_bits = false;  // otherwise 24

  uint16_t power_port = 0;  // PM1a control; 0: none
  uint16_t power_port_b = 0;
  uint16_t off_value = 0, off_value_b = 0;  // what to write there
  bool can_reset = false;
  uint16_t reset_port = 0;
  uint8_t reset_value = 0;

  PhysAddr ecam{};  // of PCI segment 0, bus 0; 0: none
  uint8_t ecam_first_bus = 0, ecam_last_bus = 0;
};

// Reads the tables that the root pointer at `rsdp` leads to; what is missing or damaged stays as
// above. The running CPU, whose local APIC has `own_apic_id`, comes first among the CPUs.
void read_acpi(PhysAddr rsdp, uint32_t own_apic_id);

const AcpiInfo& acpi();

}  // namespace jacinth::x86_64
