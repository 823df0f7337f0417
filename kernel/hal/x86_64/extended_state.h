// The registers of programs that the kernel does not use itself: FS and GS base, vector and
// floating point registers, breakpoints.
//
// They stay loaded while the kernel runs, and are loaded again only when the CPU enters a program
// other than the one they belong to. They are saved as soon as the executor is between activities
// (hal::take_interrupts()): so a thread that goes on on another CPU finds them saved, at the latest
// a moment after its activity has left the first one.
//
//          load                      enter                        save
//   (other's) ──▶ ours, clean ──────▶ ours, live ────────────────▶ ours, clean
//                  ▲ enter again: nothing to load                     │
//                  └──────────────────────────────────────────────────┘
#pragma once

#include "hal/user.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_common/xsave.h"

namespace jacinth::x86_64 {

extern constinit hal::x86::XsaveLayout vector_layout;

// Once, on the first CPU, after enable_features(). False: this processor's registers are unknown.
bool set_up_vectors();

// Makes the registers those of `context`, about to be entered. False: there is no memory to save
// them to later.
[[nodiscard]] bool load_extended(Cpu& cpu, hal::UserContext& context);

// Brings the context of whoever's registers are live on this CPU up to date.
void save_extended(Cpu& cpu);

// The context's own image, filled from its first state when it has none; null: out of memory.
std::byte* materialise_image(hal::UserContext& context);

}  // namespace jacinth::x86_64
