// Vector and floating-point registers through preemption, migration and calls.
#include <cstring>

#include "exec/executor.h"
#include "hal/host/selftest/selftest.h"

namespace jacinth::selftest {

using exec::Task;
using hal::RegisterSet;

namespace {

// Programs with different registers, which watch them, preempted and moved between CPUs.
Task<Status> watch_registers(bool migrates) {
  constexpr size_t kCount = 5;
  constexpr uint32_t kInterruptions = 30;
  Guest* guests[kCount];
  for (size_t i = 0; i < kCount; ++i) {
    guests[i] = Guest::create(GUEST_PROGRAM(vectors));
    if (guests[i] == nullptr) co_return Status::NoMemory;
    guests[i]->word(2) = 0x0101'0101'2222 * (i + 1) + (i << 13);
    guests[i]->migrates = migrates;
    CHECK(guests[i]->begin() == Status::Ok);
  }
  for (Guest* guest : guests) {
    while (guest->interrupts.load() < kInterruptions && guest->exit_value == ~uint64_t{0}) {
      for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
      co_await exec::yield();
    }
  }
  for (Guest* guest : guests) guest->word(1) = 1;
  for (Guest* guest : guests) {
    CHECK(co_await guest->done.wait() == Status::Ok);
    CHECK(guest->exit_value == 0);
    guest->drop_space();
  }
  co_return Status::Ok;
}

Task<Status> registers_survive_preemption() { co_return co_await watch_registers(false); }
Task<Status> registers_survive_migration() { co_return co_await watch_registers(true); }

Task<Status> control_words_survive_calls() {
  constexpr size_t kCount = 4;
  Guest* guests[kCount];
  for (size_t i = 0; i < kCount; ++i) {
    guests[i] = Guest::create(GUEST_PROGRAM(control_words));
    if (guests[i] == nullptr) co_return Status::NoMemory;
    guests[i]->word(0) = 500;
    guests[i]->word(3) = (0x1f80 | i << 13) | uint64_t{0x037f | i << 10} << 32;
    guests[i]->migrates = i % 2 == 1;
  }
  for (Guest* guest : guests) CHECK(guest->begin() == Status::Ok);
  for (Guest* guest : guests) {
    CHECK(co_await guest->done.wait() == Status::Ok);
    CHECK(guest->exit_value == 0);
    guest->drop_space();
  }
  co_return Status::Ok;
}

// What a debugger writes is what the program sees, and the other way round.
Task<Status> debuggers_reach_vector_registers() {
  struct {
    std::byte zmm[32][64];
    uint64_t opmask[8];
    uint32_t mxcsr, reserved;
  } vectors{};
  Guest* guest = Guest::create(GUEST_PROGRAM(vectors));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->word(2) = 77;
  CHECK(guest->begin() == Status::Ok);
  while (guest->interrupts.load() == 0) {
    for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
    co_await exec::yield();
  }
  // Stop it where it is.
  guest->space().protect(kData, 1, hal::Access::Read);
  CHECK(co_await guest->done.wait() == Status::Ok);
  auto bytes = std::as_writable_bytes(std::span(&vectors, 1));
  CHECK(guest->context.read_regs(RegisterSet::Vector, bytes));
  uint64_t low = 0;
  memcpy(&low, vectors.zmm[0], sizeof low);
  CHECK(low == 77);
  memcpy(&low, vectors.zmm[15] + 8, sizeof low);
  CHECK(low == 4 * 77);
  CHECK((vectors.mxcsr & 0x1f80) == 0x1f80);
  vectors.mxcsr = 0xffffffff;
  CHECK(guest->context.write_regs(RegisterSet::Vector, bytes) == fail(Status::InvalidArgs));
  vectors.mxcsr = 0x1f80;
  memset(vectors.zmm[3], 0x5a, 16);
  CHECK(guest->context.write_regs(RegisterSet::Vector, bytes));
  memset(&vectors, 0, sizeof vectors);
  CHECK(guest->context.read_regs(RegisterSet::Vector, bytes));
  CHECK(vectors.zmm[3][7] == std::byte{0x5a});
  CHECK(guest->context.read_regs(RegisterSet::Vector, bytes.first(100)) ==
        fail(Status::BufferTooSmall));
  co_return Status::Ok;
}

constexpr Case kCases[] = {
    {"vector registers survive preemption", registers_survive_preemption},
    {"vector registers survive migration", registers_survive_migration},
    {"control words survive calls", control_words_survive_calls},
    {"debuggers reach vector registers", debuggers_reach_vector_registers},
};

}  // namespace

std::span<const Case> vector_cases() { return kCases; }

}  // namespace jacinth::selftest
