// Mapping an ELF image's segments, as the kernel does it for the first program.
#pragma once

#include "image/elf.h"
#include "object/vm/vmo_object.h"
#include "vm/vmar.h"

namespace jacinth::zircon {

// Maps `elf`, whose file is `file`, at `offset` into `where`. Writable segments get a copy of their
// own. INVALID_ARGS: a segment outside `where`; NO_MEMORY.
Result<> load_image(vm::Vmar& where, uint64_t offset, const image::Elf& elf,
                    const RefPtr<VmoObject>& file);

}  // namespace jacinth::zircon
