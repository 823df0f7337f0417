#include "linux/task/cpu_limit.h"

#include <algorithm>

#include "linux/signals/send.h"

namespace jacinth::linux {

namespace {
constexpr int64_t kSecond = 1'000'000'000;
constexpr uint64_t kMostSeconds = 1'000'000'000;  // as good as none
}  // namespace

void CpuLimit::watch(uint64_t soft, uint64_t hard) {
  hard_.store(hard, std::memory_order_relaxed);
  const uint64_t first = std::min(soft, hard);
  if (first >= kMostSeconds) {
    (void)set({});
    return;
  }
  // 0 is 1: who has none at all could not even be told.
  const auto from = static_cast<int64_t>(std::max<uint64_t>(first, 1));
  (void)set_at(nanoseconds(from * kSecond), seconds(1));
}

Duration CpuLimit::reading() { return process_.runtime(); }
int64_t CpuLimit::speed() { return process_.thread_count(); }

void CpuLimit::expired(uint64_t) {
  const uint64_t used = static_cast<uint64_t>(process_.runtime().ns / kSecond);
  const bool over = used >= hard_.load(std::memory_order_relaxed);
  LockGuard guard(tasks_lock);
  (void)send_signal(process_, signal_from_kernel(over ? kSigKill : kSigXcpu));
}

}  // namespace jacinth::linux
