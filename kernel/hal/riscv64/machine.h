#pragma once

#include <cstddef>
#include <span>

namespace jacinth::riscv64 {

// Random bytes of a boot loader or a device, for hal::entropy().
void add_entropy(std::span<const std::byte> seed);

}  // namespace jacinth::riscv64
