// From the loader's hand-over to kernel_main().
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "hal/bare_common/boot_options.h"
#include "hal/bare_common/memory_map.h"
#include "hal/bare_common/streams.h"
#include "hal/boot.h"
#include "hal/console.h"
#include "hal/memory.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/console.h"
#include "hal/x86_64/devices.h"
#include "hal/x86_64/entropy.h"
#include "hal/x86_64/extended_state.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/ioapic.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/loader_facts.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/power.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/pvh.h"
#include "hal/x86_64/smap.h"
#include "hal/x86_64/smp.h"
#include "hal/x86_64/timer.h"
#include "hal/x86_64/traps.h"

namespace jacinth::x86_64 {

constinit LoaderFacts loader_facts{};

extern "C" const char kernel_start[], kernel_end[], kernel_boot_start[], kernel_boot_end[];
extern "C" const std::byte userboot_start[], userboot_end[], vdso_start[], vdso_end[];

namespace {

constinit hal::MemoryMap free_ram;
constinit hal::BootInfo boot_info{};
constinit hal::BootText boot_text;
constinit PvhModule boot_image{};
constinit PhysAddr acpi_root_pointer{};

[[noreturn]] void refuse(const char* what) {
  char line[128];
  hal::console_write(format_into(line, "jacinth: this machine has no {}\n", what));
  give_up();
}
void require(bool present, const char* what) {
  if (!present) refuse(what);
}

std::optional<PhysAddr> take_memory(uint64_t bytes) { return free_ram.take(bytes); }
std::optional<PhysAddr> take_page() { return take_memory(kPageSize); }

uint64_t address(const char* symbol) { return reinterpret_cast<uint64_t>(symbol); }

template <typename T>
const T* loader_data(uint64_t at) {
  return reinterpret_cast<const T*>(direct(PhysAddr{at}));
}

// Copies all that matters of the loader's data, which lies in RAM that is free from now on.
void read_start_info(const PvhStartInfo& info) {
  require(info.magic == PvhStartInfo::kMagic && info.version >= 1, "memory map from its loader");
  hal::MemoryMap& ram = loader_facts.ram;
  const auto* entries = loader_data<PvhMemory>(info.memory_map);
  for (const PvhMemory& entry : std::span(entries, info.memory_map_entries)) {
    if (entry.type == PvhMemory::kRam) ram.add(PhysAddr{entry.address}, entry.bytes);
  }
  ram.limit(PhysAddr{kDirectMapBytes});
  if (info.command_line != 0) {
    const std::string_view text = loader_data<char>(info.command_line);
    text.copy(loader_facts.command_line, LoaderFacts::kCommandLineBytes - 1);
    hal::parse_boot_options(text, boot_text, boot_info);
  }
  if (info.module_count != 0) boot_image = *loader_data<PvhModule>(info.modules);
  acpi_root_pointer = PhysAddr{info.acpi_root_pointer};
}

void reserve_what_is_used() {
  free_ram.reserve(PhysAddr{0}, kPageSize);
  free_ram.reserve(PhysAddr{X86_64_TRAMPOLINE}, kPageSize);
  free_ram.reserve(PhysAddr{address(kernel_start) - kImageBase},
                   address(kernel_boot_end) - (address(kernel_start) - kImageBase));
  free_ram.reserve(PhysAddr{boot_image.address}, boot_image.bytes);
}

// A page of an image shows programs the bytes behind its end too.
void clear_tail(uint64_t end) {
  memset(reinterpret_cast<void*>(direct(PhysAddr{end})), 0, page_ceil(end) - end);
}

std::span<const std::byte> embedded(const std::byte* start, const std::byte* end) {
  const auto memory = PhysAddr{reinterpret_cast<uintptr_t>(start) - kImageBase};
  return {hal::phys_to_virt(memory), static_cast<size_t>(end - start)};
}

void fill_boot_info() {
  if (boot_image.bytes != 0) {
    require(is_page_aligned(boot_image.address), "boot image at a page's start");
    clear_tail(boot_image.address + boot_image.bytes);
    hal::give_boot_image(boot_info,
                         {hal::phys_to_virt(PhysAddr{boot_image.address}), boot_image.bytes});
  }
  boot_info.userboot = embedded(userboot_start, userboot_end);
  boot_info.vdso = embedded(vdso_start, vdso_end);
}

void start_clock_and_devices() {
  require(find_local_apic(acpi().local_apic), "memory for its local APIC");
  start_local_apic();
  if (const char* missing = calibrate_clock()) refuse(missing);
  start_timer();
  stop_interval_timer();
  start_io_apics();
  start_console_input();
  start_devices(&take_page);
}

// On the first CPU's own stack, with the kernel's own page tables: the boot sections are free.
[[noreturn]] void start_machine() {
  Cpu& cpu = cpus[0];
  mark_emergency_stacks(cpu);
  make_interrupt_table();
  load_descriptors(cpu);
  enable_features();
  require(set_up_vectors(), "usable XSAVE");
  start_entropy();
  free_ram.add(PhysAddr{address(kernel_boot_start)},
               address(kernel_boot_end) - address(kernel_boot_start));
  read_acpi(acpi_root_pointer, read_apic_id());
  require(make_cpus(&take_memory).has_value(), "memory for its CPUs' stacks");
  start_clock_and_devices();
  fill_boot_info();
  kernel_tables_use_frames();
  hal::tell_rejected(boot_text);
  if (boot_text.terminal) hal::set_console_terminal(*boot_text.terminal);
  kernel_main(boot_info);
}

}  // namespace

// From entry.S: on the boot stack, with page tables that map the first 4 GiB, all of it writable.
extern "C" [[noreturn]] void x86_64_start(uint64_t start_info) {
  cpus[0].self = &cpus[0];
  write_msr(Msr::GsBase, reinterpret_cast<uint64_t>(&cpus[0]));
  start_console();
  if (const char* missing = detect_features()) refuse(missing);
  if (features.smap) enable_smap_sites();
  read_start_info(*loader_data<PvhStartInfo>(start_info));
  free_ram = loader_facts.ram;
  reserve_what_is_used();
  require(make_kernel_tables(loader_facts.ram.ranges(), &take_page).has_value(),
          "memory for its page tables");
  require(make_stacks(cpus[0], &take_memory).has_value(), "memory for its stacks");
  asm volatile(
      "mov %0, %%cr3\n"
      "mov %1, %%rsp\n"
      "xor %%ebp, %%ebp\n"
      "call *%2\n"
      "ud2" ::"r"(raw(kernel_root_address())),
      "r"(cpus[0].stack_top), "r"(&start_machine)
      : "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

std::span<const RamRange> ram_ranges() { return x86_64::free_ram.ranges(); }

}  // namespace jacinth::hal
