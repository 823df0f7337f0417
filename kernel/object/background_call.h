// For tests: calls made by activities of their own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <utility>

#include "exec/activity.h"

namespace jacinth {

// A call that may wait.
//
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

// Does something that needs no waiting, on some CPU at some time.
class BackgroundAction final : public exec::Activity {
 public:
  explicit BackgroundAction(std::function<void()> action) : action_(std::move(action)) {
    EXPECT_TRUE(start([this] { return run(); }));
  }

 private:
  exec::Task<void> run() {
    co_await exec::yield();
    action_();
  }
  std::function<void()> action_;
};

}  // namespace jacinth
