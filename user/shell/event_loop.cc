#include "shell/event_loop.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

namespace shell {

zx_status_t EventLoop::open() { return zx_port_create(0, port_.out()); }

void EventLoop::watch(zx_handle_t object, zx_signals_t signals, Watcher& watcher) {
  zx_object_wait_async(object, port_.get(), reinterpret_cast<uint64_t>(&watcher), signals,
                       ZX_WAIT_ASYNC_ONCE);
}

void EventLoop::dispatch() {
  zx_port_packet_t packet{};
  if (zx_port_wait(port_.get(), ZX_TIME_INFINITE, &packet) != ZX_OK) return;
  if (packet.type == ZX_PKT_TYPE_SIGNAL_ONE)
    reinterpret_cast<Watcher*>(packet.key)->on_signals(packet.signal.observed);
}

}  // namespace shell
