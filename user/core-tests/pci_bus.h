// The PCI bus: starting it, and its devices.
#pragma once

#include <zircon/syscalls/pci.h>

#include <cstring>

#include "support.h"

namespace core::pci {

// What a program says of the machine, as long as it must be.
struct Description {
  zx_pci_init_arg_t arg;
  zx_pci_ecam_window_t windows[2];
};
inline constexpr uint32_t kLength = sizeof(zx_pci_init_arg_t) + sizeof(zx_pci_ecam_window_t);

// All lines are as the firmware has them.
inline zx_status_t init(zx_handle_t resource, uint32_t windows = 1, uint32_t length = kLength) {
  static Description description;
  memset(&description, 0, sizeof(description));
  memset(description.arg.dev_pin_to_global_irq, 0xff,
         sizeof(description.arg.dev_pin_to_global_irq));
  description.arg.addr_window_count = windows;
  return zx_pci_init(resource, &description.arg, length);
}

inline zx_status_t nth(uint32_t index, zx_pcie_device_info_t* info, Handle& device) {
  return zx_pci_get_nth_device(root_resource(), index, info, device.out());
}

// The device with these numbers; nothing when it is not there, or no bus.
inline Handle find(uint16_t vendor, uint16_t number) {
  if (init(root_resource()) == ZX_ERR_NOT_SUPPORTED) return {};
  zx_pcie_device_info_t info{};
  for (uint32_t index = 0;; ++index) {
    Handle device;
    if (nth(index, &info, device) != ZX_OK) return {};
    if (info.vendor_id == vendor && info.device_id == number) return device;
  }
}

}  // namespace core::pci
