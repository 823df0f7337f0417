#include "hal/x86_64/extended_state.h"

#include <atomic>
#include <utility>

#include "base/heap.h"
#include "hal/x86_64/debug_registers.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {

using hal::UserContext;

constinit hal::x86::XsaveLayout vector_layout;

namespace {

constexpr size_t kImageAlignment = 64;
alignas(kImageAlignment) constinit std::byte fresh_image[hal::x86::kMaxXsaveBytes];

std::byte* allocate_image() {
  return static_cast<std::byte*>(heap_allocate(vector_layout.bytes, kImageAlignment));
}

void restore(const std::byte* image) {
  asm volatile("xrstor64 %0" ::"m"(*image), "a"(static_cast<uint32_t>(vector_layout.mask)), "d"(0)
               : "memory");
}

void save(std::byte* image) {
  const auto mask = static_cast<uint32_t>(vector_layout.mask);
  if (features.xsaveopt) {
    asm volatile("xsaveopt64 %0" : "+m"(*image) : "a"(mask), "d"(0) : "memory");
  } else {
    asm volatile("xsave64 %0" : "+m"(*image) : "a"(mask), "d"(0) : "memory");
  }
}

// The program's GS base is in the register that SWAPGS exchanges. With the FSGSBASE instructions a
// program may have changed either by itself.
void load_bases(const UserContext& context) {
  if (features.fsgsbase) {
    asm volatile("wrfsbase %0" ::"r"(context.general.fs_base));
  } else {
    write_msr(Msr::FsBase, context.general.fs_base);
  }
  write_msr(Msr::KernelGsBase, context.general.gs_base);
}

void save_bases(UserContext& context) {
  if (!features.fsgsbase) return;
  asm volatile("rdfsbase %0" : "=r"(context.general.fs_base));
  context.general.gs_base = read_msr(Msr::KernelGsBase);
}

// Cleared once the registers are saved: another CPU may then load them.
std::atomic_ref<uint32_t> live_on(UserContext& context) { return std::atomic_ref(context.live_on); }

}  // namespace

bool set_up_vectors() {
  vector_layout = hal::x86::detect_xsave_layout();
  if (vector_layout.mask == 0) return false;
  hal::x86::init_xsave_image(vector_layout, fresh_image);
  return true;
}

bool load_extended(Cpu& cpu, UserContext& context) {
  if (cpu.loaded == &context && context.loaded_on == cpu.id) [[likely]] {
    if (!cpu.loaded_live) live_on(context).store(cpu.id, std::memory_order_relaxed);
    cpu.loaded_live = true;
    return true;
  }
  save_extended(cpu);
  if (context.vector_image == nullptr) context.vector_image = allocate_image();
  if (context.vector_image == nullptr) return false;
  // Its last CPU is past its activity, on its way to the executor, and saves there.
  for (unsigned rounds = 0;
       live_on(context).load(std::memory_order_acquire) != UserContext::kNowhere;)
    spin_relax(rounds++);
  restore(context.has_image ? context.vector_image : fresh_image);
  load_bases(context);
  load_debug_registers(cpu, context);
  cpu.loaded = &context;
  cpu.loaded_live = true;
  context.loaded_on = cpu.id;
  live_on(context).store(cpu.id, std::memory_order_relaxed);
  return true;
}

void save_extended(Cpu& cpu) {
  if (!cpu.loaded_live) return;
  UserContext& context = *cpu.loaded;
  if (!context.has_image) hal::x86::init_xsave_image(vector_layout, context.vector_image);
  save(context.vector_image);
  context.has_image = true;
  save_bases(context);
  cpu.loaded_live = false;
  live_on(context).store(UserContext::kNowhere, std::memory_order_release);
}

std::byte* materialise_image(UserContext& context) {
  if (context.vector_image == nullptr) context.vector_image = allocate_image();
  if (context.vector_image == nullptr) return nullptr;
  if (!context.has_image) hal::x86::init_xsave_image(vector_layout, context.vector_image);
  context.has_image = true;
  return context.vector_image;
}

}  // namespace jacinth::x86_64
