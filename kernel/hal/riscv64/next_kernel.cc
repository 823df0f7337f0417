// The next kernel is entered as the SBI has it: in supervisor mode without address translation, on
// the boot hart, with our device tree, in which it finds its own boot image.
//
// Below firmware of our own (machine_mode.cc) this cannot be: that firmware is a part of the image
// that would be replaced under it.
#include "hal/next_kernel.h"

#include <bit>
#include <cstring>
#include <tuple>

#include "fdt/fdt.h"
#include "hal/bare_common/next_kernel.h"
#include "hal/machine.h"
#include "hal/riscv64/board.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/plic.h"
#include "hal/riscv64/virtio_mmio.h"

namespace jacinth::riscv64 {
namespace {

extern "C" const std::byte riscv64_next_kernel[], riscv64_next_kernel_end[];

// What lies in the kit: everything that is needed when neither kernel is there.
struct NextKernelKit {
  std::byte code[kPageSize];
  hal::KernelMoves moves;
  alignas(8) std::byte device_tree[hal::kNextKernelKitBytes - 2 * kPageSize];
};
static_assert(sizeof(NextKernelKit) <= hal::kNextKernelKitBytes);

uint64_t phys_of(const void* in_direct_map) { return raw(hal::virt_to_phys(in_direct_map)); }

// The bytes of a property of /chosen; the tree is ours to change.
std::span<std::byte> chosen_property(std::span<std::byte> tree, std::string_view name) {
  const auto parsed = fdt::Tree::parse(tree);
  const auto chosen = parsed ? parsed->find("/chosen") : std::nullopt;
  const auto property = chosen ? chosen->property(name) : std::nullopt;
  if (!property) return {};
  return tree.subspan(static_cast<size_t>(property->value.data() - tree.data()),
                      property->value.size());
}

// A big-endian number of 4 or 8 bytes; false where it does not fit.
bool set_number(std::span<std::byte> place, uint64_t value) {
  if (place.size() == sizeof(uint64_t)) {
    const uint64_t swapped = std::byteswap(value);
    memcpy(place.data(), &swapped, sizeof(swapped));
    return true;
  }
  const auto low = static_cast<uint32_t>(value);
  if (place.size() != sizeof(uint32_t) || low != value) return false;
  const uint32_t swapped = std::byteswap(low);
  memcpy(place.data(), &swapped, sizeof(swapped));
  return true;
}

// Our device tree, with the next boot image in the place of ours. False: it has no place for it, as
// we had none ourselves.
bool copy_device_tree(NextKernelKit& kit, const hal::NextKernel& next) {
  const std::span<const std::byte> ours = board.device_tree;
  if (ours.size() > sizeof(kit.device_tree)) return false;
  memcpy(kit.device_tree, ours.data(), ours.size());
  const std::span tree(kit.device_tree, ours.size());
  const uint64_t start = phys_of(next.boot_image.data());
  hal::entropy(chosen_property(tree, "rng-seed"));
  return set_number(chosen_property(tree, "linux,initrd-start"), start) &&
         set_number(chosen_property(tree, "linux,initrd-end"), start + next.boot_image.size());
}

void silence_devices() {
  for (const DeviceRegion& region : std::span(board.virtio).first(board.virtio_count)) {
    VirtioMmio device;
    if (device.open(region)) device.set_status(0);
  }
  silence_plic();
}

}  // namespace
}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

Result<> check_next_kernel(const NextKernel& next) {
  if (board.is_own_firmware) return fail(Status::NotSupported);
  const auto file = KernelFile::open(next.kernel, image::ElfMachine::RiscV64);
  if (!file || !file->entry()) return fail(Status::InvalidArgs);
  TRY(file->moves(next, board.ram.ranges()));
  auto& kit = *reinterpret_cast<NextKernelKit*>(next.kit.data());
  if (!copy_device_tree(kit, next)) return fail(Status::NotSupported);
  return {};
}

void start_next_kernel(const NextKernel& next) {
  auto& kit = *reinterpret_cast<NextKernelKit*>(next.kit.data());
  const auto file = KernelFile::open(next.kernel, image::ElfMachine::RiscV64);
  kit.moves = *file->moves(next, board.ram.ranges());
  std::ignore = copy_device_tree(kit, next);
  memcpy(kit.code, riscv64_next_kernel,
         static_cast<size_t>(riscv64_next_kernel_end - riscv64_next_kernel));
  stop_other_harts();
  silence_devices();
  register uint64_t moves asm("a0") = phys_of(&kit.moves);
  register uint64_t hart asm("a1") = this_hart().id;
  register uint64_t tree asm("a2") = phys_of(kit.device_tree);
  register uint64_t entry asm("a3") = raw(*file->entry());
  // Without translation the fetch behind it faults, and leads to the copied code.
  asm volatile(
      "csrw sie, zero\n"
      "fence.i\n"
      "csrw stvec, %[code]\n"
      "sfence.vma\n"
      "csrw satp, zero\n"
      "nop\n nop\n"
      "1: j 1b" ::[code] "r"(phys_of(kit.code)),
      "r"(moves), "r"(hart), "r"(tree), "r"(entry)
      : "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::hal
