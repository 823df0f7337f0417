// The vector registers of RISC-V, where a machine has them.
#include <atomic>
#include <cstring>

#include "child.h"
#include "support.h"

namespace core {
namespace {

// As many bytes as the longest vector registers that are looked for.
constexpr size_t kMostBytes = 512;
constexpr int kRegisters = 32;

size_t vector_bytes() {
  size_t bytes;
  asm volatile(
      ".option push\n .option arch, +v\n"
      "csrr %0, vlenb\n"
      ".option pop"
      : "=r"(bytes));
  return bytes;
}

// All registers at once, as four groups of eight.
void load_vectors(const std::byte* from, size_t bytes) {
  asm volatile(
      ".option push\n .option arch, +v\n"
      "vl8re8.v v0, (%0)\n add %0, %0, %1\n"
      "vl8re8.v v8, (%0)\n add %0, %0, %1\n"
      "vl8re8.v v16, (%0)\n add %0, %0, %1\n"
      "vl8re8.v v24, (%0)\n"
      ".option pop"
      : "+r"(from)
      : "r"(8 * bytes)
      : "memory");
}
void store_vectors(std::byte* to, size_t bytes) {
  asm volatile(
      ".option push\n .option arch, +v\n"
      "vs8r.v v0, (%0)\n add %0, %0, %1\n"
      "vs8r.v v8, (%0)\n add %0, %0, %1\n"
      "vs8r.v v16, (%0)\n add %0, %0, %1\n"
      "vs8r.v v24, (%0)\n"
      ".option pop"
      : "+r"(to)
      : "r"(8 * bytes)
      : "memory");
}

CHILD(reads_the_length_of_vectors) { EXPECT_GE(kMostBytes, vector_bytes()); }

bool has_vectors() {
  const Child child("reads_the_length_of_vectors");
  if (child.exit_code() == 0) return true;
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
  say("    this machine has no vector registers");
  return false;
}

struct Registers {
  std::byte bytes[kRegisters * kMostBytes];
};

// What thread `number` has in its registers in round `round`.
void fill(Registers& registers, uint32_t number, uint32_t round) {
  uint32_t value = number * 2654435761u + round;
  for (std::byte& byte : registers.bytes) {
    value = value * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(value >> 24);
  }
}

TEST(vectors_riscv64, are_empty_at_first) {
  if (!has_vectors()) return;
  static Registers seen;
  bool empty = false;
  Thread thread([&] {
    const size_t bytes = vector_bytes();
    store_vectors(seen.bytes, bytes);
    empty = true;
    for (size_t i = 0; i < kRegisters * bytes; ++i) empty = empty && seen.bytes[i] == std::byte{0};
  });
  thread.join();
  EXPECT_TRUE(empty);
}

TEST(vectors_riscv64, are_kept_while_others_run) {
  if (!has_vectors()) return;
  constexpr int kThreads = 6;
  constexpr uint32_t kRounds = 50;
  static Registers wanted[kThreads], seen[kThreads];
  std::atomic<uint32_t> wrong = 0;
  {
    Thread threads[kThreads];
    for (int i = 0; i < kThreads; ++i) {
      threads[i] = Thread([&wrong, i] {
        const size_t bytes = vector_bytes();
        for (uint32_t round = 0; round < kRounds; ++round) {
          fill(wanted[i], static_cast<uint32_t>(i), round);
          load_vectors(wanted[i].bytes, bytes);
          zx_nanosleep(round % 3 == 0 ? zx_deadline_after(ZX_USEC(50)) : 0);
          store_vectors(seen[i].bytes, bytes);
          if (memcmp(seen[i].bytes, wanted[i].bytes, kRegisters * bytes) != 0) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace core
