// A virtio device that gives random bytes.
#pragma once

#include "hal/bare_common/random_pool.h"
#include "hal/bare_common/virtio.h"

namespace jacinth::hal {

inline constexpr uint16_t kVirtioRng = 4;

// Adds some of the device's bytes to the pool, then leaves it alone. `page`: ours for ever. False:
// it gives none within a short time.
bool seed_from_virtio_rng(VirtioTransport& device, PhysAddr page, RandomPool& pool);

}  // namespace jacinth::hal
