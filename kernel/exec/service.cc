#include "exec/service.h"

#include <memory>

#include "base/spinlock.h"
#include "exec/executor.h"

namespace jacinth::exec {
namespace {

// Somebody who waits until all that should rest do.
struct RestObserver {
  ListHook link;
  Waiter waiter;
};

struct Rest {
  SpinLock lock{LockRank::Object};
  uint64_t resting GUARDED_BY(lock) = 0;
  IntrusiveList<RestObserver, &RestObserver::link> observers GUARDED_BY(lock);

  bool is_complete() const REQUIRES(lock) {
    const uint64_t existing = ~uint64_t{0} >> (hal::kMaxCpus - hal::cpu_count());
    return (existing & ~cpus_in_service.load(std::memory_order_relaxed) & ~resting) == 0;
  }
  void tell() REQUIRES(lock) {
    if (!is_complete()) return;
    for (RestObserver& observer : observers) observer.waiter.finish(Status::Ok);
  }
};
// Made by put_all_in_service(): the kernel runs no static constructors.
union RestStorage {
  constexpr RestStorage() : none(0) {}
  ~RestStorage() {}
  int none;
  Rest rest;
};
constinit RestStorage rest_storage;
Rest& rest = rest_storage.rest;

}  // namespace

Task<Status> put_in_service(uint64_t cpus) {
  RestObserver observer;
  {
    LockGuard guard(rest.lock);
    cpus_in_service.store(cpus | 1, std::memory_order_seq_cst);
    rest.observers.push_back(observer);
    rest.tell();
  }
  const hal::CpuId here = hal::current_cpu();
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (cpu != here) hal::send_ipi(cpu);
  }
  // Not interruptible: it takes no longer than a CPU's way out of the kernel.
  const Status status = co_await observer.waiter.wait(kForever, {}, Interruptible::No);
  LockGuard guard(rest.lock);
  rest.observers.erase(rest.observers.iterator_to(observer));
  co_return status;
}

void note_rest(hal::CpuId cpu) {
  LockGuard guard(rest.lock);
  rest.resting |= uint64_t{1} << cpu;
  rest.tell();
}

void note_end_of_rest(hal::CpuId cpu) {
  LockGuard guard(rest.lock);
  rest.resting &= ~(uint64_t{1} << cpu);
}

void put_all_in_service() {
  cpus_in_service.store(~uint64_t{0}, std::memory_order_relaxed);
  std::construct_at(&rest_storage.rest);
}

// What comes while it hands over, or afterwards, comes with an interrupt, which ends its sleep.
void Executor::rest() {
  while (!in_service(id())) {
    Activity* const activity = queue_.pop(~uint64_t{0});
    if (activity == nullptr) break;
    enqueue(*activity);
  }
  if (deadlines_.hand_over_to(of(0).deadlines_)) hal::send_ipi(0);
  leave_space();
  note_rest(id());
  sleep();
  note_end_of_rest(id());
}

}  // namespace jacinth::exec
