// What the machine's basic operations cost.
#include "exec/executor.h"
#include "hal/clock.h"
#include "hal/host/selftest/selftest.h"
#include "hal/memory.h"

namespace jacinth::selftest {

using exec::Task;
using hal::Access;
using hal::CachePolicy;

namespace {

constexpr Access kReadWrite = Access::Read | Access::Write;

void report(const char* what, Instant from, uint64_t count) {
  const auto tenths = static_cast<uint64_t>((hal::now() - from).ns) * 10 / count;
  print("{:<44} {:8}.{} ns\n", what, tenths / 10, tenths % 10);
}

Task<Status> bench_calls() {
  constexpr uint64_t kCalls = 5'000'000;
  Guest* guest = Guest::create(GUEST_PROGRAM(calls));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->word(0) = kCalls;
  const Instant from = hal::now();
  if (guest->begin() != Status::Ok) co_return Status::NoMemory;
  CHECK(co_await guest->done.wait() == Status::Ok);
  report("null call, round trip", from, kCalls);
  co_return Status::Ok;
}

uint64_t bench_mapping(Guest& self) {
  constexpr size_t kRounds = 20'000;
  constexpr size_t kRun = 16;
  const PhysAddr memory = take_pages(kRun);
  constexpr VirtAddr kPlace{0x4000'0000};
  for (size_t pages : {size_t{1}, kRun}) {
    Instant from = hal::now();
    for (size_t i = 0; i < kRounds; ++i)
      CHECK(self.space().map(kPlace, memory, pages, kReadWrite, CachePolicy::Cached));
    report(pages == 1 ? "map 1 page" : "map a run of 16 pages", from, kRounds);
    from = hal::now();
    for (size_t i = 0; i < kRounds; ++i) {
      self.space().unmap(kPlace, pages);
      CHECK(self.space().map(kPlace, memory, pages, kReadWrite, CachePolicy::Cached));
    }
    report(pages == 1 ? "unmap and map 1 page" : "unmap and map 16 pages", from, kRounds);
  }
  return 0;
}

Task<Status> bench_in_kernel(Program program, uint64_t (*part)(Guest&)) {
  Guest* guest = Guest::create(program);
  if (guest == nullptr) co_return Status::NoMemory;
  guest->kernel_part = part;
  guest->word(0) = ~uint64_t{0} >> 1;
  if (guest->begin() != Status::Ok) co_return Status::NoMemory;
  CHECK(co_await guest->done.wait() == Status::Ok);
  co_return Status::Ok;
}

Task<Status> bench_switches(bool across, bool same_cpu) {
  constexpr uint64_t kPasses = 100'000;
  Guest* left = Guest::create(GUEST_PROGRAM(passes));
  if (left == nullptr) co_return Status::NoMemory;
  Guest* right = across ? Guest::create(GUEST_PROGRAM(passes)) : Guest::create_beside(*left, 1);
  if (right == nullptr) co_return Status::NoMemory;
  left->peer = right;
  right->peer = left;
  left->word(0) = right->word(0) = kPasses;
  left->set_allowed_cpus(1);
  right->set_allowed_cpus(same_cpu ? 1 : 2);
  const Instant from = hal::now();
  if (left->begin() != Status::Ok || right->begin() != Status::Ok) co_return Status::NoMemory;
  CHECK(co_await left->done.wait() == Status::Ok);
  CHECK(co_await right->done.wait() == Status::Ok);
  report(!same_cpu ? "hand-over between CPUs, one way"
         : across  ? "switch to another space, one way"
                   : "switch within a space, one way",
         from, 2 * kPasses);
  co_return Status::Ok;
}

Task<Status> bench_faults() {
  constexpr size_t kRounds = 20'000;
  static constinit size_t left;
  left = kRounds;
  Guest* guest = Guest::create(GUEST_PROGRAM(reread));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->on_exit = [](Guest& self) {
    if (left-- == 0) return false;
    const VirtAddr at{page_floor(raw(self.last.address))};
    if (!self.space().map(at, self.data_page, 1, kReadWrite, CachePolicy::Cached)) return false;
    self.space().unmap(at, 1);
    return true;
  };
  const Instant from = hal::now();
  if (guest->begin() != Status::Ok) co_return Status::NoMemory;
  CHECK(co_await guest->done.wait() == Status::Ok);
  report("page fault, with map and unmap of the page", from, kRounds);
  co_return Status::Ok;
}

Task<Status> bench_spaces() {
  constexpr uint64_t kSpaces = 2000;
  const Instant from = hal::now();
  for (uint64_t i = 0; i < kSpaces; ++i) {
    auto space = hal::AddressSpace::create();
    if (!space) co_return space.error();
  }
  report("make and end an address space", from, kSpaces);
  co_return Status::Ok;
}

}  // namespace

Task<Status> run_bench() {
  CHECK(co_await bench_calls() == Status::Ok);
  CHECK(co_await bench_in_kernel(GUEST_PROGRAM(kernel_part), bench_mapping) == Status::Ok);
  CHECK(co_await bench_switches(false, true) == Status::Ok);
  CHECK(co_await bench_switches(true, true) == Status::Ok);
  if (hal::cpu_count() > 1) CHECK(co_await bench_switches(true, false) == Status::Ok);
  CHECK(co_await bench_faults() == Status::Ok);
  CHECK(co_await bench_spaces() == Status::Ok);
  co_return Status::Ok;
}

}  // namespace jacinth::selftest
