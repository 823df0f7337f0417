// Checks that a handle gives the right to a machine resource.
#pragma once

#include "object/dev/resource.h"
#include "zircon/context.h"

namespace jacinth::zircon {

// BAD_HANDLE; WRONG_TYPE: not a resource, or neither of this kind nor the root one.
Result<> validate_resource(SyscallContext& ctx, HandleValue handle, ResourceKind kind);
// Also OUT_OF_RANGE: the resource does not cover [base, base + size).
Result<> validate_resource(SyscallContext& ctx, HandleValue handle, ResourceKind kind,
                           uint64_t base, uint64_t size);

}  // namespace jacinth::zircon
