// The vector and floating-point registers of programs.
//
// The kernel does not use them, so they stay loaded while it runs. A call keeps the two control
// words alone, as for any C function; they are loaded again only when another program had the
// registers meanwhile. A signal (page fault, exception, interrupt) resets the registers, so what
// its frame saved goes into an image that belongs to the program until its next call.
//
// A Linux program's call keeps all of them. They stay loaded until its thread leaves the CPU, and
// then go into its image, which it keeps.
#pragma once

#include "hal/host/host_thread.h"
#include "hal/user.h"
#include "hal/x86_common/xsave.h"

namespace jacinth::host {

extern constinit hal::x86::XsaveLayout vector_layout;

// Finds the layout; false when this processor has no XSAVE.
bool set_up_vectors();

// Makes sure that save_vectors() finds room, which must not allocate. False: out of memory.
[[nodiscard]] bool reserve_image_slowly(Vcpu& cpu, const hal::UserContext& context);
[[nodiscard]] inline bool reserve_image(Vcpu& cpu, const hal::UserContext& context) {
  if (cpu.spare_image != nullptr) [[likely]]
    return true;
  return reserve_image_slowly(cpu, context);
}
// For a context whose registers are not loaded (HostThread::loaded).
void load_vectors(const hal::UserContext& context);
// Keeps what a signal frame saved of the running program.
void save_vectors(HostThread& self, const std::byte* frame_image);
// For a context whose registers are loaded: keeps them, in the room that reserve_image() has made.
// They stay loaded as well.
void save_loaded_vectors(hal::UserContext& context);
// After a call: the program's image is of no more use.
void return_image_slowly(Vcpu& cpu, hal::UserContext& context);
inline void return_image(Vcpu& cpu, hal::UserContext& context) {
  if (context.vector_image != nullptr) [[unlikely]]
    return_image_slowly(cpu, context);
}

// A context's own image, made from what is known of its registers; null: out of memory.
std::byte* materialise_image(hal::UserContext& context);

}  // namespace jacinth::host
