// The devices that the machine uses itself.
#pragma once

#include <optional>

#include "base/units.h"

namespace jacinth::x86_64 {

// Looks through PCI for random numbers and a virtio console, and takes them into use; memory for
// their queues comes from `take_page`. Once clock and interrupts work.
void start_devices(std::optional<PhysAddr> (*take_page)());

}  // namespace jacinth::x86_64
