// What a machine's firmware tells, and which devices may be given to programs.
#pragma once

#include <optional>

#include "base/units.h"

namespace jacinth::hal {

// Where the tables are that a PC's firmware has left in memory; 0: there is none.
struct FirmwareTables {
  PhysAddr acpi_rsdp{};
  PhysAddr smbios{};
};
// Nothing on machines that have no such firmware.
std::optional<FirmwareTables> firmware_tables();

}  // namespace jacinth::hal
