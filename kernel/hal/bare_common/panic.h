// The kernel's end on a bare machine: what happened, where, and what the CPUs were doing.
#pragma once

#include <cstdint>
#include <string_view>

namespace jacinth::hal {

// Status of a machine that panicked, for whoever started it; as a shell reports abort().
inline constexpr int kPanicStatus = 134;

// Stops the other CPUs and prints the message, `registers` (lines, may be empty), and the functions
// that led to `pc`, whose stack frame is at `frame`. A panic while reporting one ends at once; one
// on another CPU is not told.
[[noreturn]] void panic_at(std::string_view message, std::string_view registers, uintptr_t pc,
                           uintptr_t frame);

// True from a panic on: for what must not wait for a lock then.
bool is_panicking();

// Each machine defines these. True for addresses of kernel code, and where all of a stack frame
// [address, address + 16) may be read.
bool is_kernel_text(uintptr_t address);
// Where a function whose frame pointer is `frame` keeps its caller's, and behind it the return
// address.
uintptr_t frame_record(uintptr_t frame);
// The frame pointer of what has let the program run that this CPU ran last: system calls are served
// below it on the same stack.
uintptr_t program_frame();
bool is_kernel_stack(uintptr_t address);
// Has all CPUs but this one stop, without waiting for long.
void stop_other_cpus();
[[noreturn]] void stop_this_cpu();
// Ends the machine if somebody waits for its end, so that the status is seen; otherwise stops, so
// that the message can be read.
[[noreturn]] void end_after_panic();

}  // namespace jacinth::hal
