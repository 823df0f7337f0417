// The kernel of tests: runs all cases, or the bench, and powers off.
#include <atomic>
#include <cstring>

#include "base/spinlock.h"
#include "exec/executor.h"
#include "hal/boot.h"
#include "hal/clock.h"
#include "hal/console.h"
#include "hal/host/selftest/selftest.h"
#include "hal/machine.h"
#include "hal/memory.h"

namespace jacinth {
namespace selftest {
namespace {

constinit std::atomic<uint64_t> next_page{kHeapBytes};
constinit std::atomic<bool> case_failed{false};

class Runner final : public exec::Activity, public HeapAllocated {
 public:
  explicit Runner(bool bench) : bench_(bench) {}
  exec::Task<void> run() {
    if (bench_) {
      hal::power_off(co_await run_bench() == Status::Ok ? 0 : 1);
    }
    for (std::span<const Case> cases : {space_cases(), user_cases(), vector_cases(), cpu_cases()}) {
      for (const Case& test : cases) CHECK(co_await run_case(test) == Status::Ok);
    }
    print("{} passed, {} failed\n", passed_, failed_);
    hal::power_off(failed_ == 0 ? 0 : 1);
  }

 private:
  exec::Task<Status> run_case(const Case& test) {
    case_failed.store(false);
    const Instant from = hal::now();
    const Status status = co_await test.run();
    if (status != Status::Ok) print("{}: {}\n", test.name, status);
    const bool failed = case_failed.load() || status != Status::Ok;
    print("{} {} ({} ms)\n", failed ? "FAILED" : "ok    ", test.name,
          (hal::now() - from).ns / 1'000'000);
    (failed ? failed_ : passed_) += 1;
    co_return Status::Ok;
  }

  const bool bench_;
  int passed_ = 0;
  int failed_ = 0;
};

// Writes back what comes in, until a 'q' (exit status 7) or the end of input (8).
void echo_input() {
  char buffer[64];
  while (const size_t count = hal::console_read(buffer)) {
    const std::string_view text(buffer, count);
    hal::console_write(text);
    if (text.contains('q')) hal::power_off(7);
  }
  if (hal::console_input_ended()) hal::power_off(8);
}

[[gnu::noinline]] int overflow_the_stack(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : overflow_the_stack(depth + 1) + room[0];
}

// What only a build with checks notices.
[[gnu::noinline]] int shift_too_far(volatile int& amount) { return 1 << amount; }

[[gnu::noinline]] void take_locks_in_wrong_order() {
  SpinLock high{LockRank::Object};
  SpinLock low{LockRank::Process};
  const LockGuard first(high);
  const LockGuard second(low);
}

// What the launcher has made of its options.
void show(const hal::BootInfo& info) {
  print("cpus {}, memory {}, log {}, trace {:x}\n", hal::cpu_count(), hal::ram_ranges()[0].bytes,
        static_cast<int>(info.log_level), info.trace_mask);
  print("zbi {}, userboot {}, vdso {}\n", info.zbi.size(), info.userboot.size(), info.vdso.size());
  bool rest_is_zero = true;
  for (auto image : {info.zbi, info.userboot, info.vdso}) {
    ASSERT(is_page_aligned(raw(hal::virt_to_phys(image.data()))));
    for (const std::byte* rest = image.data() + image.size();
         !is_page_aligned(raw(hal::virt_to_phys(rest))); ++rest)
      rest_is_zero = rest_is_zero && *rest == std::byte{0};
  }
  print("zero after images: {}\n", rest_is_zero);
  hal::power_off(0);
}

// Ways to run that tests/host_machine.py looks at from outside.
void start_as_asked(const hal::BootInfo& info) {
  const std::string_view options = info.command_line;
  if (options.contains("--show")) show(info);
  if (options.contains("--panic")) panic("asked for by {}", options);
  if (options.contains("--fault")) *reinterpret_cast<volatile int*>(8) = 1;
  if (options.contains("--overflow")) overflow_the_stack(0);
  if (options.contains("--undefined")) {
    volatile int amount = 40;
    hal::power_off(shift_too_far(amount));
  }
  if (options.contains("--lock-order")) {
    take_locks_in_wrong_order();
    hal::power_off(0);
  }
  if (options.contains("--echo")) {
    hal::console_set_input_handler(echo_input);
    hal::console_write("ready\n");
    return;
  }
  auto* runner = new (std::nothrow) Runner(options.contains("--bench"));
  ASSERT(runner != nullptr && runner->start([runner] { return runner->run(); }).has_value());
}

void run_cpu(hal::CpuId) { exec::Executor::current().run(); }

}  // namespace

PhysAddr take_pages(size_t count) {
  const PhysAddr first{next_page.fetch_add(count * kPageSize)};
  ASSERT(raw(first) + count * kPageSize <= hal::ram_ranges()[0].bytes);
  memset(hal::phys_to_virt(first), 0, count * kPageSize);
  return first;
}

void note_failure(const char* file, int line, const char* what) {
  print("{}:{}: {}\n", file, line, what);
  case_failed.store(true);
}

void print_text(std::string_view text) { hal::console_write(text); }

}  // namespace selftest

void kernel_main(const hal::BootInfo& info) {
  exec::make_executors();
  selftest::start_as_asked(info);
  hal::start_cpus(selftest::run_cpu);
  exec::Executor::current().run();
}

}  // namespace jacinth
