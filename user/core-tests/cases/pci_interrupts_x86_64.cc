// Interrupts of a PCI device: QEMU's "edu", which raises what is written to one of its registers.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/pci.h>

#include "pci_bus.h"
#include "support.h"

namespace core {
namespace {

constexpr size_t kBytes = 4096;
constexpr size_t kRaised = 0x24 / 4, kRaise = 0x60 / 4, kLower = 0x64 / 4;

class Edu {
 public:
  Edu() : device_(pci::find(0x1234, 0x11e8)) {
    if (!device_) {
      say("    there is no such device");
      return;
    }
    zx_pci_bar_t bar{};
    Handle memory;
    EXPECT_OK(zx_pci_get_bar(device_.get(), 0, &bar, memory.out()));
    zx_vaddr_t at = 0;
    EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory.get(), 0,
                          kBytes, &at));
    registers_ = reinterpret_cast<volatile uint32_t*>(at);
    // Messages are writes of its own to memory.
    EXPECT_OK(zx_pci_enable_bus_master(device_.get(), true));
  }
  ~Edu() {
    if (!device_) return;
    lower();
    EXPECT_OK(set_mode(ZX_PCIE_IRQ_MODE_DISABLED, 0));
    EXPECT_OK(zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(registers_), kBytes));
  }
  Edu(const Edu&) = delete;
  Edu& operator=(const Edu&) = delete;

  explicit operator bool() const { return static_cast<bool>(device_); }
  const Handle& device() const { return device_; }

  void raise() { registers_[kRaise] = 1; }
  void lower() { registers_[kLower] = registers_[kRaised]; }

  zx_status_t set_mode(uint32_t mode, uint32_t count) {
    return zx_pci_set_irq_mode(device_.get(), mode, count);
  }
  zx_status_t most(uint32_t mode, uint32_t* count) {
    return zx_pci_query_irq_mode(device_.get(), mode, count);
  }
  zx_status_t map(int32_t which, Handle& interrupt) {
    return zx_pci_map_interrupt(device_.get(), which, interrupt.out());
  }

  // It interrupts, three times.
  void expect_interrupts(const Handle& interrupt) {
    for (int i = 0; i < 3; ++i) {
      const zx_time_t before = zx_clock_get_monotonic();
      raise();
      zx_time_t when = 0;
      EXPECT_OK(zx_interrupt_wait(interrupt.get(), &when));
      EXPECT_GE(when, before);
      lower();
    }
  }

 private:
  const Handle device_;
  volatile uint32_t* registers_ = nullptr;
};

TEST(pci_interrupts, modes_tell_how_many) {
  Edu edu;
  if (!edu) return;
  uint32_t most = 9;
  EXPECT_OK(edu.most(ZX_PCIE_IRQ_MODE_LEGACY, &most));
  EXPECT_EQ(most, 1);
  EXPECT_OK(edu.most(ZX_PCIE_IRQ_MODE_MSI, &most));
  EXPECT_EQ(most, 1);
  EXPECT_STATUS(edu.most(ZX_PCIE_IRQ_MODE_MSI_X, &most), ZX_ERR_NOT_SUPPORTED);
}

TEST(pci_interrupts, modes_have_limits) {
  Edu edu;
  if (!edu) return;
  EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_LEGACY, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_DISABLED, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_LEGACY, 2), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_MSI, 2), ZX_ERR_NOT_SUPPORTED);
}

TEST(pci_interrupts, come_by_a_line) {
  Edu edu;
  if (!edu) return;
  ASSERT_OK(edu.set_mode(ZX_PCIE_IRQ_MODE_LEGACY, 1));
  Handle interrupt;
  ASSERT_OK(edu.map(0, interrupt));
  EXPECT_EQ(basic_info(interrupt.get()).type, ZX_OBJ_TYPE_INTERRUPT);
  edu.expect_interrupts(interrupt);
}

TEST(pci_interrupts, come_as_messages) {
  Edu edu;
  if (!edu) return;
  ASSERT_OK(edu.set_mode(ZX_PCIE_IRQ_MODE_MSI, 1));
  Handle interrupt;
  ASSERT_OK(edu.map(0, interrupt));
  EXPECT_EQ(basic_info(interrupt.get()).type, ZX_OBJ_TYPE_INTERRUPT);
  edu.expect_interrupts(interrupt);
}

TEST(pci_interrupts, are_mapped_once) {
  Edu edu;
  if (!edu) return;
  Handle interrupt;
  EXPECT_STATUS(edu.map(0, interrupt), ZX_ERR_INVALID_ARGS);
  for (const uint32_t mode : {ZX_PCIE_IRQ_MODE_LEGACY, ZX_PCIE_IRQ_MODE_MSI}) {
    ASSERT_OK(edu.set_mode(mode, 1));
    EXPECT_STATUS(edu.map(-1, interrupt), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(edu.map(1, interrupt), ZX_ERR_INVALID_ARGS);
    ASSERT_OK(edu.map(0, interrupt));
    Handle second;
    EXPECT_STATUS(edu.map(0, second), ZX_ERR_ALREADY_BOUND);
    EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_DISABLED, 0), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(edu.set_mode(ZX_PCIE_IRQ_MODE_LEGACY, 1), ZX_ERR_BAD_STATE);
    interrupt = {};
    ASSERT_OK(edu.map(0, second));
    second = {};
    EXPECT_OK(edu.set_mode(ZX_PCIE_IRQ_MODE_DISABLED, 0));
  }
}

// --- Messages that a program tells the device of itself
// -------------------------------------------------------------------------------------

// Where the device's capability of this number is; 0: it has none.
uint16_t find_capability(const Handle& device, uint8_t number) {
  uint32_t at = 0;
  EXPECT_OK(zx_pci_config_read(device.get(), 0x34, 1, &at));
  for (uint32_t header = 0; at != 0; at = header >> 8) {
    EXPECT_OK(zx_pci_config_read(device.get(), static_cast<uint16_t>(at), 2, &header));
    if ((header & 0xff) == number) break;
  }
  return static_cast<uint16_t>(at);
}

Handle capability_memory() {
  Handle memory = make_vmo(kBytes);
  EXPECT_OK(zx_vmo_set_cache_policy(memory.get(), ZX_CACHE_POLICY_UNCACHED_DEVICE));
  return memory;
}

TEST(pci_interrupts, a_program_may_place_messages_itself) {
  Edu edu;
  if (!edu) return;
  Handle allocation;
  ASSERT_OK(zx_msi_allocate(root_resource(), 1, allocation.out()));
  const auto told = info<zx_info_msi_t>(allocation.get(), ZX_INFO_MSI);
  zx_pci_bar_t bar{};
  Handle registers;
  EXPECT_OK(zx_pci_get_bar(edu.device().get(), 0, &bar, registers.out()));
  Handle interrupt;
  ASSERT_OK(zx_msi_create(allocation.get(), 0, 0, registers.get(), 0, interrupt.out()));
  EXPECT_EQ(info<zx_info_msi_t>(allocation.get(), ZX_INFO_MSI).interrupt_count, 1);
  constexpr uint8_t kMsi = 0x05;
  const uint16_t at = find_capability(edu.device(), kMsi);
  ASSERT_TRUE(at != 0);
  const auto write = [&](uint16_t offset, size_t width, uint32_t value) {
    EXPECT_OK(
        zx_pci_config_write(edu.device().get(), static_cast<uint16_t>(at + offset), width, value));
  };
  write(4, 4, static_cast<uint32_t>(told.target_addr));
  write(8, 4, static_cast<uint32_t>(told.target_addr >> 32));
  write(12, 2, told.target_data);
  write(2, 2, 1);
  edu.expect_interrupts(interrupt);
  write(2, 2, 0);
}

// Nothing where the machine has no messages.
Handle allocate(uint32_t count) {
  Handle allocation;
  const zx_status_t status = zx_msi_allocate(root_resource(), count, allocation.out());
  if (status != ZX_ERR_NOT_SUPPORTED) EXPECT_OK(status);
  return allocation;
}

TEST(msi, allocations_tell_what_they_are) {
  for (const uint32_t count : {1u, 4u, 32u}) {
    const Handle allocation = allocate(count);
    if (!allocation) return;
    EXPECT_EQ(basic_info(allocation.get()).type, ZX_OBJ_TYPE_MSI_ALLOCATION);
    EXPECT_EQ(rights_of(allocation), ZX_RIGHTS_BASIC);
    const auto told = info<zx_info_msi_t>(allocation.get(), ZX_INFO_MSI);
    EXPECT_EQ(told.num_irq, count);
    EXPECT_EQ(told.interrupt_count, 0);
    EXPECT_EQ(told.target_data % count, 0);
  }
}

TEST(msi, allocations_come_to_an_end_and_back) {
  for (int round = 0; round < 2; ++round) {
    Handle allocations[4];
    int got = 0;
    for (Handle& allocation : allocations) {
      const zx_status_t status = zx_msi_allocate(root_resource(), 32, allocation.out());
      if (status == ZX_ERR_NOT_SUPPORTED) return;
      if (status != ZX_OK) {
        EXPECT_STATUS(status, ZX_ERR_NO_RESOURCES);
        break;
      }
      ++got;
    }
    EXPECT_EQ(got, 1);
  }
}

TEST(msi, each_message_is_one_interrupt) {
  const Handle allocation = allocate(2);
  if (!allocation) return;
  Handle memory;
  ASSERT_OK(zx_vmo_create_physical(root_resource(), 0xfed0'0000, kBytes, memory.out()));
  EXPECT_OK(zx_vmo_set_cache_policy(memory.get(), ZX_CACHE_POLICY_UNCACHED_DEVICE));
  const auto create = [&](uint32_t id, Handle& out) {
    return zx_msi_create(allocation.get(), 0, id, memory.get(), 0, out.out());
  };
  Handle first;
  Handle second;
  EXPECT_OK(create(0, first));
  EXPECT_STATUS(create(0, second), ZX_ERR_ALREADY_BOUND);
  EXPECT_OK(create(1, second));
  Handle third;
  EXPECT_STATUS(create(2, third), ZX_ERR_BAD_STATE);
  EXPECT_EQ(info<zx_info_msi_t>(allocation.get(), ZX_INFO_MSI).interrupt_count, 2);
  second = {};
  EXPECT_EQ(info<zx_info_msi_t>(allocation.get(), ZX_INFO_MSI).interrupt_count, 1);
  EXPECT_OK(create(1, second));
}

TEST(msi, create_wants_device_registers) {
  const Handle allocation = allocate(1);
  if (!allocation) return;
  Handle out;
  const auto create = [&](uint32_t options, const Handle& vmo, size_t offset) {
    return zx_msi_create(allocation.get(), options, 0, vmo.get(), offset, out.out());
  };
  Handle memory;
  ASSERT_OK(zx_vmo_create_physical(root_resource(), 0xfed0'0000, kBytes, memory.out()));
  EXPECT_OK(zx_vmo_set_cache_policy(memory.get(), ZX_CACHE_POLICY_UNCACHED_DEVICE));
  EXPECT_STATUS(create(1, memory, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(0, memory, kBytes), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(0, memory, kBytes - 8), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(0, capability_memory(), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(0, make_vmo(kBytes), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(0, without(memory, ZX_RIGHT_MAP), 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create(0, make_event(), 0), ZX_ERR_WRONG_TYPE);
}

// --- Reset
// -------------------------------------------------------------------------------------

TEST(pci_reset, edu_cannot_be_reset_by_itself) {
  Edu edu;
  if (!edu) return;
  EXPECT_STATUS(zx_pci_reset_device(edu.device().get()), ZX_ERR_NOT_SUPPORTED);
}

// What a driver has set is gone: here that the device may send messages of the newer kind.
TEST(pci_reset, devices_forget_and_keep_their_place) {
  const Handle device = pci::find(0x1b36, 0x0010);  // an NVMe controller
  if (!device) {
    say("    there is no such device");
    return;
  }
  zx_pci_bar_t bar{};
  Handle memory;
  ASSERT_OK(zx_pci_get_bar(device.get(), 0, &bar, memory.out()));
  zx_vaddr_t at = 0;
  ASSERT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory.get(), 0,
                        kBytes, &at));
  const auto* registers = reinterpret_cast<const volatile uint32_t*>(at);
  const uint32_t what_it_can = registers[0];
  EXPECT_NE(what_it_can, 0);
  EXPECT_NE(what_it_can, UINT32_MAX);

  constexpr uint8_t kMsix = 0x11;
  constexpr uint32_t kEnabled = 1 << 15;
  const auto control = static_cast<uint16_t>(find_capability(device, kMsix) + 2);
  uint32_t before = 0;
  EXPECT_OK(zx_pci_config_read(device.get(), control, 2, &before));
  EXPECT_OK(zx_pci_config_write(device.get(), control, 2, before | kEnabled));
  uint32_t value = 0;
  EXPECT_OK(zx_pci_config_read(device.get(), control, 2, &value));
  EXPECT_EQ(value & kEnabled, kEnabled);

  EXPECT_OK(zx_pci_reset_device(device.get()));
  EXPECT_OK(zx_pci_config_read(device.get(), control, 2, &value));
  EXPECT_EQ(value & kEnabled, 0);
  EXPECT_EQ(registers[0], what_it_can);
  EXPECT_OK(zx_vmar_unmap(user::root_vmar(), at, kBytes));
}

}  // namespace
}  // namespace core
