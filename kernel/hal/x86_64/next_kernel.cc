// The next kernel is entered as PVH has it: in 32-bit mode, with a start information that tells of
// the same RAM, firmware tables and command line as ours did.
#include "hal/next_kernel.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "hal/bare_common/next_kernel.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/loader_facts.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/pci.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/pvh.h"
#include "hal/x86_64/smp.h"
#include "hal/x86_64/timer.h"

namespace jacinth::x86_64 {
namespace {

extern "C" const std::byte x86_64_next_kernel[], x86_64_next_kernel_end[];

constexpr uint64_t kReach = uint64_t{4} << 30;  // what 32-bit code reaches
constexpr size_t kDirectories = kReach / level_bytes(2);

// What lies in the kit: everything that is needed when neither kernel is there.
struct NextKernelKit {
  std::byte code[kPageSize];
  PageTable root;
  PageTable pointers;
  PageTable directories[kDirectories];
  hal::KernelMoves moves;
  PvhStartInfo info;
  PvhModule module;
  PvhMemory memory[hal::MemoryMap::kMostRanges];
  char command_line[LoaderFacts::kCommandLineBytes];
};
static_assert(sizeof(NextKernelKit) <= hal::kNextKernelKitBytes);

NextKernelKit& kit_of(const hal::NextKernel& next) {
  return *reinterpret_cast<NextKernelKit*>(next.kit.data());
}
uint64_t phys_of(const void* in_direct_map) { return raw(hal::virt_to_phys(in_direct_map)); }

bool is_reached(std::span<const std::byte> bytes) {
  return phys_of(bytes.data()) < kReach && bytes.size() <= kReach - phys_of(bytes.data());
}

// Where 32-bit code of the next kernel begins.
std::optional<uint32_t> pvh_entry(const hal::KernelFile& file) {
  constexpr uint32_t kPvhEntry = 18;
  const auto note = file.note("Xen", kPvhEntry);
  uint32_t entry = 0;
  if (!note || note->size() < sizeof(entry)) return std::nullopt;
  memcpy(&entry, note->data(), sizeof(entry));
  return entry;
}

// All that 32-bit code reaches at its physical address, and the kernel's half as it is.
void make_identity_tables(NextKernelKit& kit) {
  constexpr uint64_t kFlags = kPagePresent | kPageWritable;
  for (size_t i = 0; i < kDirectories; ++i) {
    kit.pointers.entries[i] = phys_of(&kit.directories[i]) | kFlags;
    for (size_t j = 0; j < kTableEntries; ++j)
      kit.directories[i].entries[j] = i * level_bytes(2) | j * level_bytes(1) | kFlags | kPageLarge;
  }
  std::ranges::copy(kernel_root().entries, kit.root.entries);
  kit.root.entries[0] = phys_of(&kit.pointers) | kFlags;
}

void make_start_info(NextKernelKit& kit, const hal::NextKernel& next) {
  size_t ranges = 0;
  for (const hal::RamRange& range : loader_facts.ram.ranges())
    kit.memory[ranges++] = {raw(range.base), range.bytes, PvhMemory::kRam, 0};
  memcpy(kit.command_line, loader_facts.command_line, sizeof(kit.command_line));
  kit.module = {phys_of(next.boot_image.data()), next.boot_image.size(), 0, 0};
  kit.info = {.magic = PvhStartInfo::kMagic,
              .version = 1,
              .flags = 0,
              .module_count = next.boot_image.empty() ? 0u : 1u,
              .modules = phys_of(&kit.module),
              .command_line = phys_of(kit.command_line),
              .acpi_root_pointer = raw(acpi().root_pointer),
              .memory_map = phys_of(kit.memory),
              .memory_map_entries = static_cast<uint32_t>(ranges),
              .reserved = 0};
}

// No other CPU executes, and no device writes memory, from here on.
void stop_all_else() {
  constexpr Duration kInitTime = milliseconds(10);
  for (hal::CpuId id = 1; id < hal::cpu_count(); ++id) send_init(cpus[id].apic_id);
  for_each_pci_function([](const PciFunction& function) { function.disable(); });
  spin_for(kInitTime);
}

}  // namespace
}  // namespace jacinth::x86_64

namespace jacinth::hal {

using namespace x86_64;

Result<> check_next_kernel(const NextKernel& next) {
  const auto file = KernelFile::open(next.kernel, image::ElfMachine::X86_64);
  if (!file || !pvh_entry(*file)) return fail(Status::InvalidArgs);
  if (!is_reached(next.kernel) || !is_reached(next.boot_image) || !is_reached(next.kit))
    return fail(Status::NoMemory);
  const KernelMoves moves = TRY(file->moves(next, loader_facts.ram.ranges()));
  for (const KernelMove& move : std::span(moves.list).first(moves.count)) {
    if (move.to + move.bytes + move.zeros > kReach) return fail(Status::InvalidArgs);
  }
  return {};
}

void start_next_kernel(const NextKernel& next) {
  NextKernelKit& kit = *std::construct_at(&kit_of(next));
  const auto file = KernelFile::open(next.kernel, image::ElfMachine::X86_64);
  kit.moves = *file->moves(next, loader_facts.ram.ranges());
  memcpy(kit.code, x86_64_next_kernel,
         static_cast<size_t>(x86_64_next_kernel_end - x86_64_next_kernel));
  make_identity_tables(kit);
  make_start_info(kit, next);
  stop_all_else();
  asm volatile(
      "mov %[info], %%rbx\n"
      "mov %[entry], %%rbp\n"
      "mov %[root], %%cr3\n"
      "jmp *%[code]" ::[info] "a"(phys_of(&kit.info)),
      [entry] "c"(uint64_t{*pvh_entry(*file)}), [root] "d"(phys_of(&kit.root)),
      [code] "S"(phys_of(kit.code)), "D"(phys_of(&kit.moves))
      : "rbx", "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::hal
