// What the compiler makes of a per-CPU read beside a suspension.
//
// Compilers before clang 19 were seen to read a per-CPU value once, before a co_await, and to use
// it afterwards on another CPU. This reads a "register" the way the machines read theirs, by
// volatile assembly with no operand that would tell the compiler of a change, and changes it in
// between.
#include <gtest/gtest.h>

#include <coroutine>
#include <cstdint>

#include "exec/task.h"

extern "C" {
uint32_t jacinth_test_cpu_register;
}

namespace jacinth::exec {
namespace {

inline uint32_t read_cpu() {
  uint32_t value;
  asm volatile("movl jacinth_test_cpu_register(%%rip), %0" : "=r"(value));
  return value;
}

Task<void> read_around_a_suspension(uint32_t& before, uint32_t& after) {
  before = read_cpu();
  co_await std::suspend_always{};
  after = read_cpu();
}

TEST(PerCpuRead, IsNotKeptAcrossASuspension) {
  uint32_t before = 0;
  uint32_t after = 0;
  Task<void> task = read_around_a_suspension(before, after);
  jacinth_test_cpu_register = 1;
  task.handle().resume();
  jacinth_test_cpu_register = 2;
  task.handle().resume();
  EXPECT_TRUE(task.done());
  EXPECT_EQ(before, 1u);
  EXPECT_EQ(after, 2u);
}

Task<Status> suspend_inside(std::coroutine_handle<>& suspended) {
  struct Awaiter {
    std::coroutine_handle<>& place;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> here) { place = here; }
    void await_resume() {}
  };
  co_await Awaiter{suspended};
  co_return Status::Ok;
}
Task<void> read_around_a_call(std::coroutine_handle<>& suspended, uint64_t& sum) {
  for (int i = 0; i < 3; ++i) {
    sum = sum * 10 + read_cpu();
    EXPECT_EQ(co_await suspend_inside(suspended), Status::Ok);
    sum = sum * 10 + read_cpu();
  }
}

TEST(PerCpuRead, IsNotKeptAcrossAnAwaitedTask) {
  std::coroutine_handle<> suspended;
  uint64_t sum = 0;
  Task<void> task = read_around_a_call(suspended, sum);
  jacinth_test_cpu_register = 1;
  suspended = task.handle();
  while (!task.done()) {
    suspended.resume();
    ++jacinth_test_cpu_register;
  }
  EXPECT_EQ(sum, 122334u);
}

}  // namespace
}  // namespace jacinth::exec
