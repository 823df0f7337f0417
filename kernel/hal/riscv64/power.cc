// The end of the machine, in the first of these ways that there is: QEMU's test device and its
// semihosting, which can carry a status; the firmware's.
#include "hal/riscv64/power.h"

#include "hal/machine.h"
#include "hal/riscv64/board.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/paging.h"
#include "hal/riscv64/sbi.h"

namespace jacinth::riscv64 {
namespace {

// SiFive's test device.
constexpr uint32_t kPass = 0x5555, kFail = 0x3333, kRestart = 0x7777;

constinit volatile uint32_t* test_device = nullptr;

// Semihosting's SYS_EXIT_EXTENDED; where nobody listens, the breakpoint traps to the next line.
void semihosting_exit(int status) {
  constexpr uint64_t kExitExtended = 0x20, kApplicationExit = 0x20026;
  const uint64_t block[2] = {kApplicationExit, static_cast<uint64_t>(status)};
  register uint64_t a0 asm("a0") = kExitExtended;
  register const uint64_t* a1 asm("a1") = block;
  asm volatile(
      ".option push\n .balign 4\n .option norvc\n"
      "lla t0, 1f\n"
      "csrw stvec, t0\n"
      "slli x0, x0, 0x1f\n"
      "ebreak\n"
      "srai x0, x0, 7\n"
      "1:\n"
      ".option pop\n" ::"r"(a0),
      "r"(a1)
      : "t0", "memory");
}

}  // namespace

void set_up_power() {
  if (!board.test_device.exists()) return;
  test_device = reinterpret_cast<volatile uint32_t*>(
      map_device(board.test_device.base, board.test_device.bytes));
}

void end_with_status(int status) {
  if (test_device != nullptr)
    *test_device = status == 0 ? kPass : static_cast<uint32_t>(status) << 16 | kFail;
  semihosting_exit(status);
}

void stop_hart() {
  write_csr("sie", uint64_t{0});
  for (;;) asm volatile("wfi");
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

void power_off(int status) {
  status &= 0xff;
  end_with_status(status);
  constexpr uint64_t kShutDown = 0, kColdReboot = 1, kNoReason = 0, kSystemFailure = 1;
  const uint64_t reason = status == 0 ? kNoReason : kSystemFailure;
  sbi::call(sbi::kReset, 0, kShutDown, reason);
  // A board that cannot switch itself off can still restart; QEMU's -no-reboot makes that its end.
  sbi::call(sbi::kReset, 0, kColdReboot, reason);
  stop_hart();
}

void reboot() {
  if (test_device != nullptr) *test_device = kRestart;
  constexpr uint64_t kColdReboot = 1, kNoReason = 0;
  sbi::call(sbi::kReset, 0, kColdReboot, kNoReason);
  stop_hart();
}

}  // namespace jacinth::hal
