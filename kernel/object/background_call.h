// For tests: a call that may wait, made by an activity of its own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <utility>

#include "exec/activity.h"

namespace jacinth {

//     BackgroundCall<WaitResult> waiting([&] { return wait_one(table, handle, …); });
//     machine.run_until_idle();
//     EXPECT_FALSE(waiting.done());
//
// Must have ended before it is destroyed.
template <typename T>
class BackgroundCall final : public exec::Activity {
 public:
  explicit BackgroundCall(std::function<exec::Eventually<T>()> call) : call_(std::move(call)) {
    EXPECT_TRUE(start([this] { return run(); }));
  }
  bool done() const { return result_.has_value(); }
  // Only once done.
  T& result() { return result_.value(); }

 private:
  exec::Task<void> run() { result_.emplace(co_await call_()); }

  std::function<exec::Eventually<T>()> call_;
  std::optional<T> result_;
};

}  // namespace jacinth
