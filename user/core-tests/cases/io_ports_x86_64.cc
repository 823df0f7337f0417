// I/O ports: a PC's real-time clock is behind two of them, an index and a datum.
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/resource.h>

#include <atomic>

#include "child.h"
#include "exception.h"
#include "support.h"

namespace core {
namespace {

constexpr uint16_t kIndex = 0x70, kDatum = 0x71;

uint8_t in8(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "d"(port));
  return value;
}
uint16_t in16(uint16_t port) {
  uint16_t value;
  asm volatile("inw %1, %0" : "=a"(value) : "d"(port));
  return value;
}
void out8(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" ::"a"(value), "d"(port)); }

// For as long as it exists, the ports are open to this process.
class Ports {
 public:
  Ports(uint16_t first, uint32_t count) : first_(first), count_(count) {
    const zx_status_t status = zx_ioports_request(root_resource(), first, count);
    is_open_ = status == ZX_OK;
    if (!is_open_) {
      EXPECT_STATUS(status, ZX_ERR_NOT_SUPPORTED);
      say("    the host keeps its ports");
    }
  }
  ~Ports() {
    if (is_open_) EXPECT_OK(zx_ioports_release(root_resource(), first_, count_));
  }
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;
  explicit operator bool() const { return is_open_; }

 private:
  const uint16_t first_;
  const uint32_t count_;
  bool is_open_ = false;
};

// The clock's control register A: its oscillator runs, dividing by 2^15, and interrupts, which are
// off, would come 1024 times a second.
constexpr uint8_t kRegisterA = 0x0a, kUsual = 0x26, kUpdating = 0x80;

void expect_clock() {
  out8(kIndex, kRegisterA);
  EXPECT_EQ(in8(kDatum) & ~kUpdating, kUsual);
}

// The child goes on when told to, and is stopped by what it does then.
void expect_fault(const Child& child) {
  Handle channel;
  ASSERT_OK(listen(child.process(), &channel));
  EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
  const Received received(channel);
  EXPECT_EQ(received.info.type, ZX_EXCP_GENERAL);
  EXPECT_OK(zx_task_kill(child.process()));
  await_end(child.process());
}

CHILD(reads_a_port) {
  await_parent();
  in8(kDatum);
}

CHILD(reads_two_ports_of_which_it_has_one) {
  const Ports ports(kIndex, 1);
  await_parent();
  in16(kIndex);
}

CHILD(reads_a_port_given_back) {
  if (const Ports ports(kIndex, 2); ports) expect_clock();
  await_parent();
  in8(kDatum);
}

TEST(io_ports, are_closed_at_first) { expect_fault(Child("reads_a_port")); }

TEST(io_ports, are_open_when_requested) {
  const Ports ports(kIndex, 2);
  if (ports) expect_clock();
}

TEST(io_ports, may_be_requested_twice) {
  const Ports ports(kIndex, 2);
  if (!ports) return;
  EXPECT_OK(zx_ioports_request(root_resource(), kIndex, 1));
  expect_clock();
}

TEST(io_ports, a_resource_for_them_is_enough) {
  Handle resource;
  EXPECT_OK(zx_resource_create(root_resource(), ZX_RSRC_KIND_IOPORT, kIndex, 2, "clock", 5,
                               resource.out()));
  const zx_status_t status = zx_ioports_request(resource.get(), kIndex, 2);
  if (status == ZX_ERR_NOT_SUPPORTED) return say("    the host keeps its ports");
  EXPECT_OK(status);
  expect_clock();
  EXPECT_OK(zx_ioports_release(resource.get(), kIndex, 2));
}

TEST(io_ports, are_one_process_s) {
  const Ports ports(kIndex, 2);
  expect_fault(Child("reads_a_port"));
}

TEST(io_ports, wide_ones_need_each) { expect_fault(Child("reads_two_ports_of_which_it_has_one")); }

TEST(io_ports, are_closed_when_released) { expect_fault(Child("reads_a_port_given_back")); }

TEST(io_ports, other_threads_have_them_too) {
  std::atomic<bool> is_running{false};
  std::atomic<bool> may_read{false};
  Thread reader([&] {
    is_running = true;
    while (!may_read) {
    }
    if (in8(kIndex + 1) == 0) is_running = false;
  });
  while (!is_running) zx_nanosleep(0);
  const Ports ports(kIndex, 2);
  // Where there are none, the reader must not try.
  if (!ports) {
    EXPECT_OK(zx_task_kill(reader.handle()));
    return;
  }
  may_read = true;
  reader.join();
}

TEST(io_ports, the_last_one_can_be_had) {
  constexpr uint16_t kLast = 0xffff;
  const Ports ports(kLast, 1);
  if (ports) in8(kLast);
}

TEST(io_ports, releasing_what_is_closed_is_fine) {
  const zx_status_t status = zx_ioports_release(root_resource(), 0x3f00, 16);
  if (status != ZX_ERR_NOT_SUPPORTED) EXPECT_OK(status);
}

}  // namespace
}  // namespace core
