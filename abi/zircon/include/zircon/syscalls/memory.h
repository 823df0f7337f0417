// Memory: options of zx_vmo_*, zx_vmar_*, zx_pager_*.
#pragma once

#include <zircon/types.h>

typedef uint32_t zx_vm_option_t;
#define ZX_VM_PERM_READ ((zx_vm_option_t)1u << 0)
#define ZX_VM_PERM_WRITE ((zx_vm_option_t)1u << 1)
#define ZX_VM_PERM_EXECUTE ((zx_vm_option_t)1u << 2)
#define ZX_VM_COMPACT ((zx_vm_option_t)1u << 3)
#define ZX_VM_SPECIFIC ((zx_vm_option_t)1u << 4)
#define ZX_VM_SPECIFIC_OVERWRITE ((zx_vm_option_t)1u << 5)
#define ZX_VM_CAN_MAP_SPECIFIC ((zx_vm_option_t)1u << 6)
#define ZX_VM_CAN_MAP_READ ((zx_vm_option_t)1u << 7)
#define ZX_VM_CAN_MAP_WRITE ((zx_vm_option_t)1u << 8)
#define ZX_VM_CAN_MAP_EXECUTE ((zx_vm_option_t)1u << 9)
#define ZX_VM_MAP_RANGE ((zx_vm_option_t)1u << 10)
#define ZX_VM_REQUIRE_NON_RESIZABLE ((zx_vm_option_t)1u << 11)
#define ZX_VM_ALLOW_FAULTS ((zx_vm_option_t)1u << 12)
// The base-2 logarithm of the alignment (10 to 32), in the upper eight bits.
#define ZX_VM_ALIGN_BASE (24)
#define ZX_VM_ALIGN(log2) ((zx_vm_option_t)(log2) << ZX_VM_ALIGN_BASE)

#define ZX_VMAR_OP_DECOMMIT (2u)
#define ZX_VMAR_OP_MAP_RANGE (3u)

// zx_vmo_create
#define ZX_VMO_RESIZABLE (1u << 1)

// zx_vmo_create_child
#define ZX_VMO_CHILD_SNAPSHOT (1u << 0)
#define ZX_VMO_CHILD_RESIZABLE (1u << 2)
#define ZX_VMO_CHILD_SLICE (1u << 3)
#define ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE (1u << 4)
#define ZX_VMO_CHILD_NO_WRITE (1u << 5)

// zx_vmo_op_range
#define ZX_VMO_OP_COMMIT (1u)
#define ZX_VMO_OP_DECOMMIT (2u)
#define ZX_VMO_OP_LOCK (3u)
#define ZX_VMO_OP_UNLOCK (4u)
#define ZX_VMO_OP_CACHE_SYNC (6u)
#define ZX_VMO_OP_CACHE_INVALIDATE (7u)
#define ZX_VMO_OP_CACHE_CLEAN (8u)
#define ZX_VMO_OP_CACHE_CLEAN_INVALIDATE (9u)
#define ZX_VMO_OP_ZERO (10u)

// zx_vmo_set_cache_policy
#define ZX_CACHE_POLICY_CACHED (0u)
#define ZX_CACHE_POLICY_UNCACHED (1u)
#define ZX_CACHE_POLICY_UNCACHED_DEVICE (2u)
#define ZX_CACHE_POLICY_WRITE_COMBINING (3u)
#define ZX_CACHE_POLICY_MASK (3u)

// zx_cache_flush
#define ZX_CACHE_FLUSH_INSN (1u << 0)
#define ZX_CACHE_FLUSH_DATA (1u << 1)
#define ZX_CACHE_FLUSH_INVALIDATE (1u << 2)

// zx_pager_op_range
#define ZX_PAGER_OP_FAIL (1u)

// zx_bti_pin
#define ZX_BTI_PERM_READ (1u << 0)
#define ZX_BTI_PERM_WRITE (1u << 1)
#define ZX_BTI_PERM_EXECUTE (1u << 2)
#define ZX_BTI_COMPRESS (1u << 3)
#define ZX_BTI_CONTIGUOUS (1u << 4)
