// A machine whose devices are not given to programs, so that no interrupt of theirs reaches one.
#include "hal/device_interrupts.h"

namespace jacinth::hal {

void set_device_interrupt_handler(void (*)(uint32_t)) {}
Result<> open_line(uint32_t, TriggerMode) { return fail(Status::InvalidArgs); }
void close_line(uint32_t) {}
void mask_line(uint32_t) {}
void unmask_line(uint32_t) {}
Result<Messages> open_messages(uint32_t) { return fail(Status::NotSupported); }
void close_messages(uint32_t, uint32_t) {}

}  // namespace jacinth::hal
