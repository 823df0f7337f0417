// Interrupts of a device that is really there, where the machine has one to spare: by level, so the
// line stays raised until the device is told to lower it.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/resource.h>

#include "alarm.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kKey = 77;

struct Device {
  Alarm alarm;
  Handle interrupt;

  Device() {
    if (alarm)
      EXPECT_OK(
          zx_interrupt_create(root_resource(), alarm.line(), alarm.options(), interrupt.out()));
  }
  explicit operator bool() const { return static_cast<bool>(alarm); }
};

zx_time_t wait(const Device& device) {
  zx_time_t when = -1;
  EXPECT_OK(zx_interrupt_wait(device.interrupt.get(), &when));
  return when;
}

Handle bound_port(const Device& device) {
  Handle port;
  EXPECT_OK(zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, port.out()));
  EXPECT_OK(zx_interrupt_bind(device.interrupt.get(), port.get(), kKey, ZX_INTERRUPT_BIND));
  return port;
}

zx_status_t take(const Handle& port, zx_time_t deadline) {
  zx_port_packet_t packet{};
  const zx_status_t status = zx_port_wait(port.get(), deadline, &packet);
  if (status == ZX_OK) EXPECT_EQ(packet.key, kKey);
  return status;
}

void await_ringing(const Device& device) {
  while (!device.alarm.is_ringing()) zx_nanosleep(zx_deadline_after(ZX_USEC(100)));
}

TEST(device_interrupts, tell_when_they_came) {
  Device device;
  if (!device) return;
  const zx_time_t before = zx_clock_get_monotonic();
  device.alarm.set();
  const zx_time_t when = wait(device);
  EXPECT_GE(when, before);
  EXPECT_GE(zx_clock_get_monotonic(), when);
  EXPECT_TRUE(device.alarm.is_ringing());
}

TEST(device_interrupts, wake_who_waits) {
  Device device;
  if (!device) return;
  Thread waiter([&] { wait(device); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  device.alarm.set();
}

TEST(device_interrupts, come_again_for_who_waits_again) {
  Device device;
  if (!device) return;
  for (int i = 0; i < 5; ++i) {
    device.alarm.set();
    wait(device);
    device.alarm.hush();
  }
}

TEST(device_interrupts, are_packets_when_bound) {
  Device device;
  if (!device) return;
  const Handle port = bound_port(device);
  for (int i = 0; i < 3; ++i) {
    device.alarm.set();
    EXPECT_OK(take(port, far_deadline()));
    device.alarm.hush();
    EXPECT_OK(zx_interrupt_ack(device.interrupt.get()));
  }
}

TEST(device_interrupts, a_packet_is_the_last_until_it_is_acknowledged) {
  Device device;
  if (!device) return;
  const Handle port = bound_port(device);
  device.alarm.set();
  EXPECT_OK(take(port, far_deadline()));
  device.alarm.hush();
  device.alarm.set();
  await_ringing(device);
  EXPECT_STATUS(take(port, zx_deadline_after(ZX_MSEC(1))), ZX_ERR_TIMED_OUT);
  EXPECT_OK(zx_interrupt_ack(device.interrupt.get()));
  EXPECT_OK(take(port, far_deadline()));
}

TEST(device_interrupts, come_while_a_program_computes) {
  Device device;
  if (!device) return;
  const Handle port = bound_port(device);
  device.alarm.set();
  const zx_time_t end = zx_deadline_after(ZX_SEC(10));
  zx_status_t status = ZX_ERR_TIMED_OUT;
  while (status != ZX_OK && zx_clock_get_monotonic() < end) status = take(port, 0);
  EXPECT_OK(status);
}

TEST(device_interrupts, come_from_the_device_alone) {
  Device device;
  if (!device) return;
  const Handle port = bound_port(device);
  // A PC's firmware leaves a timer that ticks every 55 ms, on some boards on the same line.
  EXPECT_STATUS(take(port, zx_deadline_after(ZX_MSEC(120))), ZX_ERR_TIMED_OUT);
}

TEST(device_interrupts, have_one_owner_each) {
  Device device;
  if (!device) return;
  Handle other;
  const auto create = [&] {
    return zx_interrupt_create(root_resource(), device.alarm.line(), device.alarm.options(),
                               other.out());
  };
  EXPECT_STATUS(create(), ZX_ERR_ALREADY_BOUND);
  device.interrupt = {};
  EXPECT_OK(create());
  EXPECT_OK(zx_interrupt_destroy(other.get()));
  EXPECT_OK(create());
}

TEST(device_interrupts, destroying_ends_a_wait) {
  Device device;
  if (!device) return;
  Thread waiter(
      [&] { EXPECT_STATUS(zx_interrupt_wait(device.interrupt.get(), nullptr), ZX_ERR_CANCELED); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  EXPECT_OK(zx_interrupt_destroy(device.interrupt.get()));
}

TEST(device_interrupts, destroyed_ones_stay_away) {
  Device device;
  if (!device) return;
  device.alarm.set();
  EXPECT_OK(zx_interrupt_destroy(device.interrupt.get()));
  await_ringing(device);
  EXPECT_STATUS(zx_interrupt_wait(device.interrupt.get(), nullptr), ZX_ERR_CANCELED);
}

TEST(device_interrupts, are_the_device_s_to_trigger) {
  Device device;
  if (!device) return;
  EXPECT_STATUS(zx_interrupt_trigger(device.interrupt.get(), 0, 1), ZX_ERR_BAD_STATE);
}

TEST(device_interrupts, resources_cover_lines) {
  Alarm alarm;
  if (!alarm) return;
  Handle lines;
  EXPECT_OK(zx_resource_create(root_resource(), ZX_RSRC_KIND_IRQ, alarm.line(), 1, "line", 4,
                               lines.out()));
  Handle interrupt;
  EXPECT_OK(zx_interrupt_create(lines.get(), alarm.line(), alarm.options(), interrupt.out()));
  EXPECT_STATUS(
      zx_interrupt_create(lines.get(), alarm.line() + 1, alarm.options(), interrupt.out()),
      ZX_ERR_OUT_OF_RANGE);
}

TEST(device_interrupts, modes_are_known) {
  Alarm alarm;
  if (!alarm) return;
  Handle interrupt;
  for (const uint32_t options : {uint32_t{ZX_INTERRUPT_MODE_EDGE_BOTH}, uint32_t{6} << 1, 1u << 5})
    EXPECT_STATUS(zx_interrupt_create(root_resource(), alarm.line(), options, interrupt.out()),
                  ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
