// From the first C++ on the boot hart to kernel_main().
#include <algorithm>

#include "base/check.h"
#include "fdt/fdt.h"
#include "hal/bare_common/streams.h"
#include "hal/boot.h"
#include "hal/console.h"
#include "hal/riscv64/board.h"
#include "hal/riscv64/console.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/fpu.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/layout.h"
#include "hal/riscv64/machine.h"
#include "hal/riscv64/paging.h"
#include "hal/riscv64/plic.h"
#include "hal/riscv64/power.h"
#include "hal/riscv64/sbi.h"
#include "hal/riscv64/timer.h"
#include "hal/riscv64/virtio_mmio.h"

// cmake/Embed.cmake.
extern "C" const std::byte userboot_start[], userboot_end[], vdso_start[], vdso_end[];

namespace jacinth::riscv64 {
namespace {

constinit hal::BootInfo boot_info{};

// An image in the kernel's own, at its address in the direct map.
std::span<const std::byte> embedded(const std::byte* start, const std::byte* end) {
  return {hal::phys_to_virt(image_to_phys(start)), static_cast<size_t>(end - start)};
}

std::span<const std::byte> device_tree_at(uint64_t physical) {
  const std::byte* start = hal::phys_to_virt(PhysAddr{physical});
  const auto bytes = fdt::Tree::claimed_bytes({start, 8});
  return {start, bytes.value_or(0)};
}

// The boot image as it was loaded; the rest of its last page has to be zero.
std::span<const std::byte> initial_ram_disk() {
  if (board.initrd_end <= board.initrd_start) return {};
  std::byte* start = hal::phys_to_virt(PhysAddr{board.initrd_start});
  const uint64_t bytes = board.initrd_end - board.initrd_start;
  std::fill(start + bytes, hal::phys_to_virt(PhysAddr{page_ceil(board.initrd_end)}), std::byte{0});
  return {start, bytes};
}

[[noreturn]] void enter_kernel() {
  start_hart();
  kernel_main(boot_info);
}

}  // namespace

// On the stack in the image, with the first translation.
extern "C" [[noreturn]] void start_machine(uint64_t boot_hart, uint64_t device_tree) {
  const uint64_t image = raw(first_image_address());
  const std::span<const std::byte> tree = device_tree_at(device_tree);
  if (const char* problem = read_board(tree, boot_hart, boot_info)) panic("{}", problem);
  board.free.reserve(PhysAddr{image}, static_cast<uint64_t>(image_end - kernel_start));
  board.free.reserve(PhysAddr{device_tree}, tree.size());
  // For machine_mode.cc; other firmware refuses.
  const auto told = sbi::call(sbi::kJacinth, 0, board.software_interrupts, board.timer_compares,
                              board.timer_value);
  // Without firmware every hart begins at the start of RAM, where a jump to us lies, and some may
  // not have begun yet.
  board.is_own_firmware = told.error == sbi::kSuccess;
  if (board.is_own_firmware) board.free.reserve(board.ram.ranges().front().base, kPageSize);
  board.device_tree = tree;
  make_kernel_tables(board.ram.ranges(), board.free);

  uint64_t ids[hal::kMaxCpus];
  for (uint32_t i = 0; i < board.hart_count; ++i) {
    ids[i] = board.harts[i].id;
    harts[i].plic_context = board.harts[i].plic_context;
  }
  set_harts({ids, board.hart_count});
  map_stacks(board.hart_count, board.free);
  random_pool().add(std::span(board.seed).first(board.seed_bytes));
  set_up_power();
  set_up_plic();
  set_up_console();
  set_up_clock(board.timebase, board.has_timer);
  set_up_vectors(board.has_vectors);
  use_virtio_devices(board.free);

  hal::tell_rejected(board.text);
  if (board.text.terminal) hal::set_console_terminal(*board.text.terminal);
  hal::give_boot_image(boot_info, initial_ram_disk());
  boot_info.userboot = embedded(userboot_start, userboot_end);
  boot_info.vdso = embedded(vdso_start, vdso_end);
  asm volatile("mv sp, %0\n li s0, 0\n li ra, 0\n jr %1" ::"r"(stack_top(0)), "r"(&enter_kernel)
               : "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::riscv64
