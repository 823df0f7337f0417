#include "zircon/shutdown.h"

#include <atomic>

#include "exec/activity.h"
#include "exec/waiter.h"
#include "hal/machine.h"
#include "object/wait.h"

namespace jacinth::zircon {
namespace {

constinit std::atomic<int64_t> last_return_code{0};
constinit std::atomic<Koid> first_process{kNoKoid};

// What a host's shell can be told: 0 to 255. Codes of killed tasks are negative and end as 255.
int exit_status(int64_t return_code) {
  return return_code >= 0 && return_code <= 255 ? static_cast<int>(return_code) : 255;
}

class Watcher final : public exec::Activity, public HeapAllocated {
 public:
  explicit Watcher(RefPtr<Job> root) : root_(std::move(root)) {}
  exec::Task<void> watch();

 private:
  const RefPtr<Job> root_;
};

exec::Task<void> Watcher::watch() {
  constexpr Signals kEmpty = signals::kJobNoJobs | signals::kJobNoProcesses;
  for (;;) {
    const Signals missing = kEmpty & ~root_->signals();
    if (missing == 0) hal::power_off(exit_status(last_return_code.load(std::memory_order_acquire)));
    exec::Waiter waiter;
    WaitObserver observer(waiter);
    root_->observe(observer, missing, 0);
    std::ignore = co_await waiter.wait(kForever, {}, exec::Interruptible::No);
    observer.finish_with(*root_);
  }
}

}  // namespace

Result<> power_off_after(RefPtr<Job> root, Koid first) {
  first_process.store(first, std::memory_order_release);
  auto watcher = TRY(make_unique<Watcher>(std::move(root)));
  TRY(watcher->start([&] { return watcher->watch(); }));
  // It lives as long as the machine.
  std::ignore = watcher.release();
  return {};
}

void note_process_end(Koid process, int64_t return_code) {
  // One that was killed may still be on its way out when the program that killed it has ended.
  if (return_code == task_code::kKilled && process != first_process.load(std::memory_order_acquire))
    return;
  last_return_code.store(return_code, std::memory_order_release);
}

}  // namespace jacinth::zircon
