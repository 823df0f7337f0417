// PciDevice: a function on the PCI bus that a program drives.
#pragma once

#include <optional>

#include "base/units.h"
#include "hal/pci.h"
#include "object/kernel_object.h"

namespace jacinth {

class PciDevice final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::PciDevice;
  static constexpr uint32_t kBars = 6;

  // What identifies it, as its configuration space says.
  struct Identity {
    uint16_t vendor;
    uint16_t device;
    uint8_t base_class;
    uint8_t sub_class;
    uint8_t program_interface;
    uint8_t revision;
    hal::PciAddress at;
  };
  // A range of memory, or of ports, that it answers at.
  struct Bar {
    bool ports;
    uint64_t base;
    uint64_t size;
  };

  static Result<RefPtr<PciDevice>> create(hal::PciAddress at);  // NO_MEMORY

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic | rights::kIo; }

  Identity identity() const;
  // INVALID_ARGS: no width of 1, 2 or 4 bytes, misaligned, beyond the configuration space; writing:
  // in the header, which is the kernel's.
  Result<uint32_t> read(uint16_t offset, size_t width) const;
  Result<> write(uint16_t offset, size_t width, uint32_t value);
  void enable_bus_master(bool enable);
  // Finds out the size by writing to the register; the device answers nowhere meanwhile.
  // INVALID_ARGS: no such register. NOT_FOUND: unused, or the upper half of another.
  Result<Bar> bar(uint32_t index);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  explicit PciDevice(hal::PciAddress at) : at_(at) {}
  std::optional<Bar> measure(uint32_t index) REQUIRES(lock_);

  const hal::PciAddress at_;
  SpinLock lock_{LockRank::Object};  // of writes to the header
};

// The bus, once a program has asked for it. All: any context, no lock.
namespace pci_bus {

// Looks for the devices. NOT_SUPPORTED: there is no PCI. BAD_STATE: that has been done. NO_MEMORY.
Result<> start();
// BAD_STATE: not started. OUT_OF_RANGE. NO_MEMORY.
Result<RefPtr<PciDevice>> nth_device(uint32_t index);

}  // namespace pci_bus

}  // namespace jacinth
