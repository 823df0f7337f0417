#include "exec/deferred.h"

#include <array>

#include "base/lock_rank.h"
#include "hal/cpu.h"

namespace jacinth::exec {
namespace {

// First in, first out. Each CPU's own: the kernel is not preempted, so only its CPU ever sees it.
struct List {
  Deferred* first = nullptr;
  Deferred* last = nullptr;
};
constinit std::array<List, hal::kMaxCpus> lists{};

}  // namespace

void Deferred::schedule() {
  interleave_point();
  if (scheduled_.exchange(true, std::memory_order_acq_rel)) return;
  const hal::CpuId here = hal::current_cpu();
  List& list = lists[here];
  next_ = nullptr;
  (list.first == nullptr ? list.first : list.last->next_) = this;
  list.last = this;
  hal::send_ipi(here);
}

// Takes the first off the list. From then on it may be scheduled again, for what comes up now may
// come too late to be seen by the run that follows.
Deferred& Deferred::take_first(hal::CpuId cpu) {
  List& list = lists[cpu];
  Deferred& taken = *list.first;
  list.first = taken.next_;
  taken.scheduled_.store(false, std::memory_order_release);
  return taken;
}

void run_deferred() {
  const hal::CpuId here = hal::current_cpu();
  if (lists[here].first == nullptr) return;
  // What is scheduled meanwhile has to wait for the next time: work may come in portions.
  const Deferred* const end = lists[here].last;
  for (const Deferred* ran = nullptr; ran != end;) {
    Deferred& next = Deferred::take_first(here);
    ran = &next;
    next.work_();
  }
}

void forget_deferred() {
  for (hal::CpuId cpu = 0; cpu < hal::kMaxCpus; ++cpu) {
    while (lists[cpu].first != nullptr) Deferred::take_first(cpu);
  }
}

}  // namespace jacinth::exec
