// The virtual CPUs' one-shot timers, kept by one helper host thread.
//
// A timer matters only while a program runs: the kernel looks at the clock itself, and halt()
// sleeps no longer than its timer. So hal::set_timer() only notes the time, and the timer thread
// hears of it when a program is about to be entered, and is woken only when it would sleep too
// long.
#pragma once

#include "hal/host/host_thread.h"

namespace jacinth::host {

bool start_timer_thread();

void publish_timer_slowly(Vcpu& cpu);
inline void publish_timer(Vcpu& cpu) {
  if (!cpu.timer_published) [[unlikely]]
    publish_timer_slowly(cpu);
}

}  // namespace jacinth::host
