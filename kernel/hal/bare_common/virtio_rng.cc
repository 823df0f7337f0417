#include "hal/bare_common/virtio_rng.h"

#include "hal/clock.h"

namespace jacinth::hal {

bool seed_from_virtio_rng(VirtioTransport& device, PhysAddr page, RandomPool& pool) {
  constexpr uint32_t kWanted = 64;
  constexpr Duration kPatience = milliseconds(20);
  VirtQueue queue;
  if (!start_virtio_device(device) || !queue.start(device, 0, page, false)) return false;
  finish_virtio_device(device);
  queue.offer(0, kWanted, true);
  const Instant end = now() + kPatience;
  std::optional<VirtQueue::Used> used;
  while (!(used = queue.take_used()) && now() < end) continue;
  device.set_status(0);
  if (!used || used->bytes == 0) return false;
  pool.add({queue.buffer(used->entry), used->bytes});
  return true;
}

}  // namespace jacinth::hal
