// Programs enter the kernel and come back: calls, faults, exceptions, user memory.
#include <cstring>

#include "hal/clock.h"
#include "hal/host/selftest/selftest.h"
#include "hal/memory.h"

namespace jacinth::selftest {

using exec::Task;
using hal::Access;
using hal::RegisterSet;
using hal::UserExit;

namespace {

template <typename T>
Result<> read_set(const hal::UserContext& context, RegisterSet set, T* value) {
  return context.read_regs(set, std::as_writable_bytes(std::span(value, 1)));
}
template <typename T>
Result<> write_set(hal::UserContext& context, RegisterSet set, const T& value) {
  return context.write_regs(set, std::as_bytes(std::span(&value, 1)));
}

// Runs a program to its end; null when it could not start.
Task<Status> run_to_end(Guest* guest) {
  if (guest == nullptr) co_return Status::NoMemory;
  if (const Status status = guest->begin(); status != Status::Ok) co_return status;
  co_return co_await guest->done.wait();
}

Task<Status> calls_return_values() {
  Guest* guest = Guest::create(GUEST_PROGRAM(calls));
  if (guest != nullptr) guest->word(0) = 1000;
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 1000);
  co_return Status::Ok;
}

Task<Status> calls_keep_registers_and_take_eight_arguments() {
  Guest* guest = Guest::create(GUEST_PROGRAM(abi));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->kernel_part = [](Guest& self) -> uint64_t {
    uint64_t value = 0;
    for (size_t i = 0; i < 8; ++i) {
      CHECK(hal::syscall_arg_slow(self.context, i, &value));
      CHECK(value == i + 1);
    }
    return 0;
  };
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 0);
  co_return Status::Ok;
}

Task<Status> faults_are_told_apart() {
  struct Expected {
    Program program;
    UserExit::Reason reason;
    Access access;
    uint32_t vector;
    VirtAddr address;
  };
  constexpr auto kFault = UserExit::Reason::PageFault;
  constexpr auto kException = UserExit::Reason::Exception;
  const Expected all[] = {
      {GUEST_PROGRAM(write_code), kFault, Access::Write, 14, kCode},
      {GUEST_PROGRAM(run_data), kFault, Access::Execute, 14, kData},
      {GUEST_PROGRAM(bad_stack), kFault, Access::Read, 14, VirtAddr{0x123000}},
      {GUEST_PROGRAM(wild_jump), kFault, Access::Execute, 14, VirtAddr{0x7fff00000000}},
      {GUEST_PROGRAM(breakpoint), kException, Access::None, 3, {}},
      {GUEST_PROGRAM(undefined), kException, Access::None, 6, {}},
      {GUEST_PROGRAM(divide), kException, Access::None, 0, {}},
      {GUEST_PROGRAM(host_call), kException, Access::None, 6, {}},
      {GUEST_PROGRAM(privileged), kException, Access::None, 13, {}},
  };
  for (const Expected& expected : all) {
    Guest* guest = Guest::create(expected.program);
    CHECK(co_await run_to_end(guest) == Status::Ok);
    CHECK(guest->last.reason == expected.reason);
    CHECK(guest->last.access == expected.access);
    CHECK(guest->last.vector == expected.vector);
    if (expected.reason == kFault) CHECK(guest->last.address == expected.address);
    guest->drop_space();
  }
  co_return Status::Ok;
}

Task<Status> breakpoint_leaves_pc_behind_it() {
  Guest* guest = Guest::create(GUEST_PROGRAM(breakpoint));
  CHECK(co_await run_to_end(guest) == Status::Ok);
  // Two moves of three bytes, then the one-byte instruction.
  CHECK(guest->context.pc() == kCode + 7);
  co_return Status::Ok;
}

Task<Status> pages_come_by_faults() {
  Guest* guest = Guest::create(GUEST_PROGRAM(calls));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->word(0) = 3;
  guest->fills_lazily = true;
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 3);
  CHECK(guest->faults.load() == 3);
  co_return Status::Ok;
}

Task<Status> flags_of_the_program_do_not_harm_the_kernel() {
  Guest* guest = Guest::create(GUEST_PROGRAM(stray_flags));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->kernel_part = [](Guest& self) -> uint64_t {
    // An unaligned access and a string operation that must run upward.
    char text[16] = "abcdefg";
    uint32_t word;
    memcpy(&word, text + 1, sizeof word);
    memmove(text + 1, text, 4);
    CHECK(text[1] == 'a' && text[4] == 'd');
    return self.context.syscall_arg(0) + (word != 0 ? 1 : 0);
  };
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 42);
  co_return Status::Ok;
}

Task<Status> single_steps_stop_after_each_instruction() {
  Guest* guest = Guest::create(GUEST_PROGRAM(step));
  if (guest == nullptr) co_return Status::NoMemory;
  constexpr uint32_t kOn = 1;
  CHECK(write_set(guest->context, RegisterSet::SingleStep, kOn));
  guest->on_exit = [](Guest& self) {
    CHECK(self.last.reason == UserExit::Reason::Exception && self.last.vector == 1);
    return true;
  };
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 0);
  co_return Status::Ok;
}

uint64_t copy_around(Guest& self) {
  const VirtAddr page_end = kData + kPageSize;
  char buffer[64];
  CHECK(hal::copy_to_user(kData + 100, "user memory", 12) == 12);
  CHECK(hal::copy_from_user(buffer, kData + 100, 12) == 12);
  CHECK(memcmp(buffer, "user memory", 12) == 0);
  // Up to the first byte that is not there.
  CHECK(hal::copy_from_user(buffer, page_end + -20, 64) == 20);
  CHECK(hal::copy_to_user(page_end + -3, buffer, 8) == 3);
  CHECK(hal::copy_to_user(page_end + -3, buffer, 4) == 3);
  CHECK(hal::copy_from_user(buffer, VirtAddr{0x700000}, 8) == 0);
  CHECK(hal::copy_to_user(kCode, buffer, 4) == 0);
  // Every length that is copied by words, both ways.
  char pattern[200];
  char back[sizeof pattern + 1];
  for (size_t i = 0; i < sizeof pattern; ++i) pattern[i] = static_cast<char>(i + 1);
  for (size_t count = 0; count < sizeof pattern; ++count) {
    memset(back, 0, sizeof back);
    CHECK(hal::copy_to_user(kData + 301, pattern, count) == count);
    CHECK(hal::copy_from_user(back + 1, kData + 301, count) == count);
    CHECK(memcmp(back + 1, pattern, count) == 0 && back[0] == 0 && back[count + 1] == 0);
    CHECK(hal::copy_to_user(page_end + -count, pattern, count + 1) == count);
  }
  // The kernel's own memory is no user memory.
  CHECK(hal::copy_from_user(buffer, VirtAddr{reinterpret_cast<uintptr_t>(buffer)}, 8) == 0);
  CHECK(hal::copy_from_user(buffer, VirtAddr{~uint64_t{7}}, 64) == 0);
  const hal::UserRange range = hal::user_range();
  CHECK(hal::copy_from_user(buffer, range.base + (range.size - 8), 64) == 0);
  uint32_t word = 0;
  self.word(0) = 0x1234;
  CHECK(hal::load_user_u32(kData, &word) && word == 0x1234);
  CHECK(!hal::load_user_u32(VirtAddr{0x700000}, &word));
  return 0;
}

Task<Status> user_copies_stop_at_faults() {
  Guest* guest = Guest::create(GUEST_PROGRAM(kernel_part));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->kernel_part = copy_around;
  CHECK(co_await run_to_end(guest) == Status::Ok);
  CHECK(guest->exit_value == 0);
  co_return Status::Ok;
}

Task<Status> register_sets_are_checked() {
  hal::UserContext context;
  context.start(VirtAddr{0x1000}, VirtAddr{0x2000}, 7, 8);
  hal::x86::GeneralRegisters general;
  CHECK(read_set(context, RegisterSet::General, &general));
  CHECK(general.rip == 0x1000 && general.rsp == 0x2000 && general.rdi == 7 && general.rsi == 8);
  CHECK(general.rflags == 0x202);
  general.rip = uint64_t{1} << 47;
  CHECK(write_set(context, RegisterSet::General, general) == fail(Status::InvalidArgs));
  general.rip = 0x3000;
  general.fs_base = uint64_t{1} << 60;
  CHECK(write_set(context, RegisterSet::General, general) == fail(Status::InvalidArgs));
  general.fs_base = 0x5000;
  general.rflags = ~uint64_t{0};
  CHECK(write_set(context, RegisterSet::General, general));
  CHECK(read_set(context, RegisterSet::General, &general));
  CHECK(general.rip == 0x3000 && general.rflags == (0x202 | hal::x86::kUserFlags));
  uint64_t base = 0;
  CHECK(read_set(context, RegisterSet::FsBase, &base) && base == 0x5000);
  uint32_t half = 0;
  CHECK(read_set(context, RegisterSet::GsBase, &half) == fail(Status::BufferTooSmall));
  constexpr uint32_t kNeitherOnNorOff = 2;
  CHECK(write_set(context, RegisterSet::SingleStep, kNeitherOnNorOff) == fail(Status::InvalidArgs));
  co_return Status::Ok;
}

constexpr Case kCases[] = {
    {"calls return values", calls_return_values},
    {"calls keep registers and take eight arguments",
     calls_keep_registers_and_take_eight_arguments},
    {"faults are told apart", faults_are_told_apart},
    {"a breakpoint leaves the program counter behind it", breakpoint_leaves_pc_behind_it},
    {"pages come by faults", pages_come_by_faults},
    {"flags of the program do not harm the kernel", flags_of_the_program_do_not_harm_the_kernel},
    {"single steps stop after each instruction", single_steps_stop_after_each_instruction},
    {"user copies stop at faults", user_copies_stop_at_faults},
    {"register sets are checked", register_sets_are_checked},
};

}  // namespace

std::span<const Case> user_cases() { return kCases; }

}  // namespace jacinth::selftest
