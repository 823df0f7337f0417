// Guests and virtual CPUs, of which there are none: what is checked before that is told.
#include <zircon/syscalls/hypervisor.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/resource.h>

#include "support.h"

namespace core {
namespace {

zx_status_t create_guest(zx_handle_t resource, uint32_t options) {
  Handle guest;
  Handle vmar;
  return zx_guest_create(resource, options, guest.out(), vmar.out());
}

TEST(guests, create_refuses_options) {
  EXPECT_STATUS(create_guest(root_resource(), 1), ZX_ERR_INVALID_ARGS);
}

TEST(guests, create_refuses_options_before_it_looks_at_the_resource) {
  EXPECT_STATUS(create_guest(kBadHandle, 1), ZX_ERR_INVALID_ARGS);
}

TEST(guests, create_needs_a_resource) {
  EXPECT_STATUS(create_guest(kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create_guest(make_event().get(), 0), ZX_ERR_WRONG_TYPE);
}

TEST(guests, create_needs_the_right_kind_of_resource) {
  Handle vmex;
  ASSERT_OK(zx_resource_create(root_resource(), ZX_RSRC_KIND_VMEX, 0, 0, nullptr, 0, vmex.out()));
  EXPECT_STATUS(create_guest(vmex.get(), 0), ZX_ERR_WRONG_TYPE);
}

TEST(guests, are_not_supported) {
  EXPECT_STATUS(create_guest(root_resource(), 0), ZX_ERR_NOT_SUPPORTED);
  Handle hypervisor;
  ASSERT_OK(zx_resource_create(root_resource(), ZX_RSRC_KIND_HYPERVISOR, 0, 0, nullptr, 0,
                               hypervisor.out()));
  EXPECT_STATUS(create_guest(hypervisor.get(), 0), ZX_ERR_NOT_SUPPORTED);
}

TEST(guests, set_trap_needs_a_guest) {
  EXPECT_STATUS(zx_guest_set_trap(kBadHandle, ZX_GUEST_TRAP_MEM, 0, 0x1000, 0, 0),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_guest_set_trap(make_event().get(), ZX_GUEST_TRAP_MEM, 0, 0x1000, 0, 0),
                ZX_ERR_WRONG_TYPE);
}

TEST(guests, virtual_cpus_refuse_options) {
  Handle vcpu;
  EXPECT_STATUS(zx_vcpu_create(kBadHandle, 1, 0, vcpu.out()), ZX_ERR_INVALID_ARGS);
}

TEST(guests, virtual_cpus_need_a_guest) {
  Handle vcpu;
  EXPECT_STATUS(zx_vcpu_create(kBadHandle, 0, 0, vcpu.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vcpu_create(make_event().get(), 0, 0, vcpu.out()), ZX_ERR_WRONG_TYPE);
}

TEST(guests, resume_needs_a_virtual_cpu) {
  zx_port_packet_t packet;
  EXPECT_STATUS(zx_vcpu_resume(kBadHandle, &packet), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vcpu_resume(make_event().get(), &packet), ZX_ERR_WRONG_TYPE);
}

TEST(guests, interrupt_needs_a_virtual_cpu) {
  EXPECT_STATUS(zx_vcpu_interrupt(kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vcpu_interrupt(make_event().get(), 0), ZX_ERR_WRONG_TYPE);
}

TEST(guests, read_state_needs_a_virtual_cpu) {
  char state[256];
  EXPECT_STATUS(zx_vcpu_read_state(kBadHandle, ZX_VCPU_STATE, state, sizeof(state)),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vcpu_read_state(make_event().get(), ZX_VCPU_STATE, state, sizeof(state)),
                ZX_ERR_WRONG_TYPE);
}

TEST(guests, write_state_needs_a_virtual_cpu) {
  const char state[256] = {};
  EXPECT_STATUS(zx_vcpu_write_state(kBadHandle, ZX_VCPU_IO, state, 8), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vcpu_write_state(make_event().get(), ZX_VCPU_IO, state, 8), ZX_ERR_WRONG_TYPE);
}

}  // namespace
}  // namespace core
