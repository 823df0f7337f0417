// Interrupts: virtual ones, which programs trigger.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/port.h>

#include "support.h"

namespace core {
namespace {

constexpr uint64_t kKey = 5;

Handle make_interrupt() {
  Handle interrupt;
  EXPECT_OK(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, interrupt.out()));
  return interrupt;
}

Handle make_interrupt_port() {
  Handle port;
  EXPECT_OK(zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, port.out()));
  return port;
}

zx_status_t trigger(const Handle& interrupt, zx_time_t when) {
  return zx_interrupt_trigger(interrupt.get(), 0, when);
}

zx_status_t bind(const Handle& interrupt, const Handle& port) {
  return zx_interrupt_bind(interrupt.get(), port.get(), kKey, ZX_INTERRUPT_BIND);
}

zx_status_t unbind(const Handle& interrupt, const Handle& port) {
  return zx_interrupt_bind(interrupt.get(), port.get(), kKey, ZX_INTERRUPT_UNBIND);
}

// The time that the next wait tells.
zx_time_t wait(const Handle& interrupt) {
  zx_time_t when = -1;
  EXPECT_OK(zx_interrupt_wait(interrupt.get(), &when));
  return when;
}

void expect_packet(const Handle& port, zx_time_t when) {
  zx_port_packet_t packet{};
  ASSERT_OK(zx_port_wait(port.get(), far_deadline(), &packet));
  EXPECT_EQ(packet.key, kKey);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_INTERRUPT);
  EXPECT_EQ(packet.interrupt.timestamp, when);
}

void expect_quiet(const Handle& port) {
  zx_port_packet_t packet{};
  EXPECT_STATUS(zx_port_wait(port.get(), 0, &packet), ZX_ERR_TIMED_OUT);
}

// --- Creating
// -------------------------------------------------------------------------------------

TEST(interrupts, virtual_ones_need_no_resource) { EXPECT_TRUE(make_interrupt()); }

TEST(interrupts, have_their_rights) {
  EXPECT_EQ(rights_of(make_interrupt()), ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHT_SIGNAL);
}

TEST(interrupts, have_their_type) {
  EXPECT_EQ(basic_info(make_interrupt().get()).type, ZX_OBJ_TYPE_INTERRUPT);
}

TEST(interrupts, virtual_goes_with_no_other_option) {
  Handle interrupt;
  EXPECT_STATUS(
      zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL | ZX_INTERRUPT_MODE_EDGE_LOW,
                          interrupt.out()),
      ZX_ERR_INVALID_ARGS);
}

TEST(interrupts, physical_ones_need_a_resource) {
  Handle interrupt;
  EXPECT_STATUS(zx_interrupt_create(kBadHandle, 0, 0, interrupt.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_create(make_event().get(), 0, 0, interrupt.out()), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, there_is_no_vector_that_high) {
  Handle interrupt;
  EXPECT_STATUS(zx_interrupt_create(root_resource(), 0xffff, 0, interrupt.out()),
                ZX_ERR_INVALID_ARGS);
}

TEST(interrupts, create_needs_somewhere_for_the_handle) {
  EXPECT_STATUS(
      zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, bad_pointer<zx_handle_t>()),
      ZX_ERR_INVALID_ARGS);
}

// --- Waiting
// --------------------------------------------------------------------------------------

TEST(interrupts, waiting_tells_when_it_was_triggered) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(trigger(interrupt, 123));
  EXPECT_EQ(wait(interrupt), 123);
}

TEST(interrupts, the_time_need_not_be_told) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(trigger(interrupt, 123));
  EXPECT_OK(zx_interrupt_wait(interrupt.get(), nullptr));
}

TEST(interrupts, triggering_wakes_who_waits) {
  const Handle interrupt = make_interrupt();
  Thread waiter([&] { EXPECT_EQ(wait(interrupt), 9); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_OK(trigger(interrupt, 9));
}

TEST(interrupts, triggers_before_the_wait_count_once) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_OK(trigger(interrupt, 2));
  EXPECT_EQ(wait(interrupt), 1);
  Thread waiter([&] { EXPECT_EQ(wait(interrupt), 3); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_OK(trigger(interrupt, 3));
}

TEST(interrupts, a_trigger_after_the_wait_is_kept) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_EQ(wait(interrupt), 1);
  EXPECT_OK(trigger(interrupt, 2));
  EXPECT_EQ(wait(interrupt), 2);
}

TEST(interrupts, wait_checks_its_handle) {
  EXPECT_STATUS(zx_interrupt_wait(kBadHandle, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_wait(make_event().get(), nullptr), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, wait_needs_its_right) {
  EXPECT_STATUS(zx_interrupt_wait(without(make_interrupt(), ZX_RIGHT_WAIT).get(), nullptr),
                ZX_ERR_ACCESS_DENIED);
}

TEST(interrupts, a_bad_place_for_the_time_is_told) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_STATUS(zx_interrupt_wait(interrupt.get(), bad_pointer<zx_time_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(interrupts, a_suspended_waiter_goes_on_waiting) {
  const Handle interrupt = make_interrupt();
  Thread waiter([&] { EXPECT_EQ(wait(interrupt), 4); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  Handle token;
  EXPECT_OK(zx_task_suspend(waiter.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(waiter.handle(), ZX_THREAD_SUSPENDED, far_deadline(), nullptr));
  token.reset();
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_OK(trigger(interrupt, 4));
}

// --- Triggering
// -----------------------------------------------------------------------------------

TEST(interrupts, trigger_refuses_options) {
  EXPECT_STATUS(zx_interrupt_trigger(make_interrupt().get(), 1, 0), ZX_ERR_INVALID_ARGS);
}

TEST(interrupts, trigger_checks_its_handle) {
  EXPECT_STATUS(zx_interrupt_trigger(kBadHandle, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_trigger(make_event().get(), 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, trigger_needs_its_right) {
  EXPECT_STATUS(trigger(without(make_interrupt(), ZX_RIGHT_SIGNAL), 0), ZX_ERR_ACCESS_DENIED);
}

// --- Ports
// ----------------------------------------------------------------------------------------

TEST(interrupts, bound_ones_send_packets) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 11));
  expect_packet(port, 11);
  expect_quiet(port);
}

TEST(interrupts, binding_sends_what_was_triggered) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(trigger(interrupt, 12));
  EXPECT_OK(bind(interrupt, port));
  expect_packet(port, 12);
}

TEST(interrupts, the_next_packet_waits_for_the_acknowledgement) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_OK(trigger(interrupt, 2));
  EXPECT_OK(trigger(interrupt, 3));
  expect_packet(port, 1);
  expect_quiet(port);
  EXPECT_OK(zx_interrupt_ack(interrupt.get()));
  expect_packet(port, 2);
  EXPECT_OK(zx_interrupt_ack(interrupt.get()));
  expect_quiet(port);
}

TEST(interrupts, come_before_other_packets) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  const zx_port_packet_t user{};
  EXPECT_OK(zx_port_queue(port.get(), &user));
  EXPECT_OK(trigger(interrupt, 1));
  expect_packet(port, 1);
}

TEST(interrupts, bound_ones_cannot_be_waited_for) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(bind(interrupt, make_interrupt_port()));
  EXPECT_STATUS(zx_interrupt_wait(interrupt.get(), nullptr), ZX_ERR_BAD_STATE);
}

TEST(interrupts, are_bound_once) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_STATUS(bind(interrupt, port), ZX_ERR_ALREADY_BOUND);
}

TEST(interrupts, ports_must_be_made_for_them) {
  EXPECT_STATUS(bind(make_interrupt(), make_port()), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, are_not_bound_while_somebody_waits) {
  const Handle interrupt = make_interrupt();
  Thread waiter([&] { EXPECT_EQ(wait(interrupt), 1); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_STATUS(bind(interrupt, make_interrupt_port()), ZX_ERR_BAD_STATE);
  EXPECT_OK(trigger(interrupt, 1));
}

TEST(interrupts, bind_checks_its_handles) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_STATUS(zx_interrupt_bind(kBadHandle, port.get(), 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_bind(port.get(), port.get(), 0, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_interrupt_bind(interrupt.get(), kBadHandle, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_bind(interrupt.get(), interrupt.get(), 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, bind_refuses_other_options) {
  EXPECT_STATUS(zx_interrupt_bind(make_interrupt().get(), make_interrupt_port().get(), 0, 2),
                ZX_ERR_INVALID_ARGS);
}

TEST(interrupts, bind_needs_to_read_the_interrupt) {
  EXPECT_STATUS(bind(without(make_interrupt(), ZX_RIGHT_READ), make_interrupt_port()),
                ZX_ERR_ACCESS_DENIED);
}

TEST(interrupts, bind_needs_to_write_to_the_port) {
  EXPECT_STATUS(bind(make_interrupt(), without(make_interrupt_port(), ZX_RIGHT_WRITE)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(interrupts, unbinding_takes_the_packet_back) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_OK(unbind(interrupt, port));
  expect_quiet(port);
}

TEST(interrupts, unbinding_knows_the_port) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_STATUS(unbind(interrupt, port), ZX_ERR_NOT_FOUND);
  EXPECT_OK(bind(interrupt, port));
  EXPECT_STATUS(unbind(interrupt, make_interrupt_port()), ZX_ERR_NOT_FOUND);
}

TEST(interrupts, unbound_ones_are_waited_for_again) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(unbind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 6));
  EXPECT_EQ(wait(interrupt), 6);
}

TEST(interrupts, ack_needs_a_port) {
  EXPECT_STATUS(zx_interrupt_ack(make_interrupt().get()), ZX_ERR_BAD_STATE);
}

TEST(interrupts, ack_before_any_trigger_is_fine) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(bind(interrupt, make_interrupt_port()));
  EXPECT_OK(zx_interrupt_ack(interrupt.get()));
}

TEST(interrupts, ack_checks_its_handle) {
  EXPECT_STATUS(zx_interrupt_ack(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_ack(make_event().get()), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, ack_needs_its_right) {
  EXPECT_STATUS(zx_interrupt_ack(without(make_interrupt(), ZX_RIGHT_WRITE).get()),
                ZX_ERR_ACCESS_DENIED);
}

// --- Destroying
// -----------------------------------------------------------------------------------

TEST(interrupts, destroying_ends_waits) {
  const Handle interrupt = make_interrupt();
  Thread waiter(
      [&] { EXPECT_STATUS(zx_interrupt_wait(interrupt.get(), nullptr), ZX_ERR_CANCELED); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_OK(zx_interrupt_destroy(interrupt.get()));
}

TEST(interrupts, destroyed_ones_do_nothing_any_more) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(zx_interrupt_destroy(interrupt.get()));
  EXPECT_STATUS(zx_interrupt_wait(interrupt.get(), nullptr), ZX_ERR_CANCELED);
  EXPECT_STATUS(trigger(interrupt, 1), ZX_ERR_CANCELED);
  EXPECT_STATUS(bind(interrupt, make_interrupt_port()), ZX_ERR_CANCELED);
  EXPECT_STATUS(zx_interrupt_ack(interrupt.get()), ZX_ERR_CANCELED);
}

TEST(interrupts, are_destroyed_as_often_as_you_like) {
  const Handle interrupt = make_interrupt();
  EXPECT_OK(zx_interrupt_destroy(interrupt.get()));
  EXPECT_OK(zx_interrupt_destroy(interrupt.get()));
}

TEST(interrupts, destroying_takes_the_packet_back) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 1));
  EXPECT_OK(zx_interrupt_destroy(interrupt.get()));
  expect_quiet(port);
}

TEST(interrupts, destroying_tells_that_somebody_deals_with_it) {
  const Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 1));
  expect_packet(port, 1);
  EXPECT_STATUS(zx_interrupt_destroy(interrupt.get()), ZX_ERR_NOT_FOUND);
}

TEST(interrupts, destroying_needs_no_rights) {
  EXPECT_OK(zx_interrupt_destroy(with_rights(make_interrupt(), 0).get()));
}

TEST(interrupts, destroy_checks_its_handle) {
  EXPECT_STATUS(zx_interrupt_destroy(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_destroy(make_event().get()), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, closing_the_handle_takes_the_packet_back) {
  Handle interrupt = make_interrupt();
  const Handle port = make_interrupt_port();
  EXPECT_OK(bind(interrupt, port));
  EXPECT_OK(trigger(interrupt, 1));
  interrupt.reset();
  expect_quiet(port);
}

// --- Virtual CPUs and message-signalled interrupts, of which there are none
// ---------------------------------------------------------------------------------------------------

TEST(interrupts, bind_vcpu_checks_its_handles) {
  const Handle interrupt = make_interrupt();
  const Handle event = make_event();
  EXPECT_STATUS(zx_interrupt_bind_vcpu(kBadHandle, event.get(), 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_bind_vcpu(event.get(), event.get(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_interrupt_bind_vcpu(without(interrupt, ZX_RIGHT_READ).get(), event.get(), 0),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_interrupt_bind_vcpu(interrupt.get(), kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_interrupt_bind_vcpu(interrupt.get(), event.get(), 0), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, msi_needs_the_root_resource) {
  Handle allocation;
  EXPECT_STATUS(zx_msi_allocate(kBadHandle, 1, allocation.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_msi_allocate(make_event().get(), 1, allocation.out()), ZX_ERR_WRONG_TYPE);
}

TEST(interrupts, msi_comes_in_powers_of_two) {
  Handle allocation;
  for (const uint32_t count : {0u, 3u, 31u, 64u, UINT32_MAX}) {
    EXPECT_STATUS(zx_msi_allocate(root_resource(), count, allocation.out()), ZX_ERR_INVALID_ARGS);
  }
}

TEST(interrupts, msi_comes_from_an_allocation) {
  Handle allocation;
  EXPECT_STATUS(zx_msi_create(kBadHandle, 0, 0, 0, 0, allocation.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_msi_create(make_event().get(), 0, 0, 0, 0, allocation.out()), ZX_ERR_WRONG_TYPE);
}

}  // namespace
}  // namespace core
