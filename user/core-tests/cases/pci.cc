// The PCI bus. Machines without one say so; on others a device is looked at, and left as it is.
#include <zircon/syscalls/pci.h>

#include <cstring>

#include "pci_bus.h"
#include "support.h"

namespace core {
namespace {

using pci::Description;
using pci::init;
using pci::kLength;
using pci::nth;

Description description;

// The first device; nothing when there is no bus.
Handle first_device() {
  Handle device;
  const zx_status_t started = init(root_resource());
  if (started == ZX_ERR_NOT_SUPPORTED) return device;
  EXPECT_TRUE(started == ZX_OK || started == ZX_ERR_BAD_STATE);
  zx_pcie_device_info_t found{};
  EXPECT_OK(nth(0, &found, device));
  EXPECT_NE(found.vendor_id, 0xffff);
  return device;
}

TEST(pci, init_needs_the_root_resource) {
  EXPECT_STATUS(init(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(init(make_event().get()), ZX_ERR_WRONG_TYPE);
}

TEST(pci, descriptions_have_a_length) {
  EXPECT_STATUS(init(root_resource(), 0, sizeof(zx_pci_init_arg_t) - 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(init(root_resource(), 3, kLength + 49), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(init(root_resource(), 1, kLength + 1), ZX_ERR_INVALID_ARGS);
}

TEST(pci, descriptions_have_one_window) {
  EXPECT_STATUS(init(root_resource(), 0, sizeof(zx_pci_init_arg_t)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(init(root_resource(), 2, kLength + sizeof(zx_pci_ecam_window_t)),
                ZX_ERR_INVALID_ARGS);
}

TEST(pci, descriptions_have_so_many_interrupts) {
  memset(&description, 0, sizeof(description));
  description.arg.addr_window_count = 1;
  description.arg.num_irqs = ZX_PCI_MAX_IRQS + 1;
  EXPECT_STATUS(zx_pci_init(root_resource(), &description.arg, kLength), ZX_ERR_INVALID_ARGS);
}

TEST(pci, descriptions_begin_with_the_first_bus) {
  memset(&description, 0, sizeof(description));
  description.arg.addr_window_count = 1;
  description.windows[0].bus_start = 1;
  EXPECT_STATUS(zx_pci_init(root_resource(), &description.arg, kLength), ZX_ERR_INVALID_ARGS);
}

TEST(pci, descriptions_are_read) {
  EXPECT_STATUS(zx_pci_init(root_resource(), bad_pointer<zx_pci_init_arg_t>(), kLength),
                ZX_ERR_INVALID_ARGS);
}

TEST(pci, devices_need_the_root_resource) {
  zx_pcie_device_info_t found;
  Handle device;
  EXPECT_STATUS(zx_pci_get_nth_device(kBadHandle, 0, &found, device.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pci_get_nth_device(make_event().get(), 0, &found, device.out()),
                ZX_ERR_WRONG_TYPE);
}

TEST(pci, devices_tell_what_they_are) {
  Handle device;
  EXPECT_STATUS(nth(0, nullptr, device), ZX_ERR_INVALID_ARGS);
}

TEST(pci, there_are_only_so_many_devices) {
  if (!first_device()) return;
  zx_pcie_device_info_t found;
  Handle device;
  EXPECT_STATUS(nth(100'000, &found, device), ZX_ERR_OUT_OF_RANGE);
}

TEST(pci, the_bus_is_started_once) {
  if (!first_device()) return;
  EXPECT_STATUS(init(root_resource()), ZX_ERR_BAD_STATE);
}

TEST(pci, devices_have_their_rights) {
  const Handle device = first_device();
  if (!device) return;
  EXPECT_EQ(rights_of(device), ZX_RIGHTS_BASIC | ZX_RIGHTS_IO);
  EXPECT_EQ(basic_info(device.get()).type, ZX_OBJ_TYPE_PCI_DEVICE);
}

TEST(pci, configuration_is_read) {
  const Handle device = first_device();
  if (!device) return;
  uint32_t whole = 0;
  uint32_t vendor = 0;
  uint32_t low = 0;
  EXPECT_OK(zx_pci_config_read(device.get(), 0, 4, &whole));
  EXPECT_OK(zx_pci_config_read(device.get(), 0, 2, &vendor));
  EXPECT_OK(zx_pci_config_read(device.get(), 0, 1, &low));
  EXPECT_EQ(whole & 0xffff, vendor);
  EXPECT_EQ(vendor & 0xff, low);
}

TEST(pci, configuration_has_widths_and_an_end) {
  const Handle device = first_device();
  if (!device) return;
  uint32_t value = 0;
  EXPECT_STATUS(zx_pci_config_read(device.get(), 0, 3, &value), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_config_read(device.get(), 0, 8, &value), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_config_read(device.get(), 1, 4, &value), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_config_read(device.get(), 0x1000, 4, &value), ZX_ERR_INVALID_ARGS);
}

TEST(pci, the_header_is_not_written) {
  const Handle device = first_device();
  if (!device) return;
  EXPECT_STATUS(zx_pci_config_write(device.get(), 4, 2, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_config_write(device.get(), 0x3c, 4, 0), ZX_ERR_INVALID_ARGS);
}

TEST(pci, there_are_six_address_registers) {
  const Handle device = first_device();
  if (!device) return;
  zx_pci_bar_t bar;
  Handle memory;
  EXPECT_STATUS(zx_pci_get_bar(device.get(), 6, &bar, memory.out()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_get_bar(device.get(), 0, nullptr, memory.out()), ZX_ERR_INVALID_ARGS);
}

TEST(pci, address_registers_are_memory_or_ports) {
  if (!first_device()) return;
  zx_pcie_device_info_t found;
  Handle device;
  for (uint32_t index = 0; nth(index, &found, device) == ZX_OK; ++index) {
    for (uint32_t number = 0; number < 6; ++number) {
      zx_pci_bar_t bar{};
      Handle memory;
      const zx_status_t status = zx_pci_get_bar(device.get(), number, &bar, memory.out());
      if (status == ZX_ERR_NOT_FOUND) continue;
      EXPECT_OK(status);
      EXPECT_NE(bar.size, 0u);
      EXPECT_EQ(bar.type == ZX_PCI_BAR_TYPE_MMIO, static_cast<bool>(memory));
    }
  }
}

TEST(pci, devices_need_to_be_written) {
  const Handle device = first_device();
  if (!device) return;
  const Handle mute = without(device, ZX_RIGHT_WRITE);
  uint32_t value = 0;
  EXPECT_STATUS(zx_pci_enable_bus_master(mute.get(), true), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_pci_reset_device(mute.get()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_pci_config_read(mute.get(), 0, 4, &value), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_pci_config_write(mute.get(), 64, 4, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_pci_set_irq_mode(mute.get(), 0, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(pci, devices_need_to_be_read) {
  const Handle device = first_device();
  if (!device) return;
  const Handle mute = without(device, ZX_RIGHT_READ);
  uint32_t value = 0;
  Handle interrupt;
  EXPECT_STATUS(zx_pci_query_irq_mode(mute.get(), 0, &value), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_pci_map_interrupt(mute.get(), 0, interrupt.out()), ZX_ERR_ACCESS_DENIED);
}

TEST(pci, interrupt_modes_are_known) {
  const Handle device = first_device();
  if (!device) return;
  uint32_t most = 0;
  EXPECT_STATUS(zx_pci_query_irq_mode(device.get(), 4, &most), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pci_set_irq_mode(device.get(), 4, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx_pci_set_irq_mode(device.get(), ZX_PCIE_IRQ_MODE_DISABLED, 0));
}

#define WANTS_A_DEVICE(name, ...)                    \
  TEST(pci, name##_wants_a_handle) {                 \
    const zx_handle_t it = kBadHandle;               \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_BAD_HANDLE); \
  }                                                  \
  TEST(pci, name##_wants_a_device) {                 \
    const Handle event = make_event();               \
    const zx_handle_t it = event.get();              \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_WRONG_TYPE); \
  }

uint32_t value;
zx_pci_bar_t some_bar;
zx_handle_t none;

WANTS_A_DEVICE(enable_bus_master, zx_pci_enable_bus_master(it, true))
WANTS_A_DEVICE(reset_device, zx_pci_reset_device(it))
WANTS_A_DEVICE(config_read, zx_pci_config_read(it, 0, 4, &value))
WANTS_A_DEVICE(config_write, zx_pci_config_write(it, 64, 4, 0))
WANTS_A_DEVICE(get_bar, zx_pci_get_bar(it, 0, &some_bar, &none))
WANTS_A_DEVICE(map_interrupt, zx_pci_map_interrupt(it, 0, &none))
WANTS_A_DEVICE(query_irq_mode, zx_pci_query_irq_mode(it, 0, &value))
WANTS_A_DEVICE(set_irq_mode, zx_pci_set_irq_mode(it, 0, 0))
WANTS_A_DEVICE(cfg_pio_rw, zx_pci_cfg_pio_rw(it, 0, 0, 0, 0, &value, 4, false))
WANTS_A_DEVICE(add_subtract_io_range, zx_pci_add_subtract_io_range(it, true, 0, 0, true))

zx_status_t pio(uint8_t device, uint8_t function, uint8_t offset, size_t width) {
  return zx_pci_cfg_pio_rw(root_resource(), 0, device, function, offset, &value, width, false);
}

TEST(pci, old_configuration_has_its_limits) {
  EXPECT_STATUS(pio(32, 0, 0, 4), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pio(0, 8, 0, 4), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pio(0, 0, 0, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pio(0, 0, 2, 4), ZX_ERR_INVALID_ARGS);
}

TEST(pci, old_configuration_is_the_same) {
  const Handle device = first_device();
  if (!device) {
    EXPECT_STATUS(pio(0, 0, 0, 4), ZX_ERR_NOT_SUPPORTED);
    return;
  }
  zx_pcie_device_info_t found;
  Handle same;
  EXPECT_OK(nth(0, &found, same));
  EXPECT_OK(zx_pci_cfg_pio_rw(root_resource(), found.bus_id, found.dev_id, found.func_id, 0, &value,
                              2, false));
  EXPECT_EQ(value, found.vendor_id);
}

}  // namespace
}  // namespace core
