// The console: a serial port, or the SBI's until the board is known.
#pragma once

#include <cstdint>

#include "base/units.h"
#include "hal/riscv64/virtio_mmio.h"

namespace jacinth::riscv64 {

// From now on the port that the device tree names, whose input comes by interrupts.
void set_up_console();
// Everything is written there too, and what comes from there is input; only the first is used. The
// pages are the device's for ever.
void add_virtio_console(const VirtioMmio& device, uint32_t interrupt, PhysAddr receive_page,
                        PhysAddr transmit_page);

}  // namespace jacinth::riscv64
