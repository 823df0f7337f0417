#include "test/loaded_vdso.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "image/elf.h"
#include "image/elf_file_symbols.h"

extern "C" const std::byte call_image_start[], call_image_end[];
extern "C" const std::byte trap_image_start[], trap_image_end[];

namespace jacinth::vdso {
namespace {

// Low, where nothing else of a 64-bit Linux process is: catch_traps_below() relies on it.
constexpr uintptr_t kLoadAddress = 0x2000'0000;
constexpr uintptr_t kDistance = 0x100'0000;

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "cannot load the vDSO: %s\n", why);
  std::abort();
}

std::byte* address_of(const image::Elf& elf, std::byte* base, const char* name) {
  const auto symbol = image::find_file_symbol(elf, name);
  if (!symbol) give_up(name);
  return base + symbol->address;
}

}  // namespace

FakeKernel fake_kernel;

LoadedVdso::LoadedVdso(Form form) {
  const bool call = form == Form::Call;
  const auto file = call ? std::span(call_image_start, call_image_end)
                         : std::span(trap_image_start, trap_image_end);
  const auto elf = image::Elf::parse(file);
  if (!elf) give_up(elf.error().what);
  const size_t size = elf->load_span().size;
  void* memory =
      mmap(reinterpret_cast<void*>(kLoadAddress + (call ? kDistance : 0)), size,
           PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == MAP_FAILED) give_up("its address is taken");
  base_ = static_cast<std::byte*>(memory);
  memcpy(base_, file.data(), size);
  constants_ = reinterpret_cast<Constants*>(address_of(*elf, base_, "DATA_CONSTANTS"));
  if (call) {
    const std::array<uint64_t, 3> slots = {call_entry(), call_entry(), call_entry()};
    memcpy(address_of(*elf, base_, "zcore_syscall_entry"), slots.data(), sizeof(slots));
  } else {
    catch_traps_below(base_ + size);
  }
  // Writable too, because tests change the constants.
  if (mprotect(base_, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) give_up("mprotect");
  auto symbols = image::DynamicSymbols::of(*elf);
  if (!symbols) give_up(symbols.error().what);
  symbols_ = *symbols;
}

LoadedVdso& LoadedVdso::get(Form form) {
  static LoadedVdso call_form(Form::Call);
  static LoadedVdso trap_form(Form::Trap);
  return form == Form::Call ? call_form : trap_form;
}

void* LoadedVdso::find(const char* name) const {
  const auto symbol = symbols_->find(name);
  return symbol ? base_ + symbol->address : nullptr;
}

}  // namespace jacinth::vdso
