// The PCI bus: zx_pci_*.
#pragma once

#include <zircon/types.h>

#define ZX_PCI_MAX_BUSSES (256u)
#define ZX_PCI_MAX_DEVICES_PER_BUS (32u)
#define ZX_PCI_MAX_FUNCTIONS_PER_DEVICE (8u)
#define ZX_PCI_MAX_LEGACY_IRQ_PINS (4u)
#define ZX_PCI_MAX_IRQS (224u)
#define ZX_PCI_NO_IRQ_MAPPING (0xffffffffu)

#define ZX_PCIE_IRQ_MODE_DISABLED (0u)
#define ZX_PCIE_IRQ_MODE_LEGACY (1u)
#define ZX_PCIE_IRQ_MODE_MSI (2u)
#define ZX_PCIE_IRQ_MODE_MSI_X (3u)

typedef struct zx_pcie_device_info {
  uint16_t vendor_id;
  uint16_t device_id;
  uint8_t base_class;
  uint8_t sub_class;
  uint8_t program_interface;
  uint8_t revision_id;
  uint8_t bus_id;
  uint8_t dev_id;
  uint8_t func_id;
  uint8_t padding1;
} zx_pcie_device_info_t;
ZX_ASSERT_SIZE(zx_pcie_device_info_t, 12);

#define ZX_PCI_BAR_TYPE_UNUSED (0u)
#define ZX_PCI_BAR_TYPE_MMIO (1u)
#define ZX_PCI_BAR_TYPE_PIO (2u)
typedef struct zx_pci_bar {
  uint32_t id;
  uint32_t type;
  size_t size;
  union {
    uintptr_t addr;
    zx_handle_t handle;
    uint8_t padding1[8];
  };
} zx_pci_bar_t;
ZX_ASSERT_SIZE(zx_pci_bar_t, 24);

typedef struct zx_pci_irq {
  uint32_t global_irq;
  bool level_triggered;
  bool active_high;
  uint8_t padding1[2];
} zx_pci_irq_t;
ZX_ASSERT_SIZE(zx_pci_irq_t, 8);

typedef struct zx_pci_ecam_window {
  uint64_t base;
  uint64_t size;
  uint8_t bus_start;
  uint8_t bus_end;
  uint8_t cfg_space_type;
  bool has_ecam;
  uint8_t padding1[4];
} zx_pci_ecam_window_t;
ZX_ASSERT_SIZE(zx_pci_ecam_window_t, 24);

// `addr_window_count` windows (zx_pci_ecam_window_t) follow.
typedef struct zx_pci_init_arg {
  uint32_t dev_pin_to_global_irq[ZX_PCI_MAX_DEVICES_PER_BUS][ZX_PCI_MAX_FUNCTIONS_PER_DEVICE]
                                [ZX_PCI_MAX_LEGACY_IRQ_PINS];
  uint32_t num_irqs;
  zx_pci_irq_t irqs[ZX_PCI_MAX_IRQS];
  uint32_t addr_window_count;
} zx_pci_init_arg_t;
ZX_ASSERT_SIZE(zx_pci_init_arg_t, 5896);
ZX_ASSERT_OFFSET(zx_pci_init_arg_t, addr_window_count, 5892);
