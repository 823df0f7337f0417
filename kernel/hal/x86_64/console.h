// The machine's console: the first serial port, and a virtio console where there is one. Both show
// what is printed, and both are listened to.
#pragma once

#include <cstdint>

#include "hal/bare_common/virtio.h"

namespace jacinth::x86_64 {

// Sets the port up for output; before anything is printed.
void start_console();
// Lets arriving bytes interrupt CPU 0; once interrupts have a way in.
void start_console_input();

// Takes a virtio device in addition; pages for its queues, ours for ever. Its interrupts are to
// come to console_interrupt().
void add_virtio_console(hal::VirtioTransport& device, PhysAddr receive_page,
                        PhysAddr transmit_page);
void console_interrupt(uint64_t);

}  // namespace jacinth::x86_64
