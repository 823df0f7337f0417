// The segments, the task state and the interrupt table that the processor wants.
#include <array>
#include <cstring>

#include "hal/x86_64/layout.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/smap.h"
#include "hal/x86_64/traps.h"

namespace jacinth::x86_64 {

extern "C" const char x86_64_trap_stubs[], x86_64_syscall_entry[],
    x86_64_syscall_entry_in_company[];

namespace {

constexpr size_t kStubBytes = 16;

struct Gate {
  uint16_t offset_low;
  uint16_t selector;
  uint8_t emergency_stack;
  uint8_t type;
  uint16_t offset_middle;
  uint32_t offset_high;
  uint32_t reserved;
};
static_assert(sizeof(Gate) == 16);

struct [[gnu::packed]] TablePointer {
  uint16_t limit;
  const void* table;
};

constinit std::array<Gate, kVectors> interrupt_table{};

constexpr uint8_t kInterruptGate = 0x8e;  // present, masks interrupts
constexpr uint8_t kUserMayCall = 0x60;
constexpr uint64_t kBreakpointVector = 3;

Emergency emergency_of(uint64_t vector) {
  switch (vector) {
    case kDebugVector:
      return Emergency::Debug;
    case kNonMaskableVector:
      return Emergency::NonMaskable;
    case 8:
      return Emergency::DoubleFault;
    case 18:
      return Emergency::MachineCheck;
    default:
      return Emergency::None;
  }
}

// Moves the old controller's vectors away from the exceptions and masks all its lines.
void silence_old_controller() {
  constexpr uint16_t kFirst = 0x20, kSecond = 0xa0;
  constexpr uint8_t kInitialise = 0x11, kSecondOnLine2 = 4, kMode8086 = 1, kAllLines = 0xff;
  for (const uint16_t port : {kFirst, kSecond}) {
    const bool first = port == kFirst;
    const auto data = static_cast<uint16_t>(port + 1);
    out8(port, kInitialise);
    out8(data, static_cast<uint8_t>(kOldControllerVector + (first ? 0 : 8)));
    out8(data, first ? kSecondOnLine2 : 2);
    out8(data, kMode8086);
    out8(data, kAllLines);
  }
}

void fill_segments(Cpu& cpu) {
  constexpr uint64_t kKernelCode = 0x00af'9b00'0000'ffff, kKernelData = 0x00cf'9300'0000'ffff;
  constexpr uint64_t kUserData = 0x00cf'f300'0000'ffff, kUserCode = 0x00af'fb00'0000'ffff;
  constexpr uint64_t kTaskState = uint64_t{0x89} << 40;
  const auto task = reinterpret_cast<uint64_t>(&cpu.task);
  const uint64_t entries[] = {
      0,
      kKernelCode,
      kKernelData,
      kUserData,
      kUserCode,
      kTaskState | (sizeof(TaskState) - 1) | (task & 0xff'ffff) << 16 | (task >> 24 & 0xff) << 56,
      task >> 32};
  static_assert(sizeof entries == sizeof cpu.gdt);
  memcpy(cpu.gdt, entries, sizeof entries);
  cpu.task.io_map = sizeof(TaskState);  // none: programs have no ports
}

}  // namespace

void make_interrupt_table() {
  for (uint64_t vector = 0; vector < kVectors; ++vector) {
    const auto target = reinterpret_cast<uint64_t>(x86_64_trap_stubs) + vector * kStubBytes;
    const uint8_t privilege = vector == kBreakpointVector ? kUserMayCall : 0;
    interrupt_table[vector] = {.offset_low = static_cast<uint16_t>(target),
                               .selector = X86_64_KERNEL_CODE,
                               .emergency_stack = static_cast<uint8_t>(emergency_of(vector)),
                               .type = static_cast<uint8_t>(kInterruptGate | privilege),
                               .offset_middle = static_cast<uint16_t>(target >> 16),
                               .offset_high = static_cast<uint32_t>(target >> 32),
                               .reserved = 0};
  }
  silence_old_controller();
}

void set_call_entry(const Cpu& cpu) {
  const char* entry = cpu.in_company ? x86_64_syscall_entry_in_company : x86_64_syscall_entry;
  write_msr(Msr::Lstar, reinterpret_cast<uint64_t>(entry));
}

void load_descriptors(Cpu& cpu) {
  cpu.self = &cpu;
  fill_segments(cpu);
  const TablePointer segments{sizeof cpu.gdt - 1, cpu.gdt};
  const TablePointer interrupts{sizeof interrupt_table - 1, interrupt_table.data()};
  asm volatile(
      "lgdt %0\n"
      "lidt %1\n"
      "pushq %[code]\n"
      "lea 1f(%%rip), %%rax\n"
      "push %%rax\n"
      "lretq\n"
      "1: mov %[data], %%eax\n"
      "mov %%eax, %%ds\n mov %%eax, %%es\n mov %%eax, %%ss\n"
      "xor %%eax, %%eax\n"
      "mov %%eax, %%fs\n mov %%eax, %%gs\n"
      "mov %[task], %%eax\n"
      "ltr %%ax\n" ::"m"(segments),
      "m"(interrupts), [code] "i"(X86_64_KERNEL_CODE), [data] "i"(X86_64_KERNEL_DATA),
      [task] "i"(X86_64_TASK_STATE)
      : "rax", "memory");
  write_msr(Msr::GsBase, reinterpret_cast<uint64_t>(&cpu));
  write_msr(Msr::KernelGsBase, 0);

  // SYSRET adds 8 and 16 to its base for the two user segments.
  constexpr uint64_t kSysretBase = X86_64_USER_DATA - 8;
  constexpr uint64_t kMaskedFlags = 0x47700;  // TF IF DF IOPL NT AC
  write_msr(Msr::Star, kSysretBase << 48 | uint64_t{X86_64_KERNEL_CODE} << 32);
  set_call_entry(cpu);
  write_msr(Msr::SyscallMask, kMaskedFlags);
}

struct SmapSite {
  unsigned char* at;
  unsigned char last_byte;
};
static_assert(sizeof(SmapSite) == 16);
extern "C" const SmapSite __start_jacinth_smap_sites[], __stop_jacinth_smap_sites[];

void enable_smap_sites() {
  for (const SmapSite* site = __start_jacinth_smap_sites; site != __stop_jacinth_smap_sites;
       ++site) {
    site->at[0] = 0x0f;
    site->at[1] = 0x01;
    site->at[2] = site->last_byte;
  }
}

}  // namespace jacinth::x86_64
