// Waits for several futexes.
#include <optional>

#include "linux/futex/futex_table.h"

namespace jacinth::linux {

exec::Task<ErrnoOr<size_t>> FutexTable::wait_any(Vector<Expected> words, Instant deadline) {
  for (;;) {
    exec::Waiter waiter;
    Vector<UniquePtr<Sleeper>> sleepers;
    ErrnoOr<> outcome;
    for (const Expected& expected : words) {
      auto sleeper = make_unique<Sleeper>(waiter);
      if (!sleeper || !sleepers.push_back(std::move(*sleeper))) {
        outcome = fail(Errno::NOMEM);
        break;
      }
      const auto touched = touch_futex(expected.word.address);
      outcome = touched ? enter(*sleepers.back(), expected.word, expected.value)
                        : ErrnoOr<>(fail(touched.error()));
      if (!outcome) {
        sleepers.pop_back();
        break;
      }
    }
    Status status = Status::Ok;
    if (outcome) status = co_await waiter.wait(deadline);
    std::optional<size_t> woken;
    for (size_t i = 0; i < sleepers.size(); ++i) {
      if (leave(*sleepers[i]) && !woken) woken = i;
    }
    if (woken) co_return *woken;
    if (!outcome && outcome.error() == Errno::FAULT) {
      // Whether it is gone for good shows when it is touched again.
      for (const Expected& expected : words) CO_TRY(touch_futex(expected.word.address));
      continue;
    }
    if (!outcome) co_return fail(outcome.error());
    co_return fail(status == Status::TimedOut ? Errno::TIMEDOUT : Errno::INTR);
  }
}

}  // namespace jacinth::linux
