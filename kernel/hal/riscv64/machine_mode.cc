// The firmware we are to ourselves when there is no other: a small SBI (RISC-V Supervisor Binary
// Interface 1.0). It runs in machine mode, at physical addresses: no table of addresses, no virtual
// function, nothing linked with absolute addresses may be used here.
#include <array>
#include <atomic>
#include <cstdint>

#include "hal/riscv64/csr.h"
#include "hal/riscv64/sbi.h"

namespace jacinth::riscv64 {
namespace {

constexpr size_t kMostHarts = 32;            // as machine_mode.S has stacks for
constexpr uint64_t kMachineTimer = 1u << 7;  // in mie
constexpr uint64_t kMachineSoftwareCause = kInterrupt | 3, kMachineTimerCause = kInterrupt | 7;
constexpr uint64_t kSupervisorCall = 9;

// What others ask of a hart through its machine software interrupt.
struct Requests {
  std::atomic<uint32_t> ipi{0};
  // Fences: how many were asked for, and how many of them are done.
  std::atomic<uint32_t> fences_wanted{0};
  std::atomic<uint32_t> fences_done{0};
  std::atomic<uint64_t> start_address{0};
  std::atomic<uint64_t> start_argument{0};
  std::atomic<bool> started{false};
};

// In .data: the boot hart clears .bss while the others are at work here.
[[gnu::section(".data.machine_mode")]] constinit std::array<Requests, kMostHarts> requests{};
[[gnu::section(".data.machine_mode")]] constinit std::atomic<uint64_t> software_interrupts{0};
[[gnu::section(".data.machine_mode")]] constinit std::atomic<uint64_t> timer_compares{0};
[[gnu::section(".data.machine_mode")]] constinit std::atomic<uint64_t> timer_value{0};

uint64_t own_hart() { return read_csr("mhartid"); }

void set_software_interrupt(uint64_t hart, uint32_t value) {
  const uint64_t base = software_interrupts.load(std::memory_order_relaxed);
  if (base != 0) reinterpret_cast<volatile uint32_t*>(base)[hart] = value;
}

// Does what was asked of this hart so far.
void serve_requests() {
  Requests& own = requests[own_hart()];
  set_software_interrupt(own_hart(), 0);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (own.ipi.exchange(0) != 0) set_csr("mip", kSoftware);
  const uint32_t wanted = own.fences_wanted.load();
  if (own.fences_done.load() == wanted) return;
  flush_all_translations();
  fence_instructions();
  own.fences_done.store(wanted);
}

// Calls visit(hart) for the harts of an SBI hart mask.
template <typename F>
void for_each_hart(uint64_t mask, uint64_t base, F visit) {
  for (uint64_t hart = 0; hart < kMostHarts; ++hart) {
    const bool named = base == ~uint64_t{0} ||
                       (hart >= base && hart - base < 64 && (mask >> (hart - base) & 1) != 0);
    if (named && requests[hart].started.load()) visit(hart);
  }
}

void send_ipis(uint64_t mask, uint64_t base) {
  for_each_hart(mask, base, [](uint64_t hart) {
    requests[hart].ipi.store(1);
    set_software_interrupt(hart, 1);
  });
}

// All fences are whole ones. While it waits it does what others ask of it, so that two harts that
// fence each other both get on.
void fence_harts(uint64_t mask, uint64_t base) {
  std::array<uint32_t, kMostHarts> tickets;
  for_each_hart(mask, base, [&](uint64_t hart) {
    tickets[hart] = requests[hart].fences_wanted.fetch_add(1) + 1;
    set_software_interrupt(hart, 1);
  });
  for_each_hart(mask, base, [&](uint64_t hart) {
    while (static_cast<int32_t>(requests[hart].fences_done.load() - tickets[hart]) < 0)
      serve_requests();
  });
}

void set_timer(uint64_t deadline) {
  const uint64_t base = timer_compares.load(std::memory_order_relaxed);
  if (base == 0) return;
  reinterpret_cast<volatile uint64_t*>(base)[own_hart()] = deadline;
  clear_csr("mip", kTimer);
  set_csr("mie", kMachineTimer);
}

long start_hart(uint64_t hart, uint64_t address, uint64_t argument) {
  if (hart >= kMostHarts) return sbi::kInvalidParam;
  if (requests[hart].started.exchange(true)) return sbi::kAlreadyAvailable;
  requests[hart].start_argument.store(argument);
  requests[hart].start_address.store(address);
  set_software_interrupt(hart, 1);
  return sbi::kSuccess;
}

long probe(uint64_t extension) {
  return extension == sbi::kTime || extension == sbi::kIpi || extension == sbi::kRemoteFence ||
         extension == sbi::kHartState || extension == sbi::kJacinth;
}

}  // namespace

// What the other modes had in x0 to x31, as machine_mode.S saved it.
struct MachineRegisters {
  uint64_t x[32];
  uint64_t* arguments() { return x + 10; }  // a0 and on
};

namespace {

void serve_call(MachineRegisters& registers) {
  const uint64_t* args = registers.arguments();
  const uint64_t function = args[6], extension = args[7];
  long error = sbi::kSuccess;
  uint64_t value = 0;
  if (extension == sbi::kTime) {
    set_timer(args[0]);
  } else if (extension == sbi::kIpi) {
    send_ipis(args[0], args[1]);
  } else if (extension == sbi::kRemoteFence) {
    fence_harts(args[0], args[1]);
  } else if (extension == sbi::kHartState && function == sbi::kHartStart) {
    error = start_hart(args[0], args[1], args[2]);
  } else if (extension == sbi::kBase && function == sbi::kProbe) {
    value = static_cast<uint64_t>(probe(args[0]));
  } else if (extension == sbi::kJacinth) {
    requests[own_hart()].started.store(true);
    timer_compares.store(args[1]);
    timer_value.store(args[2]);
    software_interrupts.store(args[0]);
  } else {
    error = sbi::kNotSupported;
  }
  registers.arguments()[0] = static_cast<uint64_t>(error);
  registers.arguments()[1] = value;
}

// Reading the time, where harts cannot: csrrs rd, time, x0.
bool read_time_for(MachineRegisters& registers, uint64_t instruction) {
  constexpr uint64_t kReadTime = 0xc0102073, kDestination = 31 << 7;
  const uint64_t address = timer_value.load(std::memory_order_relaxed);
  if ((instruction & ~kDestination) != kReadTime || address == 0) return false;
  const uint64_t destination = (instruction & kDestination) >> 7;
  if (destination != 0)
    registers.x[destination] = *reinterpret_cast<volatile const uint64_t*>(address);
  write_csr("mepc", read_csr("mepc") + 4);
  return true;
}

// Has supervisor mode take this exception, as if it had been delegated.
void pass_on(uint64_t cause) {
  constexpr uint64_t kPrevious = 3u << 11, kSupervisor = 1u << 11;              // MPP
  constexpr uint64_t kToSupervisor = 1u << 8, kWasOn = 1u << 5, kOn = 1u << 1;  // SPP, SPIE, SIE
  const uint64_t status = read_csr("mstatus");
  uint64_t next = (status & ~(kPrevious | kToSupervisor | kWasOn | kOn)) | kSupervisor;
  if ((status & kPrevious) == kSupervisor) next |= kToSupervisor;
  if ((status & kOn) != 0) next |= kWasOn;
  write_csr("scause", cause);
  write_csr("stval", read_csr("mtval"));
  write_csr("sepc", read_csr("mepc"));
  write_csr("mepc", read_csr("stvec"));
  write_csr("mstatus", next);
}

[[noreturn]] void give_up() {
  write_csr("mie", uint64_t{0});
  for (;;) asm volatile("wfi");
}

}  // namespace

extern "C" void machine_trap(MachineRegisters& registers) {
  constexpr auto kIllegal = static_cast<uint64_t>(Cause::IllegalInstruction);
  switch (read_csr("mcause")) {
    case kIllegal:
      if (!read_time_for(registers, read_csr("mtval"))) pass_on(kIllegal);
      return;
    case kMachineSoftwareCause:
      return serve_requests();
    case kMachineTimerCause:
      clear_csr("mie", kMachineTimer);
      set_csr("mip", kTimer);
      return;
    case kSupervisorCall:
      write_csr("mepc", read_csr("mepc") + 4);
      return serve_call(registers);
    default:
      give_up();
  }
}

struct StartRequest {
  uint64_t address;
  uint64_t argument;
};

// For a hart that waits: where it shall start, once somebody has told it.
extern "C" StartRequest machine_start_request(uint64_t hart) {
  serve_requests();
  const uint64_t address = requests[hart].start_address.load();
  return {address, requests[hart].start_argument.load()};
}

}  // namespace jacinth::riscv64
