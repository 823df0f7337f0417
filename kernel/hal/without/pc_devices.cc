// A machine without what only a PC has: ACPI tables, PCI, I/O ports.
#include "hal/devices.h"
#include "hal/io_ports.h"
#include "hal/pci.h"

namespace jacinth::hal {

std::optional<FirmwareTables> firmware_tables() { return std::nullopt; }

uint32_t pci_config_bytes() { return 0; }
void for_each_free_pci_function(void*, void (*)(void*, PciAddress)) {}
uint32_t pci_read(PciAddress, uint16_t, uint32_t) { return ~uint32_t{0}; }
void pci_write(PciAddress, uint16_t, uint32_t, uint32_t) {}

Result<> set_io_ports(AddressSpace&, uint32_t, uint32_t, bool) {
  return fail(Status::NotSupported);
}

}  // namespace jacinth::hal
