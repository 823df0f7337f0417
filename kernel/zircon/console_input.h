// The console's input, for the programs that read it (zx_debug_read).
#pragma once

#include "exec/task.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"

namespace jacinth::zircon {

// Once, during start-up.
void start_console_input();

// Waits until bytes have come, then fills what it can of the buffer; 0 bytes at the end of input.
// While `reader`, which is the calling thread, waits, it counts as blocked by an interrupt.
// INVALID_ARGS: the buffer; INTERNAL_INTR_RETRY.
exec::Eventually<Status> read_console(Thread& reader, vm::UserOut<char> buffer, size_t size,
                                      vm::UserOut<size_t> actual);

}  // namespace jacinth::zircon
