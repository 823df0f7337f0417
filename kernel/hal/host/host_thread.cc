#include "hal/host/host_thread.h"

#include <new>

#include "hal/host/asm_label.h"
#include "hal/host/layout.h"
#include "hal/host/sys.h"

namespace jacinth::host {

constinit Vcpu vcpus[hal::kMaxCpus];
constinit bool has_fsgsbase = false;

namespace {

constexpr size_t kHalfSlot = kSlotBytes / 2;

constexpr size_t kCpuMaskWords = 16;
struct {
  uint32_t count = 0;
  uint32_t ids[kCpuMaskWords * 64] = {};
} constinit host_cpus;

void set_gs_base(HostThread& self) {
  if (has_fsgsbase) {
    asm volatile("wrgsbase %0" ::"r"(&self));
  } else {
    sys::call(sys::Call::ArchPrctl, sys::kArchSetGs, sys::address(&self));
  }
}

}  // namespace

HostThread& make_host_thread(std::byte* slot) { return *new (slot) HostThread; }

void* slot_stack_top(std::byte* slot) { return slot + kSlotBytes; }

void enter_host_thread(HostThread& self) {
  set_gs_base(self);
  // The lower half, behind the HostThread; the upper half is the thread's first stack.
  auto* slot = reinterpret_cast<std::byte*>(&self);
  constexpr size_t kReserved = 512;
  static_assert(sizeof(HostThread) <= kReserved);
  const sys::SignalStack stack{slot + kReserved, 0, kHalfSlot - kReserved};
  sys::call(sys::Call::Sigaltstack, sys::address(&stack));
}

void find_host_cpus() {
  uint64_t mask[kCpuMaskWords] = {};
  sys::call(sys::Call::SchedGetaffinity, 0, sizeof mask, sys::address(mask));
  for (uint32_t id = 0; id < kCpuMaskWords * 64; ++id) {
    if ((mask[id / 64] >> (id % 64) & 1) != 0) host_cpus.ids[host_cpus.count++] = id;
  }
}

bool has_host_cpu_for_each() { return layout.cpus <= host_cpus.count; }

void pin_to_host_cpu(hal::CpuId cpu) {
  if (host_cpus.count == 0) return;
  const uint32_t target = host_cpus.ids[cpu % host_cpus.count];
  uint64_t mask[kCpuMaskWords] = {};
  mask[target / 64] |= uint64_t{1} << (target % 64);
  sys::call(sys::Call::SchedSetaffinity, 0, sizeof mask, sys::address(mask));
}

[[gnu::naked]] long spawn(long, void*, void (*)(void*), void*) {
  asm volatile(
      "sub $16, %%rsi\n"
      "mov %%rdx, (%%rsi)\n"
      "mov %%rcx, 8(%%rsi)\n"
      "xor %%edx, %%edx\n"
      "xor %%r10d, %%r10d\n"
      "xor %%r8d, %%r8d\n"
      "mov %0, %%eax\n"
      "syscall\n"
      "test %%rax, %%rax\n"
      "jz 1f\n"
      "ret\n"
      "1: xor %%ebp, %%ebp\n"
      "pop %%rax\n"
      "pop %%rdi\n"
      "call *%%rax\n"
      "ud2\n" ::"i"(sys::Call::Clone));
}

bool start_helper(uint32_t index, void (*entry)(void*)) {
  std::byte* slot = layout.helper_slot(index);
  HostThread& thread = make_host_thread(slot);
  thread.pid = vcpus[0].thread.load()->pid;
  const long tid = spawn(sys::kThreadFlags, slot_stack_top(slot), entry, &thread);
  if (tid < 0) return false;
  thread.tid.store(static_cast<int>(tid));
  return true;
}

// The stack belongs to the receiver from the wake-up on, so the rest is done in registers.
[[gnu::naked]] void hand_off(HostThread&, HostThread&, Vcpu&) {
  asm volatile(
      "push %%rbp\n push %%rbx\n push %%r12\n push %%r13\n push %%r14\n push %%r15\n"
      "mov %%rsp, %c[parked_sp](%%rdx)\n"
      "mov %%rdi, %%rbx\n"
      "movl $1, %c[go](%%rsi)\n"
      "lea %c[go](%%rsi), %%rdi\n"
      "mov %[wake], %%esi\n"
      "mov $1, %%edx\n"
      "mov %[futex], %%eax\n"
      "syscall\n"
      ASM_LABEL("jacinth_host_park")
      "1: cmpl $0, %c[go](%%rbx)\n"
      "jne 2f\n"
      "lea %c[go](%%rbx), %%rdi\n"
      "mov %[wait], %%esi\n"
      "xor %%edx, %%edx\n"
      "xor %%r10d, %%r10d\n"
      "mov %[futex], %%eax\n"
      "syscall\n"
      "jmp 1b\n"
      "2: movl $0, %c[go](%%rbx)\n"
      "mov %c[vcpu](%%rbx), %%rdx\n"
      "mov %c[parked_sp](%%rdx), %%rsp\n"
      "pop %%r15\n pop %%r14\n pop %%r13\n pop %%r12\n pop %%rbx\n pop %%rbp\n"
      "ret\n" ::[parked_sp] "i"(offsetof(Vcpu, parked_sp)),
      [go] "i"(offsetof(HostThread, go)), [vcpu] "i"(offsetof(HostThread, vcpu)),
      [wake] "i"(sys::kFutexWake), [wait] "i"(sys::kFutexWait), [futex] "i"(sys::Call::Futex));
}

void park(HostThread& self) {
  asm volatile("mov %0, %%rbx\n jmp jacinth_host_park" ::"r"(&self) : "rbx", "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::host
