// Which bytes of another kernel's file go where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/units.h"
#include "hal/memory.h"
#include "hal/next_kernel.h"
#include "image/elf.h"

namespace jacinth::hal {

// `zeros` bytes of zero follow what is copied. Physical addresses; assembler carries it out.
struct KernelMove {
  uint64_t to;
  uint64_t from;
  uint64_t bytes;
  uint64_t zeros;
};
struct KernelMoves {
  static constexpr size_t kMost = 8;
  uint64_t count = 0;
  KernelMove list[kMost] = {};
};

// A kernel's ELF file, of which nothing is trusted. It need not be one that programs could be:
// segments in any order, at addresses of the kernel's.
class KernelFile {
 public:
  // Nothing when it is no ELF file with the program headers of one for `machine`.
  static std::optional<KernelFile> open(std::span<const std::byte> file, image::ElfMachine machine);

  // INVALID_ARGS: segments outside the file, outside `ram`, or too many. NO_MEMORY: one belongs
  // where something of `next` lies.
  Result<KernelMoves> moves(const NextKernel& next, std::span<const RamRange> ram) const;
  // Where its entry address is loaded. Nothing when no segment has it.
  std::optional<PhysAddr> entry() const;
  // The contents of the first note of this name and type, as far as they are in the file.
  std::optional<std::span<const std::byte>> note(std::string_view name, uint32_t type) const;

 private:
  KernelFile(std::span<const std::byte> file, uint64_t entry, uint64_t headers, size_t count)
      : file_(file), entry_(entry), headers_(headers), count_(count) {}
  image::Segment segment(size_t index) const;

  std::span<const std::byte> file_;
  uint64_t entry_;
  uint64_t headers_;
  size_t count_;
};

}  // namespace jacinth::hal
