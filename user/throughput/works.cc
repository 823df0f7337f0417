#include "works.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

#include "lib/handle.h"
#include "lib/info.h"
#include "lib/startup.h"
#include "lib/thread.h"

namespace throughput {
namespace {

using user::Handle;

// What the machine itself can do at once.
zx_status_t compute() {
  uint64_t number = 1;
  for (int i = 0; i < 10'000; ++i) {
    number = number * 6364136223846793005 + 1442695040888963407;
    asm volatile("" : "+r"(number));
  }
  return ZX_OK;
}

zx_status_t make_events() {
  Handle event, copy;
  const zx_status_t status = zx_event_create(0, event.out());
  if (status != ZX_OK) return status;
  return zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, copy.out());
}

zx_status_t send_messages() {
  static Handle one, other;
  char message[64] = {};
  if (!one) {
    if (const zx_status_t status = zx_channel_create(0, one.out(), other.out()); status != ZX_OK)
      return status;
  }
  const zx_status_t sent = zx_channel_write(one.get(), 0, message, sizeof message, nullptr, 0);
  if (sent != ZX_OK) return sent;
  return zx_channel_read(other.get(), 0, message, nullptr, sizeof message, 0, nullptr, nullptr);
}

zx_status_t queue_packets() {
  static Handle port;
  if (!port) {
    if (const zx_status_t status = zx_port_create(0, port.out()); status != ZX_OK) return status;
  }
  zx_port_packet_t packet{};
  packet.type = ZX_PKT_TYPE_USER;
  const zx_status_t queued = zx_port_queue(port.get(), &packet);
  return queued != ZX_OK ? queued : zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet);
}

// Maps new memory, touches it and takes it away: page faults, frames, page tables.
zx_status_t map_memory() {
  constexpr size_t kBytes = 16 * 4096;
  Handle vmo;
  zx_status_t status = zx_vmo_create(kBytes, 0, vmo.out());
  if (status != ZX_OK) return status;
  zx_vaddr_t at = 0;
  const zx_handle_t root = user::root_vmar();
  status = zx_vmar_map(root, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0, kBytes, &at);
  if (status != ZX_OK) return status;
  for (size_t i = 0; i < kBytes; i += 4096) *reinterpret_cast<volatile char*>(at + i) = 1;
  return zx_vmar_unmap(root, at, kBytes);
}

zx_status_t start_threads() {
  user::Thread thread;
  const zx_status_t status = user::Thread::start("short", [](void*) {}, nullptr, &thread);
  return status == ZX_OK ? thread.join() : status;
}

constexpr Work kWorks[] = {
    {"compute", compute},       {"events", make_events}, {"messages", send_messages},
    {"packets", queue_packets}, {"memory", map_memory},  {"threads", start_threads},
};

}  // namespace

std::span<const Work> works() { return kWorks; }

}  // namespace throughput
