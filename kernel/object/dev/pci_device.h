// PciDevice: a function on the PCI bus that a program drives.
#pragma once

#include <array>
#include <optional>

#include "base/units.h"
#include "exec/task.h"
#include "hal/pci.h"
#include "object/dev/device_interrupt.h"
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

  // How it tells that it wants something: not at all, by a line that it shares with others, or by
  // messages.
  enum class IrqMode : uint8_t { Disabled, Legacy, Msi, MsiX };

  // The one object of this function. NO_MEMORY.
  static Result<RefPtr<PciDevice>> find_or_create(hal::PciAddress at);

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

  // How many interrupts it can have in this mode. NOT_SUPPORTED: it has no such mode.
  Result<uint32_t> most_interrupts(IrqMode mode) const;
  // INVALID_ARGS: none wanted, or some of a disabled device. NOT_SUPPORTED: so many, or any in this
  // mode. BAD_STATE: from one mode to another, or while one of its interrupts is open.
  // NO_RESOURCES, NO_MEMORY.
  Result<> set_irq_mode(IrqMode mode, uint32_t count);
  // INVALID_ARGS: it has not been given so many. ALREADY_BOUND: that one is open, or its line
  // another's. NO_MEMORY.
  Result<RefPtr<DeviceInterrupt>> map_interrupt(uint32_t which);

  // Has the function forget all but its place on the bus and its mode of interrupts, which takes a
  // tenth of a second. NOT_SUPPORTED: it cannot be reset by itself.
  static exec::Eventually<Result<>> reset(RefPtr<PciDevice> device);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  static constexpr size_t kHeaderWords = 16;
  using Header = std::array<uint32_t, kHeaderWords>;

  explicit PciDevice(hal::PciAddress at) : at_(at) {}
  ~PciDevice() override;

  std::optional<Bar> measure(uint32_t index) REQUIRES(lock_);
  // Where this capability begins; 0: it has none.
  uint16_t find_capability(uint8_t number) const;
  uint32_t legacy_line() const;
  void send_messages(bool on) REQUIRES(lock_);
  void use_line(bool use) REQUIRES(lock_);

  // Begins; false: it cannot be.
  bool start_reset();
  void restore(const Header& header);
  static exec::Task<Result<>> finish_reset(RefPtr<PciDevice> device, Header header);

  const hal::PciAddress at_;
  mutable SpinLock lock_{LockRank::Object};  // of writes to the header and to capabilities
  IrqMode irq_mode_ GUARDED_BY(lock_) = IrqMode::Disabled;
  uint32_t irq_count_ GUARDED_BY(lock_) = 0;
  RefPtr<MsiAllocation> messages_ GUARDED_BY(lock_);
  RefPtr<DeviceInterrupt> line_ GUARDED_BY(lock_);  // open, or not any more

  // Among all whose handles somebody has.
  struct Registry;
  static Registry registry;
  PciDevice* next_ = nullptr;
};

// The bus, once a program has asked for it. All: any context, no lock.
namespace pci_bus {

inline constexpr uint32_t kDevices = 32, kFunctions = 8, kPins = 4;
inline constexpr uint32_t kNoLine = ~uint32_t{0};
// Which line each pin of each function on the first bus leads to; kNoLine: as the firmware has it.
struct Lines : HeapAllocated {
  std::array<uint32_t, size_t{kDevices} * kFunctions * kPins> by_pin;
};

// NOT_SUPPORTED: there is no PCI. BAD_STATE: that has been done.
Result<> start(UniquePtr<Lines> lines);
// As start() was told.
uint32_t line_of(hal::PciAddress at, uint32_t pin);
// BAD_STATE: not started. OUT_OF_RANGE. NO_MEMORY.
Result<RefPtr<PciDevice>> nth_device(uint32_t index);

}  // namespace pci_bus

}  // namespace jacinth
