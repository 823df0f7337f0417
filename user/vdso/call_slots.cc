// The call form's way into the kernel: three slots, all filled with the address of its entry. The
// second and third are for the calls that end a thread.
#include <cstdint>

#include "vdso.h"

extern "C" {
VDSO_INTERNAL extern const uint64_t zcore_syscall_entry[3];
const uint64_t zcore_syscall_entry[3] = {};
}
