#include "hal/riscv64/paging.h"

#include <algorithm>

#include "hal/riscv64/csr.h"
#include "hal/riscv64/layout.h"

namespace jacinth::riscv64 {

constinit unsigned used_levels = 3;

namespace {

constexpr uint64_t kData = Entry::kRead | Entry::kWrite | Entry::kGlobal;
constexpr uint64_t kConstant = Entry::kRead | Entry::kGlobal;
constexpr uint64_t kCode = Entry::kRead | Entry::kExecute | Entry::kGlobal;
constexpr uint64_t kGiga = entry_bytes(3);
// The image is linked in the second last gigabyte.
constexpr size_t kImageEntry = kTableEntries - 2;
constexpr size_t kImageTables = 2;  // it may have 4 MiB

// The kernel's third-level table, the root with Sv39, and those of the image. In the image itself,
// as they come before memory is known.
constinit Table kernel_table;
constinit Table sv48_root;
constinit Table image_directory;
constinit Table image_tables[kImageTables];
// From where the image lies to where it is linked.
constinit uint64_t image_offset = 0;
// While the machine starts: where tables are taken from, and the third-level table that is filled.
constinit hal::MemoryMap* table_memory = nullptr;
constinit Table* filled_table = &kernel_table;

Table& table_at(PhysAddr at) { return *reinterpret_cast<Table*>(hal::phys_to_virt(at)); }

uint64_t image_flags(uint64_t address) {
  if (address < reinterpret_cast<uint64_t>(text_end)) return kCode;
  return address < reinterpret_cast<uint64_t>(rodata_end) ? kConstant : kData;
}

PhysAddr take_page() {
  const auto page = table_memory->take(kPageSize);
  ASSERT(page.has_value());
  std::byte* bytes = hal::phys_to_virt(*page);
  std::fill_n(bytes, kPageSize, std::byte{0});
  return *page;
}

// The table below `entry`, whose level is `level`; a large page there becomes a table of its parts.
Table& table_below(Entry& entry, unsigned level) {
  if (!entry.is_table()) {
    const PhysAddr page = take_page();
    Table& table = table_at(page);
    if (entry.is_leaf()) {
      for (size_t i = 0; i < kTableEntries; ++i)
        table.entries[i] = Entry::leaf(entry.address() + i * entry_bytes(level - 1), entry.flags());
    }
    entry = Entry::table(page);
  }
  return table_at(entry.address());
}

// Maps in the kernel's half, with pages as large as fit.
void map_kernel(uint64_t at, PhysAddr memory, uint64_t bytes, uint64_t flags) {
  while (bytes != 0) {
    unsigned level = 3;
    while (((at | raw(memory)) & (entry_bytes(level) - 1)) != 0 || bytes < entry_bytes(level))
      --level;
    Table* table = filled_table;
    for (unsigned above = 3; above > level; --above)
      table = &table_below(table->entries[entry_index(at, above)], above);
    table->entries[entry_index(at, level)] = Entry::leaf(memory, flags);
    const uint64_t step = entry_bytes(level);
    at += step;
    memory = memory + step;
    bytes -= step;
  }
}

// What a hart does not offer leaves satp as it was.
bool offers_sv48() {
  const uint64_t wanted = kSv48 | raw(image_to_phys(&sv48_root)) >> kPageShift;
  write_csr("satp", wanted);
  return read_csr("satp") == wanted;
}

}  // namespace

// The first translation: the image at its addresses and, of the direct map, the gigabytes that hold
// the image and the device tree. Runs before it, where the image was loaded.
extern "C" uint64_t make_first_translation(uint64_t image, uint64_t device_tree) {
  const uint64_t bytes =
      reinterpret_cast<uint64_t>(image_end) - reinterpret_cast<uint64_t>(kernel_start);
  for (uint64_t at = 0; at < bytes; at += kPageSize) {
    image_tables[at / entry_bytes(2)].entries[entry_index(at, 1)] =
        Entry::leaf(PhysAddr{image + at}, image_flags(image + at));
  }
  for (size_t i = 0; i < kImageTables; ++i)
    image_directory.entries[i] =
        Entry::table(PhysAddr{reinterpret_cast<uint64_t>(&image_tables[i])});
  kernel_table.entries[kImageEntry] =
      Entry::table(PhysAddr{reinterpret_cast<uint64_t>(&image_directory)});
  for (const uint64_t physical : {image, device_tree, device_tree + kGiga}) {
    const PhysAddr start{physical & ~(kGiga - 1)};
    if (raw(start) >= kDirectMapBytes) continue;
    kernel_table.entries[entry_index(kDirectMap + raw(start), 3)] = Entry::leaf(start, kData);
  }
  // With Sv48, the kernel's table covers the last of the root's entries.
  sv48_root.entries[kTableEntries - 1] =
      Entry::table(PhysAddr{reinterpret_cast<uint64_t>(&kernel_table)});
  return kSv39 | reinterpret_cast<uint64_t>(&kernel_table) >> kPageShift;
}

uint64_t satp_for(PhysAddr root) {
  return (used_levels == 4 ? kSv48 : kSv39) | raw(root) >> kPageShift;
}

uint64_t kernel_satp() {
  return satp_for(image_to_phys(used_levels == 4 ? &sv48_root : &kernel_table));
}

void use_kernel_tables() {
  write_csr("satp", kernel_satp());
  flush_user_translations();
}

void share_kernel_half(Table& root) {
  if (used_levels == 4) {
    root.entries[kTableEntries - 1] = sv48_root.entries[kTableEntries - 1];
  } else {
    std::copy(kernel_table.entries + kTableEntries / 2, kernel_table.entries + kTableEntries,
              root.entries + kTableEntries / 2);
  }
}

PhysAddr first_image_address() { return image_tables[0].entries[0].address(); }

PhysAddr image_to_phys(const void* pointer) {
  return PhysAddr{reinterpret_cast<uint64_t>(pointer) - image_offset};
}

void make_kernel_tables(std::span<const hal::RamRange> ram, hal::MemoryMap& free) {
  const uint64_t start = reinterpret_cast<uint64_t>(kernel_start);
  const PhysAddr image = first_image_address();
  image_offset = start - raw(image);
  table_memory = &free;
  // Made aside, as its parts are reached through the first one.
  const PhysAddr aside = take_page();
  filled_table = &table_at(aside);
  for (const hal::RamRange& range : ram)
    map_kernel(kDirectMap + raw(range.base), range.base, range.bytes, kData);
  // The image's code and constants are no more writable there than where they run.
  const uint64_t constant_bytes = reinterpret_cast<uint64_t>(rodata_end) - start;
  map_kernel(kDirectMap + raw(image), image, constant_bytes, kConstant);
  filled_table->entries[kImageEntry] = kernel_table.entries[kImageEntry];
  std::ranges::copy(filled_table->entries, kernel_table.entries);
  filled_table = &kernel_table;
  free.add(aside, kPageSize);
  flush_all_translations();
  if (offers_sv48()) used_levels = 4;
  flush_all_translations();
}

void map_stacks(uint32_t cpus, hal::MemoryMap& free) {
  for (uint32_t cpu = 0; cpu < cpus; ++cpu) {
    const auto memory = free.take(kStackBytes);
    ASSERT(memory.has_value());
    map_kernel(stack_top(cpu) - kStackBytes, *memory, kStackBytes, kData);
  }
}

volatile std::byte* map_device(PhysAddr at, uint64_t bytes) {
  ASSERT(raw(at) < kDirectMapBytes && bytes <= kDirectMapBytes - raw(at));
  const PhysAddr start{page_floor(raw(at))};
  map_kernel(kDirectMap + raw(start), start, page_ceil(raw(at) + bytes) - raw(start), kData);
  flush_all_translations();
  return hal::phys_to_virt(at);
}

}  // namespace jacinth::riscv64
