// The PCI bus, on machines that have one: configuration space, and which devices are there.
#pragma once

#include <cstdint>

namespace jacinth::hal {

struct PciAddress {
  uint8_t bus = 0;
  uint8_t device = 0;    // below 32
  uint8_t function = 0;  // below 8

  bool operator==(const PciAddress&) const = default;
};

// The bytes of configuration space that each function has; 0: there is no PCI.
uint32_t pci_config_bytes();

// Calls found() for every function that the kernel does not drive itself. One caller at a time.
void for_each_free_pci_function(void* context, void (*found)(void* context, PciAddress));

// Both: `width` is 1, 2 or 4, and `offset` a multiple of it, inside the configuration space.
uint32_t pci_read(PciAddress at, uint16_t offset, uint32_t width);
void pci_write(PciAddress at, uint16_t offset, uint32_t width, uint32_t value);

}  // namespace jacinth::hal
