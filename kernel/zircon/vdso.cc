#include "zircon/vdso.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "hal/clock.h"
#include "hal/cpu.h"
#include "hal/machine.h"
#include "hal/syscall_entry.h"
#include "image/elf.h"
#include "image/elf_file_symbols.h"
#include "image/elf_symbols.h"
#include "vm/embedded_file.h"
#include "vm/frames.h"

namespace jacinth::zircon {
namespace {

using image::DynamicSymbols;
using image::Elf;

// What the vDSO's code reads instead of asking the kernel; the layout is the ABI's.
struct Constants {
  uint32_t max_cpus;
  uint32_t cpu_features;
  uint32_t hw_breakpoints;
  uint32_t hw_watchpoints;
  uint32_t dcache_line_bytes;
  uint32_t icache_line_bytes;
  int64_t ticks_per_second;
  uint32_t ticks_to_mono_numerator;
  uint32_t ticks_to_mono_denominator;
  uint64_t physical_memory;
  uint64_t version_length;
  char version[64];
};
static_assert(sizeof(Constants) == 120);

// Where images without a symbol for them have their constants.
constexpr uint64_t kUsualConstantsOffset = 0x4a50;
constexpr size_t kCallSlots = 3;
constexpr char kVersion[] = "jacinth-1";

// The calls that variant 1 and variant 2 lack.
constexpr std::string_view kMissing[kVdsoVariants][2] = {
    {}, {"syscall_test_1", "syscall_test_2"}, {"syscall_test_3"}};

struct Vdso {
  std::array<RefPtr<VmoObject>, kVdsoVariants> variants;
  uint64_t code_start = 0;
  uint64_t code_size = 0;
  Vector<std::byte> file;
};

// Made once by make_vdso(); the storage has no constructor to run.
union VdsoStorage {
  constexpr VdsoStorage() : none(0) {}
  ~VdsoStorage() {}
  int none;
  Vdso vdso;
};
constinit VdsoStorage vdso_storage;

Vdso& the_vdso() { return vdso_storage.vdso; }

// The smallest ratio of 32-bit numbers that turns ticks into nanoseconds.
void set_tick_ratio(Constants& constants, uint64_t ticks_per_second) {
  uint64_t nanoseconds = 1'000'000'000;
  uint64_t a = nanoseconds;
  uint64_t b = ticks_per_second;
  while (b != 0) a = std::exchange(b, a % b);
  nanoseconds /= a;
  ticks_per_second /= a;
  while (ticks_per_second > UINT32_MAX) {
    nanoseconds >>= 1;
    ticks_per_second >>= 1;
  }
  constants.ticks_to_mono_numerator = static_cast<uint32_t>(nanoseconds);
  constants.ticks_to_mono_denominator = static_cast<uint32_t>(ticks_per_second);
}

Constants machine_constants() {
  const hal::CpuFeatures features = hal::cpu_features();
  Constants constants{};
  constants.max_cpus = hal::cpu_count();
  constants.cpu_features = features.flags;
  constants.hw_breakpoints = features.hw_breakpoints;
  constants.hw_watchpoints = features.hw_watchpoints;
  constants.dcache_line_bytes = features.dcache_line_bytes;
  constants.icache_line_bytes = features.icache_line_bytes;
  constants.ticks_per_second = static_cast<int64_t>(hal::ticks_per_second());
  set_tick_ratio(constants, hal::ticks_per_second());
  for (const hal::RamRange& range : hal::ram_ranges()) constants.physical_memory += range.bytes;
  constants.version_length = sizeof(kVersion) - 1;
  memcpy(constants.version, kVersion, sizeof(kVersion));
  return constants;
}

// Overwrites bytes of the file at the address it is linked for; false outside its segments.
bool patch(Vector<std::byte>& file, const Elf& elf, uint64_t address, const void* bytes,
           size_t size) {
  const auto offset = elf.file_offset_of(address);
  if (!offset || !image::fits(*offset, size, file.size())) return false;
  memcpy(file.data() + *offset, bytes, size);
  return true;
}

// Exported or not: foreign libraries export their call slots, ours need not.
std::optional<uint64_t> find_address(const Elf& elf, std::string_view name) {
  if (const auto symbol = image::find_file_symbol(elf, name)) return symbol->address;
  const auto symbols = DynamicSymbols::of(elf);
  if (!symbols) return std::nullopt;
  const auto symbol = symbols->find(name);
  return symbol ? std::optional(symbol->address) : std::nullopt;
}

Result<> fill_in(Vector<std::byte>& file, const Elf& elf) {
  const Constants constants = machine_constants();
  const uint64_t place = find_address(elf, "DATA_CONSTANTS").value_or(kUsualConstantsOffset);
  if (!patch(file, elf, place, &constants, sizeof(constants))) return fail(Status::InvalidArgs);
  const uintptr_t entry = hal::syscall_entry_address();
  if (entry == 0) return {};
  const auto slots = find_address(elf, "zcore_syscall_entry");
  if (!slots) return fail(Status::InvalidArgs);
  for (size_t i = 0; i < kCallSlots; ++i) {
    if (!patch(file, elf, *slots + i * sizeof(entry), &entry, sizeof(entry)))
      return fail(Status::InvalidArgs);
  }
  return {};
}

// Makes a symbol local and its code an instruction that faults.
void take_away(std::span<std::byte> file, const Elf& elf, const DynamicSymbols& symbols,
               std::string_view prefix, std::string_view name) {
  char full[64];
  const auto symbol = symbols.find(format_into(full, "{}{}", prefix, name));
  if (!symbol) return;
  const auto code = elf.file_offset_of(symbol->address);
  if (!code || !image::fits(*code, symbol->size, file.size())) return;
  // All zeros is no valid instruction on RISC-V; 0xf4 halts, which x86 user code may not.
  const std::byte trap{elf.machine() == image::ElfMachine::X86_64 ? uint8_t{0xf4} : uint8_t{0}};
  std::fill_n(file.begin() + static_cast<ptrdiff_t>(*code), symbol->size, trap);
  constexpr size_t kInfoOffset = 4;  // of st_info in Elf64_Sym; the upper half is the binding
  file[symbol->file_offset + kInfoOffset] &= std::byte{0x0f};
}

Result<RefPtr<VmoObject>> make_variant(size_t variant) {
  Vdso& vdso = the_vdso();
  const auto vmo = TRY(vm::Vmo::create(vdso.file.size()));
  TRY(vmo->write(0, vdso.file));
  if (variant != 0) {
    Vector<std::byte> copy = TRY(Vector<std::byte>::with_size(vdso.file.size()));
    memcpy(copy.data(), vdso.file.data(), copy.size());
    const auto elf = Elf::parse(vdso.file);
    const auto symbols = DynamicSymbols::of(*elf);
    for (std::string_view name : kMissing[variant]) {
      if (name.empty()) continue;
      take_away(copy, *elf, *symbols, "zx_", name);
      take_away(copy, *elf, *symbols, "_zx_", name);
    }
    TRY(vmo->write(0, copy));
  }
  auto object = TRY(VmoObject::create(vmo));
  constexpr std::string_view kNames[] = {"vdso/full", "vdso/test1", "vdso/test2"};
  TRY(object->set_name(kNames[variant]));
  return object;
}

bool is_vdso(const vm::Vmo* vmo) {
  for (const auto& variant : the_vdso().variants) {
    if (variant && variant->vmo().get() == vmo) return true;
  }
  return false;
}

}  // namespace

Result<> make_vdso(std::span<const std::byte> stored, const char** explain) {
  *explain = "the vDSO image is damaged";
  const vm::EmbeddedFile embedded = TRY(vm::EmbeddedFile::open(stored));
  const std::span<const std::byte> image = embedded.bytes();
  const auto elf = Elf::parse(image);
  if (!elf) return fail(Status::InvalidArgs);
  if (!DynamicSymbols::of(*elf)) return fail(Status::InvalidArgs);
  Vdso& vdso = *std::construct_at(&vdso_storage.vdso);
  for (const image::Segment segment : *elf) {
    if (segment.type != image::SegmentType::Load || !segment.executable()) continue;
    vdso.code_start = segment.first_page();
    vdso.code_size = segment.end_page() - segment.first_page();
  }
  *explain = "the vDSO has no code segment, or it does not lie in the file as in memory";
  if (vdso.code_size == 0 || elf->file_offset_of(vdso.code_start) != vdso.code_start)
    return fail(Status::InvalidArgs);

  *explain = "out of memory";
  // Programs see the file up to the end of its code, not the symbols behind that.
  const uint64_t mapped = vdso.code_start + vdso.code_size;
  vdso.file = TRY(Vector<std::byte>::with_size(mapped));
  memcpy(vdso.file.data(), image.data(), std::min<uint64_t>(image.size(), mapped));
  *explain = "the vDSO has no call slots, or no place for its constants";
  TRY(fill_in(vdso.file, *elf));
  *explain = "out of memory";
  for (size_t i = 0; i < kVdsoVariants; ++i) vdso.variants[i] = TRY(make_variant(i));
  *explain = "";
  return {};
}

Handle vdso_handle(size_t variant) {
  const auto& object = the_vdso().variants[variant];
  const Rights rights = (object->default_rights() & ~rights::kWrite) | rights::kExecute;
  return Handle(object, rights);
}

std::span<const std::byte> vdso_image() { return the_vdso().file; }

Result<VirtAddr> map_by_vdso_rules(vm::Vmar& where, const vm::Placement& placement,
                                   const VmoObject& source, uint64_t vmo_offset, uint64_t size,
                                   vm::MapOptions& options) {
  if (!includes(options.access, hal::Access::Execute) || !is_vdso(source.vmo().get()))
    return where.map(placement, source.vmo(), vmo_offset, size, options);
  const Vdso& vdso = the_vdso();
  vm::CallOrigin& origin = where.space().call_origin();
  if (vmo_offset != vdso.code_start || page_ceil(size) != vdso.code_size || !origin.begin_grant())
    return fail(Status::AccessDenied);
  options.immutable = true;
  const auto code = where.map(placement, source.vmo(), vmo_offset, size, options);
  if (code) {
    origin.grant(*code, vdso.code_size);
  } else {
    origin.give_up_grant();
  }
  return code;
}

void guard_calls(Process& process) {
  const bool traps = hal::syscall_entry_address() == 0;
  if (traps && the_vdso().code_size != 0) process.address_space().call_origin().guard();
}

uint64_t vdso_base(Process& process) {
  const uint64_t code = process.address_space().call_origin().code();
  return code == 0 ? 0 : code - the_vdso().code_start;
}

}  // namespace jacinth::zircon
