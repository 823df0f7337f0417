// Futexes: waiting, waking, moving waiters, and who owns one.
#include "support.h"

namespace core {
namespace {

constexpr zx_handle_t kNobody = ZX_HANDLE_INVALID;

zx_koid_t owner_of(const zx_futex_t* futex) {
  zx_koid_t koid = 1;
  EXPECT_OK(zx_futex_get_owner(futex, &koid));
  return koid;
}

// A thread that waits on a futex until somebody wakes it.
Thread wait_on(const zx_futex_t* futex, zx_handle_t owner = kNobody) {
  Thread waiter([=] { EXPECT_OK(zx_futex_wait(futex, *futex, owner, ZX_TIME_INFINITE)); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  return waiter;
}

bool waits(const Thread& thread) {
  return state_of(thread.handle()) == ZX_THREAD_STATE_BLOCKED_FUTEX;
}

// A thread that does nothing but be an owner, until it goes out of scope.
class Owner {
 public:
  Owner()
      : thread_([this] {
          zx_object_wait_one(done_.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
        }) {}
  ~Owner() { finish(); }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  void finish() {
    zx_object_signal(done_.get(), 0, ZX_EVENT_SIGNALED);
    thread_.join();
  }
  zx_handle_t handle() const { return thread_.handle(); }
  zx_koid_t koid() const { return koid_of(handle()); }

 private:
  Handle done_ = make_event();
  Thread thread_;
};

TEST(futexes, wait_compares_the_value) {
  const zx_futex_t futex = 3;
  EXPECT_STATUS(zx_futex_wait(&futex, 4, kNobody, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_futex_wait(&futex, 3, kNobody, 0), ZX_ERR_TIMED_OUT);
}

TEST(futexes, wait_until_the_deadline) {
  const zx_futex_t futex = 0;
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_futex_wait(&futex, 0, kNobody, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(futexes, wake_with_nobody_waiting) {
  const zx_futex_t futex = 0;
  EXPECT_OK(zx_futex_wake(&futex, 1));
  EXPECT_OK(zx_futex_wake(&futex, 0));
  EXPECT_OK(zx_futex_wake_single_owner(&futex));
}

TEST(futexes, refuse_bad_addresses) {
  const zx_futex_t futexes[2] = {};
  const auto* odd = reinterpret_cast<const zx_futex_t*>(reinterpret_cast<uintptr_t>(futexes) + 2);
  EXPECT_STATUS(zx_futex_wait(nullptr, 0, kNobody, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wait(odd, 0, kNobody, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wait(bad_pointer<zx_futex_t>(), 0, kNobody, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wake(nullptr, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wake(odd, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wake_single_owner(nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_requeue(futexes, 0, 0, odd, 0, kNobody), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_requeue(nullptr, 0, 0, futexes, 0, kNobody), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_requeue(futexes, 0, 0, futexes, 0, kNobody), ZX_ERR_INVALID_ARGS);
  zx_koid_t koid = 0;
  EXPECT_STATUS(zx_futex_get_owner(nullptr, &koid), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_get_owner(futexes, bad_pointer<zx_koid_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(futexes, wake_those_who_waited_first) {
  const zx_futex_t futex = 0;
  Thread first = wait_on(&futex);
  Thread second = wait_on(&futex);
  Thread third = wait_on(&futex);
  EXPECT_OK(zx_futex_wake(&futex, 1));
  first.join();
  EXPECT_TRUE(waits(second) && waits(third));
  EXPECT_OK(zx_futex_wake(&futex, UINT32_MAX));
}

TEST(futexes, wake_no_more_than_asked) {
  const zx_futex_t futex = 0;
  Thread first = wait_on(&futex);
  Thread second = wait_on(&futex);
  EXPECT_OK(zx_futex_wake(&futex, 0));
  EXPECT_TRUE(waits(first) && waits(second));
  EXPECT_OK(zx_futex_wake(&futex, 2));
}

TEST(futexes, are_told_apart_by_address) {
  const zx_futex_t futexes[2] = {};
  Thread waiter = wait_on(&futexes[0]);
  EXPECT_OK(zx_futex_wake(&futexes[1], 1));
  EXPECT_TRUE(waits(waiter));
  EXPECT_OK(zx_futex_wake(&futexes[0], 1));
}

TEST(futexes, requeue_moves_waiters) {
  const zx_futex_t from = 0;
  const zx_futex_t to = 0;
  Thread first = wait_on(&from);
  Thread second = wait_on(&from);
  Thread third = wait_on(&from);
  EXPECT_OK(zx_futex_requeue(&from, 1, 0, &to, 1, kNobody));
  first.join();
  EXPECT_OK(zx_futex_wake(&to, UINT32_MAX));
  second.join();
  EXPECT_TRUE(waits(third));
  EXPECT_OK(zx_futex_wake(&from, 1));
}

TEST(futexes, requeue_compares_the_value) {
  const zx_futex_t from = 0;
  const zx_futex_t to = 0;
  Thread waiter = wait_on(&from);
  EXPECT_STATUS(zx_futex_requeue(&from, 1, 1, &to, 1, kNobody), ZX_ERR_BAD_STATE);
  EXPECT_TRUE(waits(waiter));
  EXPECT_OK(zx_futex_requeue(&from, 0, 0, &to, UINT32_MAX, kNobody));
  EXPECT_OK(zx_futex_wake(&from, 1));
  EXPECT_TRUE(waits(waiter));
  EXPECT_OK(zx_futex_wake(&to, 1));
}

TEST(futexes, a_requeued_waiter_times_out_where_it_is) {
  const zx_futex_t from = 0;
  const zx_futex_t to = 0;
  Thread waiter([&] {
    EXPECT_STATUS(zx_futex_wait(&from, 0, kNobody, zx_deadline_after(ZX_MSEC(20))),
                  ZX_ERR_TIMED_OUT);
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  const Owner owner;
  EXPECT_OK(zx_futex_requeue(&from, 0, 0, &to, 1, owner.handle()));
  waiter.join();
  // Nobody waits there any more, so nobody owns it.
  EXPECT_EQ(owner_of(&to), ZX_KOID_INVALID);
}

TEST(futexes, suspended_waiters_wait_on) {
  const zx_futex_t futex = 0;
  Thread waiter = wait_on(&futex);
  Handle token;
  EXPECT_OK(zx_task_suspend_token(waiter.handle(), token.out()));
  await_state(waiter.handle(), ZX_THREAD_STATE_SUSPENDED);
  token.reset();
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futexes, killed_waiters_never_return) {
  const zx_futex_t futex = 0;
  bool returned = false;
  Thread waiter([&] {
    zx_futex_wait(&futex, 0, kNobody, ZX_TIME_INFINITE);
    returned = true;
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  EXPECT_OK(zx_task_kill(waiter.handle()));
  waiter.join();
  EXPECT_FALSE(returned);
}

TEST(futex_owners, a_waiter_names_the_owner) {
  const zx_futex_t futex = 0;
  const Owner owner;
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
  Thread waiter = wait_on(&futex, owner.handle());
  EXPECT_EQ(owner_of(&futex), owner.koid());
  EXPECT_OK(zx_futex_wake(&futex, 1));
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
}

TEST(futex_owners, a_wait_that_times_out_names_one_too) {
  const zx_futex_t futex = 0;
  const Owner owner;
  Thread waiter = wait_on(&futex);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, owner.handle(), 0), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(owner_of(&futex), owner.koid());
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futex_owners, waking_nobody_clears_the_owner) {
  const zx_futex_t futex = 0;
  const Owner owner;
  Thread waiter = wait_on(&futex, owner.handle());
  EXPECT_OK(zx_futex_wake(&futex, 0));
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futex_owners, wake_single_owner_hands_over) {
  const zx_futex_t futex = 0;
  const Handle done = make_event();
  // Stays alive after it was woken, so that it can be found as the owner.
  Thread first([&] {
    EXPECT_OK(zx_futex_wait(&futex, 0, kNobody, ZX_TIME_INFINITE));
    EXPECT_OK(zx_object_wait_one(done.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  await_state(first.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  Thread second = wait_on(&futex);
  EXPECT_OK(zx_futex_wake_single_owner(&futex));
  EXPECT_EQ(owner_of(&futex), koid_of(first.handle()));
  EXPECT_OK(zx_futex_wake_single_owner(&futex));
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
  EXPECT_OK(zx_object_signal(done.get(), 0, ZX_EVENT_SIGNALED));
}

TEST(futex_owners, requeue_single_owner_hands_over) {
  const zx_futex_t from = 0;
  const zx_futex_t to = 0;
  const Handle done = make_event();
  Thread first([&] {
    EXPECT_OK(zx_futex_wait(&from, 0, kNobody, ZX_TIME_INFINITE));
    EXPECT_OK(zx_object_wait_one(done.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  await_state(first.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  Thread moved = wait_on(&from);
  Thread stays = wait_on(&from);
  const Owner owner;
  EXPECT_OK(zx_futex_requeue_single_owner(&from, 0, &to, 1, owner.handle()));
  EXPECT_EQ(owner_of(&from), koid_of(first.handle()));
  EXPECT_EQ(owner_of(&to), owner.koid());
  EXPECT_OK(zx_futex_wake(&to, 1));
  EXPECT_OK(zx_futex_wake(&from, 1));
  EXPECT_OK(zx_object_signal(done.get(), 0, ZX_EVENT_SIGNALED));
}

TEST(futex_owners, an_ending_owner_leaves_none) {
  const zx_futex_t futex = 0;
  Owner owner;
  Thread waiter = wait_on(&futex, owner.handle());
  owner.finish();
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futex_owners, requeue_names_the_second_futexs_owner) {
  const zx_futex_t from = 0;
  const zx_futex_t to = 0;
  const Owner owner;
  Thread waiter = wait_on(&from, owner.handle());
  EXPECT_OK(zx_futex_requeue(&from, 0, 0, &to, 1, owner.handle()));
  EXPECT_EQ(owner_of(&from), ZX_KOID_INVALID);
  EXPECT_EQ(owner_of(&to), owner.koid());
  EXPECT_OK(zx_futex_wake(&to, 1));
}

TEST(futex_owners, are_checked_after_the_value) {
  const zx_futex_t futex = 0;
  EXPECT_STATUS(zx_futex_wait(&futex, 1, kBadHandle, 0), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_futex_wait(&futex, 0, event.get(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, user::self_thread(), 0), ZX_ERR_INVALID_ARGS);
}

TEST(futex_owners, cannot_wait_on_the_futex_themselves) {
  const zx_futex_t futex = 0;
  const zx_futex_t other = 0;
  Thread waiter = wait_on(&futex);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, waiter.handle(), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_requeue(&futex, 0, 0, &other, 1, waiter.handle()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(owner_of(&futex), ZX_KOID_INVALID);
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futex_owners, a_failed_call_changes_nothing) {
  const zx_futex_t futex = 0;
  const Owner owner;
  Thread waiter = wait_on(&futex, owner.handle());
  EXPECT_STATUS(zx_futex_wait(&futex, 1, kNobody, 0), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(owner_of(&futex), owner.koid());
  EXPECT_OK(zx_futex_wake(&futex, 1));
}

TEST(futexes, wake_and_exit_in_one) {
  static zx_futex_t futex;
  futex = 0;
  Handle closed = make_event();
  const zx_handle_t value = closed.release();
  Thread ending([value] { zx_futex_wake_handle_close_thread_exit(&futex, 1, 17, value); });
  while (true) {
    const zx_futex_t seen = __atomic_load_n(&futex, __ATOMIC_ACQUIRE);
    if (seen == 17) break;
    zx_futex_wait(&futex, seen, kNobody, ZX_TIME_INFINITE);
  }
  ending.join();
  EXPECT_FALSE(is_valid(value));
}

}  // namespace
}  // namespace core
