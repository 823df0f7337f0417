// Waiting for signals: the mechanism behind zx_object_wait_one and zx_object_wait_many, and behind
// every wait a personality builds on objects.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "exec/task.h"
#include "exec/waiter.h"
#include "object/handle_table.h"
#include "object/kernel_object.h"

namespace jacinth {

// How a wait for one object ended. `observed` is the object's whole state, not only what was
// wanted; it means something for OK, TIMED_OUT and CANCELED.
struct WaitResult {
  Status status;
  Signals observed = 0;

  constexpr WaitResult(Status s, Signals o) : status(s), observed(o) {}
  constexpr WaitResult(std::unexpected<Status> error) : status(error.error()) {}
};

// One object's part in a wait. Register with KernelObject::observe() or HandleTable::observe();
// call finish_with() on whatever outcome before it dies.
class WaitObserver final : public SignalObserver {
 public:
  explicit WaitObserver(exec::Waiter& waiter) : waiter_(&waiter) {}

  Next on_match(Signals now) override {
    observed_ |= now;
    waiter_->finish(Status::Ok);
    return Next::Remove;
  }
  void on_handle_closed(Signals now) override {
    observed_ |= now | signals::kHandleClosed;
    waiter_->finish(Status::Canceled);
  }

  // Unregisters from `object` and returns what was seen: the state now, and the state that ended
  // the wait. Holds kHandleClosed when the handle was closed before this, even if something else
  // had ended the wait.
  Signals finish_with(KernelObject& object) {
    object.forget(*this);
    return observed_ | object.signals();
  }
  // The same for the only object of a wait that ended with `status`.
  WaitResult result_with(KernelObject& object, Status status) {
    // on_match() alone ends it with OK, and was the last that is done with this.
    if (status == Status::Ok) return {status, observed_ | object.signals()};
    const Signals observed = finish_with(object);
    // A wait that was interrupted must not be tried again on a handle that has gone.
    if ((observed & signals::kHandleClosed) != 0) return {Status::Canceled, observed};
    return {status, observed};
  }

 private:
  exec::Waiter* const waiter_;
  Signals observed_ = 0;
};

// The result of such a wait that need not wait; nothing when it must.
std::optional<WaitResult> wait_one_now(HandleTable& table, HandleValue handle, Signals wanted,
                                       Instant deadline);

namespace detail {

template <typename F>
using WaitOneThen = std::remove_cvref_t<std::invoke_result_t<F&, WaitResult>>;

template <typename F>
exec::Task<WaitOneThen<F>> wait_one_slowly(HandleTable& table, HandleValue handle, Signals wanted,
                                           Instant deadline, exec::Slack slack, F then) {
  exec::Waiter waiter;
  WaitObserver observer(waiter);
  const auto object = table.observe(handle, observer, wanted);
  if (!object) co_return then(WaitResult(std::unexpected(object.error())));
  const Status status = co_await waiter.wait(deadline, slack);
  co_return then(observer.result_with(**object, status));
}

}  // namespace detail

// Waits until one of `wanted` is active on the handle's object. What is active already wins over a
// deadline that has passed; with nothing wanted it sleeps. OK; TIMED_OUT; CANCELED when the handle
// is closed, or received by another process, meanwhile (`observed` has kHandleClosed then, and only
// then); INTERNAL_INTR_RETRY; at once BAD_HANDLE, ACCESS_DENIED (kWait), NOT_SUPPORTED (not
// waitable). The table must outlive the wait.
exec::Eventually<WaitResult> wait_one(HandleTable& table, HandleValue handle, Signals wanted,
                                      Instant deadline, exec::Slack slack = {});

// The same for a caller that has something to do with the result: what then(WaitResult) makes of
// it. When the wait has to wait, that runs in the coroutine that waited.
template <typename F>
exec::Eventually<detail::WaitOneThen<F>> wait_one_then(HandleTable& table, HandleValue handle,
                                                       Signals wanted, Instant deadline,
                                                       exec::Slack slack, F then) {
  if (auto result = wait_one_now(table, handle, wanted, deadline)) return then(*result);
  return detail::wait_one_slowly(table, handle, wanted, deadline, slack, std::move(then));
}

// As zx_wait_item_t.
struct WaitItem {
  HandleValue handle = kInvalidHandle;
  Signals wanted = 0;
  Signals pending = 0;  // what was observed
};
inline constexpr size_t kMaxWaitItems = 64;

// The same for several objects at once: ends when any item has what it wants. Without items it
// sleeps. Every item's `pending` is filled for OK, TIMED_OUT and CANCELED. OUT_OF_RANGE for more
// than kMaxWaitItems; NO_MEMORY. `items` must live until the result is there.
exec::Eventually<Status> wait_many(HandleTable& table, std::span<WaitItem> items, Instant deadline,
                                   exec::Slack slack = {});

}  // namespace jacinth
