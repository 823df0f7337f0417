// PCI: finding devices, and their configuration space.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"

namespace jacinth::x86_64 {

struct PciFunction {
  uint8_t bus, device, function;

  uint8_t read8(uint16_t offset) const;
  uint16_t read16(uint16_t offset) const;
  uint32_t read32(uint16_t offset) const;  // offset: a multiple of 4
  void write32(uint16_t offset, uint32_t value) const;
  // 1, 2 or 4 bytes, at a multiple of that.
  void write(uint16_t offset, uint32_t width, uint32_t value) const;

  uint16_t vendor() const { return read16(0); }
  uint16_t device_number() const { return read16(2); }
  // Lets the device answer at its addresses and reach memory by itself.
  void enable() const;
  // Keeps a device, not a bridge, from reaching memory.
  void disable() const;
  // Where base address register `index` (0..5) places memory; nothing for ports and empty ones.
  std::optional<PhysAddr> memory_bar(unsigned index) const;
  // The first capability with this number behind `after` (0: of all); 0: there is none.
  uint16_t find_capability(uint8_t number, uint16_t after = 0) const;
  // Sends the device's interrupt number 0, of MSI-X, to CPU 0 as `vector`. False: it cannot.
  bool connect_msix(uint8_t vector) const;
};

// Maps the configuration space, where it is memory.
void start_pci();

// Whether each function has 4096 bytes of configuration space, not 256.
bool has_extended_pci();

// Runs found(function) for every function on every bus.
void for_each_pci_function(void (*found)(const PciFunction&));

}  // namespace jacinth::x86_64
