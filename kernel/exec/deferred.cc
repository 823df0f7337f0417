#include "exec/deferred.h"

#include <array>
#include <utility>

#include "base/lock_rank.h"
#include "hal/cpu.h"

namespace jacinth::exec {
namespace {

// Each CPU's own; the kernel is not preempted, so only its CPU ever sees a list.
constinit std::array<Deferred*, hal::kMaxCpus> lists{};

}  // namespace

void Deferred::schedule() {
  interleave_point();
  if (scheduled_.exchange(true, std::memory_order_acq_rel)) return;
  const hal::CpuId here = hal::current_cpu();
  next_ = std::exchange(lists[here], this);
  hal::send_ipi(here);
}

void run_deferred() {
  Deferred*& list = lists[hal::current_cpu()];
  while (Deferred* next = list) {
    list = next->next_;
    // Before the work: what is scheduled from now on may have come too late to be seen by it.
    next->scheduled_.store(false, std::memory_order_release);
    next->work_();
  }
}

void forget_deferred() {
  for (Deferred*& list : lists) {
    while (Deferred* next = list) {
      list = next->next_;
      next->scheduled_.store(false, std::memory_order_relaxed);
    }
  }
}

}  // namespace jacinth::exec
