// Between kernel and user program.
#pragma once

#include <cstdint>

#include "hal/host/host_thread.h"

namespace jacinth::host {

// Why a program was left, as the way in gives it.
enum class Leave : uint32_t {
  Call = 0,
  Interrupt = 1,  // before the program ran at all
  Signal = 2,     // HostThread::exit tells; the context has the registers
  LinuxCall = 3,
};

// From a signal handler that met user code: goes on in enter_user() on the kernel stack, leaving
// the handler's frame behind. The kernel has reset the vector registers for the handler.
[[noreturn]] void leave_user(HostThread& self, Leave why);

// True while the way into a program is past its last look for interrupts.
bool is_entry_window(uintptr_t pc);
// The first instruction of the call entry, which reads the user's stack: a fault there is the
// program's.
bool is_call_entry(uintptr_t pc);
// Where patched calls of Linux programs arrive, with what Trampoline::write_code() says in rcx and
// r11.
uintptr_t linux_call_entry_address();

}  // namespace jacinth::host
