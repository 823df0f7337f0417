// What describes an IOMMU: zx_iommu_create.
#pragma once

#include <zircon/types.h>

#define ZX_IOMMU_TYPE_DUMMY (0u)
#define ZX_IOMMU_TYPE_INTEL (1u)
typedef struct zx_iommu_desc_dummy {
  uint8_t reserved;
} zx_iommu_desc_dummy_t;
ZX_ASSERT_SIZE(zx_iommu_desc_dummy_t, 1);

typedef struct zx_iommu_desc_intel {
  uint64_t register_base;
  uint16_t pci_segment;
  bool whole_segment;
  uint8_t scope_bytes;
  uint16_t reserved_memory_bytes;
  uint8_t padding1[2];
} zx_iommu_desc_intel_t;
ZX_ASSERT_SIZE(zx_iommu_desc_intel_t, 16);
