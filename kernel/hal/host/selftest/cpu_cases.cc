// CPUs: preemption, interrupts, sleep, time.
#include "exec/executor.h"
#include "exec/waiter.h"
#include "hal/clock.h"
#include "hal/host/selftest/selftest.h"

namespace jacinth::selftest {

using exec::Task;

namespace {

Task<Status> sleep_until(Instant deadline) {
  exec::Waiter waiter;
  co_return co_await waiter.wait(deadline);
}

// More programs that never call than there are CPUs, and all get on.
Task<Status> endless_loops_are_preempted() {
  const size_t count = hal::cpu_count() + 2;
  Guest* guests[hal::kMaxCpus + 2];
  for (size_t i = 0; i < count; ++i) {
    guests[i] = Guest::create(GUEST_PROGRAM(spin));
    if (guests[i] == nullptr) co_return Status::NoMemory;
    CHECK(guests[i]->begin() == Status::Ok);
  }
  for (size_t i = 0; i < count; ++i) {
    while (guests[i]->word(0).load() == 0)
      CHECK(co_await sleep_until(hal::now() + milliseconds(1)) == Status::TimedOut);
  }
  for (size_t i = 0; i < count; ++i) guests[i]->word(1) = 1;
  for (size_t i = 0; i < count; ++i) {
    CHECK(co_await guests[i]->done.wait() == Status::Ok);
    CHECK(guests[i]->exit_value == 0);
    guests[i]->drop_space();
  }
  co_return Status::Ok;
}

Task<Status> sleepers_wake_beside_running_programs() {
  Guest* guest = Guest::create(GUEST_PROGRAM(spin));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->set_allowed_cpus(uint64_t{1} << hal::current_cpu());
  CHECK(guest->begin() == Status::Ok);
  for (int i = 0; i < 20; ++i) {
    const Instant deadline = hal::now() + milliseconds(2);
    CHECK(co_await sleep_until(deadline) == Status::TimedOut);
    CHECK(hal::now() >= deadline);
    CHECK(hal::now() < deadline + milliseconds(500));
  }
  guest->word(1) = 1;
  CHECK(co_await guest->done.wait() == Status::Ok);
  co_return Status::Ok;
}

// Interrupts from everywhere, to CPUs that sleep, run programs or run the kernel: none is lost, for
// each ends the wait of the one that sends the next.
class Relay final : public exec::Activity, public HeapAllocated {
 public:
  exec::TestEvent turn;
  exec::TestEvent done;
  Relay* next = nullptr;
  uint32_t rounds = 0;
  Task<void> run() {
    for (uint32_t i = 0; i < rounds; ++i) {
      CHECK(co_await turn.wait() == Status::Ok);
      turn.reset();
      for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
      next->turn.signal();
    }
  }

 private:
  void on_finished() override { done.signal(); }
};

Task<Status> interrupt_storms_lose_nothing() {
  constexpr uint32_t kRounds = 50;  // each may cost a time slice of a busy host
  Relay* relays[hal::kMaxCpus];
  Guest* guest = Guest::create(GUEST_PROGRAM(spin));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->set_allowed_cpus(uint64_t{1} << (hal::cpu_count() - 1));
  CHECK(guest->begin() == Status::Ok);
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    relays[cpu] = new (std::nothrow) Relay;
    if (relays[cpu] == nullptr) co_return Status::NoMemory;
    relays[cpu]->rounds = kRounds;
    relays[cpu]->set_allowed_cpus(uint64_t{1} << cpu);
    // Not to wait for the end of the program's time slice.
    relays[cpu]->set_priority(exec::kDefaultPriority + 1);
  }
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    Relay* relay = relays[cpu];
    relay->next = relays[(cpu + 1) % hal::cpu_count()];
    CHECK(relay->start([relay] { return relay->run(); }));
  }
  relays[0]->turn.signal();
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu)
    CHECK(co_await relays[cpu]->done.wait() == Status::Ok);
  guest->word(1) = 1;
  CHECK(co_await guest->done.wait() == Status::Ok);
  CHECK(guest->interrupts.load() > 0);
  co_return Status::Ok;
}

Task<Status> time_goes_forward_everywhere() {
  exec::Activity& self = *exec::Activity::current();
  Instant last = hal::now();
  for (int i = 0; i < 200; ++i) {
    self.set_allowed_cpus(uint64_t{1} << (static_cast<uint32_t>(i) % hal::cpu_count()));
    co_await exec::yield();
    const Instant now = hal::now();
    CHECK(now >= last);
    last = now;
  }
  self.set_allowed_cpus(~uint64_t{0});
  const uint64_t ticks = hal::ticks();
  const Instant now = hal::now();
  const auto expected = static_cast<int64_t>(ticks / (hal::ticks_per_second() / 1000) * 1'000'000);
  CHECK(now.ns - expected < 2'000'000 && expected - now.ns < 2'000'000);
  CHECK(hal::utc_at_start_ns() + now.ns > 1'600'000'000'000'000'000);
  co_return Status::Ok;
}

constexpr Case kCases[] = {
    {"endless loops are preempted", endless_loops_are_preempted},
    {"sleepers wake beside running programs", sleepers_wake_beside_running_programs},
    {"interrupt storms lose nothing", interrupt_storms_lose_nothing},
    {"time goes forward everywhere", time_goes_forward_everywhere},
};

}  // namespace

std::span<const Case> cpu_cases() { return kCases; }

}  // namespace jacinth::selftest
