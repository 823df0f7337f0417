// Self-relocation: what a dynamic linker would do, for a program that needs only the vDSO.
#pragma once

#include <cstdint>

namespace user {

// Applies the program's own dynamic relocations; symbols (all of them zx_*) come from the vDSO at
// `vdso_base`. Runs before anything that needs a relocation, so it may use no global data. False
// when a symbol is missing or a relocation is of an unknown kind.
bool relocate_self(uintptr_t vdso_base);

}  // namespace user
