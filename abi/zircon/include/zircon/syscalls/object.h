// zx_object_get_info: topics and their records. zx_object_get_property: properties.
#pragma once

#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

typedef uint32_t zx_object_info_topic_t;
#define ZX_INFO_NONE ((zx_object_info_topic_t)0)
#define ZX_INFO_HANDLE_VALID ((zx_object_info_topic_t)1)
#define ZX_INFO_HANDLE_BASIC ((zx_object_info_topic_t)2)
#define ZX_INFO_PROCESS ((zx_object_info_topic_t)3)
#define ZX_INFO_PROCESS_THREADS ((zx_object_info_topic_t)4)
#define ZX_INFO_VMAR ((zx_object_info_topic_t)7)
#define ZX_INFO_JOB_CHILDREN ((zx_object_info_topic_t)8)
#define ZX_INFO_JOB_PROCESSES ((zx_object_info_topic_t)9)
#define ZX_INFO_THREAD ((zx_object_info_topic_t)10)
#define ZX_INFO_THREAD_EXCEPTION_REPORT ((zx_object_info_topic_t)11)
#define ZX_INFO_TASK_STATS ((zx_object_info_topic_t)12)
#define ZX_INFO_PROCESS_MAPS ((zx_object_info_topic_t)13)
#define ZX_INFO_PROCESS_VMOS ((zx_object_info_topic_t)14)
#define ZX_INFO_THREAD_STATS ((zx_object_info_topic_t)15)
#define ZX_INFO_CPU_STATS ((zx_object_info_topic_t)16)
#define ZX_INFO_KMEM_STATS ((zx_object_info_topic_t)17)
#define ZX_INFO_RESOURCE ((zx_object_info_topic_t)18)
#define ZX_INFO_HANDLE_COUNT ((zx_object_info_topic_t)19)
#define ZX_INFO_BTI ((zx_object_info_topic_t)20)
#define ZX_INFO_PROCESS_HANDLE_STATS ((zx_object_info_topic_t)21)
#define ZX_INFO_SOCKET ((zx_object_info_topic_t)22)
#define ZX_INFO_VMO ((zx_object_info_topic_t)23)
#define ZX_INFO_JOB ((zx_object_info_topic_t)24)
#define ZX_INFO_TIMER ((zx_object_info_topic_t)25)
#define ZX_INFO_STREAM ((zx_object_info_topic_t)26)
#define ZX_INFO_HANDLE_TABLE ((zx_object_info_topic_t)27)
#define ZX_INFO_MSI ((zx_object_info_topic_t)28)

#define ZX_OBJ_PROP_NONE ((uint32_t)0)
#define ZX_OBJ_PROP_WAITABLE ((uint32_t)1)

typedef struct zx_info_handle_basic {
  zx_koid_t koid;
  zx_rights_t rights;
  zx_obj_type_t type;
  zx_koid_t related_koid;
  uint32_t props;
  uint8_t padding1[4];
} zx_info_handle_basic_t;
ZX_ASSERT_SIZE(zx_info_handle_basic_t, 32);

typedef struct zx_info_handle_count {
  uint32_t handle_count;
} zx_info_handle_count_t;

typedef struct zx_info_process_handle_stats {
  uint32_t handle_count[ZX_OBJ_TYPE_UPPER_BOUND];  // by object type
} zx_info_process_handle_stats_t;
ZX_ASSERT_SIZE(zx_info_process_handle_stats_t, 256);

typedef struct zx_info_process {
  int64_t return_code;
  bool started;
  bool exited;
  bool debugger_attached;
  uint8_t padding1[5];
} zx_info_process_t;
ZX_ASSERT_SIZE(zx_info_process_t, 16);

typedef struct zx_info_job {
  int64_t return_code;
  bool exited;
  bool kill_on_oom;
  bool debugger_attached;
  uint8_t padding1[5];
} zx_info_job_t;
ZX_ASSERT_SIZE(zx_info_job_t, 16);

#define ZX_CPU_SET_MAX_CPUS (512)
#define ZX_CPU_SET_BITS_PER_WORD (64)
typedef struct zx_cpu_set {
  uint64_t mask[ZX_CPU_SET_MAX_CPUS / ZX_CPU_SET_BITS_PER_WORD];
} zx_cpu_set_t;

typedef uint32_t zx_thread_state_t;
#define ZX_THREAD_STATE_NEW ((zx_thread_state_t)0x0000u)
#define ZX_THREAD_STATE_RUNNING ((zx_thread_state_t)0x0001u)
#define ZX_THREAD_STATE_SUSPENDED ((zx_thread_state_t)0x0002u)
#define ZX_THREAD_STATE_BLOCKED ((zx_thread_state_t)0x0003u)
#define ZX_THREAD_STATE_DYING ((zx_thread_state_t)0x0004u)
#define ZX_THREAD_STATE_DEAD ((zx_thread_state_t)0x0005u)
#define ZX_THREAD_STATE_BLOCKED_EXCEPTION ((zx_thread_state_t)0x0103u)
#define ZX_THREAD_STATE_BLOCKED_SLEEPING ((zx_thread_state_t)0x0203u)
#define ZX_THREAD_STATE_BLOCKED_FUTEX ((zx_thread_state_t)0x0303u)
#define ZX_THREAD_STATE_BLOCKED_PORT ((zx_thread_state_t)0x0403u)
#define ZX_THREAD_STATE_BLOCKED_CHANNEL ((zx_thread_state_t)0x0503u)
#define ZX_THREAD_STATE_BLOCKED_WAIT_ONE ((zx_thread_state_t)0x0603u)
#define ZX_THREAD_STATE_BLOCKED_WAIT_MANY ((zx_thread_state_t)0x0703u)
#define ZX_THREAD_STATE_BLOCKED_INTERRUPT ((zx_thread_state_t)0x0803u)
#define ZX_THREAD_STATE_BLOCKED_PAGER ((zx_thread_state_t)0x0903u)
#define ZX_THREAD_STATE_BASIC(state) ((state) & 0xffu)

typedef struct zx_info_thread {
  zx_thread_state_t state;
  uint32_t wait_exception_channel_type;
  zx_cpu_set_t cpu_affinity_mask;
} zx_info_thread_t;
ZX_ASSERT_SIZE(zx_info_thread_t, 72);

typedef struct zx_info_thread_stats {
  zx_duration_t total_runtime;
  uint32_t last_scheduled_cpu;  // ZX_INFO_INVALID_CPU: never
  uint8_t padding1[4];
} zx_info_thread_stats_t;
ZX_ASSERT_SIZE(zx_info_thread_stats_t, 16);
#define ZX_INFO_INVALID_CPU ((uint32_t)0xffffffffu)

// Bytes.
typedef struct zx_info_task_stats {
  size_t mem_mapped_bytes;
  size_t mem_private_bytes;
  size_t mem_shared_bytes;
  size_t mem_scaled_shared_bytes;
} zx_info_task_stats_t;
ZX_ASSERT_SIZE(zx_info_task_stats_t, 32);

typedef struct zx_info_vmar {
  uintptr_t base;
  size_t len;
} zx_info_vmar_t;
ZX_ASSERT_SIZE(zx_info_vmar_t, 16);

typedef struct zx_info_bti {
  uint64_t minimum_contiguity;
  uint64_t aspace_size;
  uint64_t pmo_count;
  uint64_t quarantine_count;
} zx_info_bti_t;
ZX_ASSERT_SIZE(zx_info_bti_t, 32);

typedef struct zx_info_socket {
  uint32_t options;
  uint8_t padding1[4];
  size_t rx_buf_max;
  size_t rx_buf_size;
  size_t rx_buf_available;
  size_t tx_buf_max;
  size_t tx_buf_size;
} zx_info_socket_t;
ZX_ASSERT_SIZE(zx_info_socket_t, 48);

typedef struct zx_info_timer {
  uint32_t options;
  uint8_t padding1[4];
  zx_time_t deadline;  // 0 when not set
  zx_duration_t slack;
} zx_info_timer_t;
ZX_ASSERT_SIZE(zx_info_timer_t, 24);

typedef struct zx_info_stream {
  uint32_t options;
  uint8_t padding1[4];
  zx_off_t seek;
  uint64_t content_size;
} zx_info_stream_t;
ZX_ASSERT_SIZE(zx_info_stream_t, 24);

typedef struct zx_info_handle_extended {
  zx_obj_type_t type;
  zx_handle_t handle_value;
  zx_rights_t rights;
  uint32_t reserved;
  zx_koid_t koid;
  zx_koid_t related_koid;
  zx_koid_t peer_owner_koid;
} zx_info_handle_extended_t;
ZX_ASSERT_SIZE(zx_info_handle_extended_t, 40);

typedef struct zx_info_msi {
  uint64_t target_addr;
  uint32_t target_data;
  uint32_t base_irq_id;
  uint32_t num_irq;
  uint32_t interrupt_count;
} zx_info_msi_t;
ZX_ASSERT_SIZE(zx_info_msi_t, 24);

typedef uint32_t zx_info_maps_type_t;
#define ZX_INFO_MAPS_TYPE_NONE ((zx_info_maps_type_t)0)
#define ZX_INFO_MAPS_TYPE_ASPACE ((zx_info_maps_type_t)1)
#define ZX_INFO_MAPS_TYPE_VMAR ((zx_info_maps_type_t)2)
#define ZX_INFO_MAPS_TYPE_MAPPING ((zx_info_maps_type_t)3)

typedef struct zx_info_maps_mapping {
  uint32_t mmu_flags;  // ZX_VM_PERM_*
  uint8_t padding1[4];
  zx_koid_t vmo_koid;
  uint64_t vmo_offset;
  size_t committed_pages;
} zx_info_maps_mapping_t;

// The address-space tree in depth-first order, parents first.
typedef struct zx_info_maps {
  char name[ZX_MAX_NAME_LEN];
  zx_vaddr_t base;
  size_t size;
  size_t depth;
  zx_info_maps_type_t type;
  uint8_t padding1[4];
  union {
    zx_info_maps_mapping_t mapping;
  } u;
} zx_info_maps_t;
ZX_ASSERT_SIZE(zx_info_maps_t, 96);
ZX_ASSERT_OFFSET(zx_info_maps_t, u.mapping.committed_pages, 88);

#define ZX_INFO_VMO_TYPE_PAGED (1u << 0)
#define ZX_INFO_VMO_TYPE_PHYSICAL (0u)
#define ZX_INFO_VMO_RESIZABLE (1u << 1)
#define ZX_INFO_VMO_IS_COW_CLONE (1u << 2)
#define ZX_INFO_VMO_VIA_HANDLE (1u << 3)
#define ZX_INFO_VMO_VIA_MAPPING (1u << 4)
#define ZX_INFO_VMO_PAGER_BACKED (1u << 5)
#define ZX_INFO_VMO_CONTIGUOUS (1u << 6)

typedef struct zx_info_vmo {
  zx_koid_t koid;
  char name[ZX_MAX_NAME_LEN];
  uint64_t size_bytes;
  zx_koid_t parent_koid;
  size_t num_children;
  size_t num_mappings;
  size_t share_count;
  uint32_t flags;
  uint8_t padding1[4];
  uint64_t committed_bytes;
  zx_rights_t handle_rights;  // with ZX_INFO_VMO_VIA_HANDLE
  uint32_t cache_policy;
} zx_info_vmo_t;
ZX_ASSERT_SIZE(zx_info_vmo_t, 104);
ZX_ASSERT_OFFSET(zx_info_vmo_t, committed_bytes, 88);

#define ZX_INFO_CPU_STATS_FLAG_ONLINE (1u << 0)
typedef struct zx_info_cpu_stats {
  uint32_t cpu_number;
  uint32_t flags;
  zx_duration_t idle_time;
  uint64_t reschedules;
  uint64_t context_switches;
  uint64_t irq_preempts;
  uint64_t preempts;
  uint64_t yields;
  uint64_t ints;
  uint64_t timer_ints;
  uint64_t timers;
  uint64_t page_faults;
  uint64_t exceptions;
  uint64_t syscalls;
  uint64_t reschedule_ipis;
  uint64_t generic_ipis;
} zx_info_cpu_stats_t;
ZX_ASSERT_SIZE(zx_info_cpu_stats_t, 120);

// Bytes.
typedef struct zx_info_kmem_stats {
  uint64_t total_bytes;
  uint64_t free_bytes;
  uint64_t wired_bytes;
  uint64_t total_heap_bytes;
  uint64_t free_heap_bytes;
  uint64_t vmo_bytes;
  uint64_t mmu_overhead_bytes;
  uint64_t ipc_bytes;
  uint64_t other_bytes;
} zx_info_kmem_stats_t;
ZX_ASSERT_SIZE(zx_info_kmem_stats_t, 72);

typedef struct zx_info_resource {
  uint32_t kind;
  uint32_t flags;
  uint64_t base;
  size_t size;
  char name[ZX_MAX_NAME_LEN];
} zx_info_resource_t;
ZX_ASSERT_SIZE(zx_info_resource_t, 56);

#define ZX_PROP_REGISTER_GS ((uint32_t)2)
#define ZX_PROP_NAME ((uint32_t)3)
#define ZX_PROP_REGISTER_FS ((uint32_t)4)
#define ZX_PROP_PROCESS_DEBUG_ADDR ((uint32_t)5)
#define ZX_PROP_PROCESS_VDSO_BASE_ADDRESS ((uint32_t)6)
#define ZX_PROP_PROCESS_BREAK_ON_LOAD ((uint32_t)7)
#define ZX_PROP_PROCESS_HW_TRACE_CONTEXT_ID ((uint32_t)8)
#define ZX_PROP_SOCKET_RX_THRESHOLD ((uint32_t)12)
#define ZX_PROP_SOCKET_TX_THRESHOLD ((uint32_t)13)
#define ZX_PROP_JOB_KILL_ON_OOM ((uint32_t)15)
#define ZX_PROP_EXCEPTION_STATE ((uint32_t)16)
#define ZX_PROP_VMO_CONTENT_SIZE ((uint32_t)17)
#define ZX_PROP_EXCEPTION_STRATEGY ((uint32_t)18)
// PROCESS_DEBUG_ADDR before the dynamic linker has set it: "stop when you do".
#define ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET ((uintptr_t)1)
