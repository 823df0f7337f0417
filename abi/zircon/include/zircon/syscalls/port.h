// Waiting and ports: zx_object_wait_*, zx_port_*.
#pragma once

#include <zircon/signals.h>

#define ZX_WAIT_MANY_MAX_ITEMS ((size_t)64)

typedef struct zx_wait_item {
  zx_handle_t handle;
  zx_signals_t waitfor;
  zx_signals_t pending;
} zx_wait_item_t;
ZX_ASSERT_SIZE(zx_wait_item_t, 12);

// zx_object_wait_async options.
#define ZX_WAIT_ASYNC_ONCE (0u)
#define ZX_WAIT_ASYNC_TIMESTAMP (1u)

// zx_port_create options.
#define ZX_PORT_BIND_TO_INTERRUPT (1u)

#define ZX_PKT_TYPE_USER ((uint32_t)0)
#define ZX_PKT_TYPE_SIGNAL_ONE ((uint32_t)1)
#define ZX_PKT_TYPE_GUEST_BELL ((uint32_t)3)
#define ZX_PKT_TYPE_GUEST_MEM ((uint32_t)4)
#define ZX_PKT_TYPE_GUEST_IO ((uint32_t)5)
#define ZX_PKT_TYPE_GUEST_VCPU ((uint32_t)6)
#define ZX_PKT_TYPE_INTERRUPT ((uint32_t)7)
#define ZX_PKT_TYPE_PAGE_REQUEST ((uint32_t)9)

#define ZX_PAGER_VMO_READ ((uint16_t)0)
#define ZX_PAGER_VMO_COMPLETE ((uint16_t)1)

typedef union zx_packet_user {
  uint64_t u64[4];
  uint32_t u32[8];
  uint16_t u16[16];
  uint8_t c8[32];
} zx_packet_user_t;

typedef struct zx_packet_signal {
  zx_signals_t trigger;
  zx_signals_t observed;
  uint64_t count;
  zx_time_t timestamp;
  uint64_t reserved1;
} zx_packet_signal_t;

typedef struct zx_packet_guest_bell {
  zx_vaddr_t addr;
  uint64_t reserved0;
  uint64_t reserved1;
  uint64_t reserved2;
} zx_packet_guest_bell_t;

// As an x86-64 guest reports it: the kernel does not decode the instruction.
typedef struct zx_packet_guest_mem {
  zx_vaddr_t addr;
  uint8_t inst_len;
  uint8_t inst_buf[15];
  uint8_t default_operand_size;
  uint8_t reserved[7];
} zx_packet_guest_mem_t;

typedef struct zx_packet_guest_io {
  uint16_t port;
  uint8_t access_size;
  bool input;
  union {
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint8_t data[4];
  };
  uint64_t reserved0;
  uint64_t reserved1;
  uint64_t reserved2;
} zx_packet_guest_io_t;

#define ZX_PKT_GUEST_VCPU_INTERRUPT ((uint8_t)0)
#define ZX_PKT_GUEST_VCPU_STARTUP ((uint8_t)1)
typedef struct zx_packet_guest_vcpu {
  union {
    struct {
      uint64_t mask;
      uint8_t vector;
    } interrupt;
    struct {
      uint64_t id;
      zx_vaddr_t entry;
    } startup;
  };
  uint8_t type;
  uint64_t reserved;
} zx_packet_guest_vcpu_t;

typedef struct zx_packet_interrupt {
  zx_time_t timestamp;
  uint64_t reserved0;
  uint64_t reserved1;
  uint64_t reserved2;
} zx_packet_interrupt_t;

typedef struct zx_packet_page_request {
  uint16_t command;
  uint16_t flags;
  uint32_t reserved0;
  uint64_t offset;
  uint64_t length;
  uint64_t reserved1;
} zx_packet_page_request_t;

typedef struct zx_port_packet {
  uint64_t key;
  uint32_t type;
  zx_status_t status;
  union {
    zx_packet_user_t user;
    zx_packet_signal_t signal;
    zx_packet_guest_bell_t guest_bell;
    zx_packet_guest_mem_t guest_mem;
    zx_packet_guest_io_t guest_io;
    zx_packet_guest_vcpu_t guest_vcpu;
    zx_packet_interrupt_t interrupt;
    zx_packet_page_request_t page_request;
  };
} zx_port_packet_t;
ZX_ASSERT_SIZE(zx_port_packet_t, 48);
ZX_ASSERT_OFFSET(zx_port_packet_t, user, 16);
ZX_ASSERT_OFFSET(zx_port_packet_t, signal.timestamp, 32);
ZX_ASSERT_OFFSET(zx_port_packet_t, guest_mem.default_operand_size, 40);
ZX_ASSERT_OFFSET(zx_port_packet_t, guest_io.data, 20);
ZX_ASSERT_OFFSET(zx_port_packet_t, guest_vcpu.type, 32);
ZX_ASSERT_OFFSET(zx_port_packet_t, page_request.offset, 24);
