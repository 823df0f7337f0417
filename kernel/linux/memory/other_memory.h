// Reaching the memory of a process that is not the current one.
#pragma once

#include <span>

#include "linux/memory/linux_memory.h"

namespace jacinth::linux {

// As a program of it could, or whatever access it has given its pages. Even so, memory that is
// shared is not written where its mapping does not allow that.
enum class OtherAccess : uint8_t { AsItself, Forced };

// How many bytes could be copied.
size_t read_other(LinuxMemory& memory, VirtAddr from, std::span<std::byte> to, OtherAccess how);
size_t write_other(LinuxMemory& memory, VirtAddr to, std::span<const std::byte> from,
                   OtherAccess how);

}  // namespace jacinth::linux
