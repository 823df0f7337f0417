// Suspending and resuming threads and processes.
#include <zircon/syscalls/port.h>

#include <atomic>

#include "child.h"
#include "support.h"

namespace core {
namespace {

Handle suspend(zx_handle_t task) {
  Handle token;
  EXPECT_OK(zx_task_suspend_token(task, token.out()));
  return token;
}

void await_suspended(zx_handle_t thread) {
  EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
}
void await_running(zx_handle_t thread) {
  EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_RUNNING, ZX_TIME_INFINITE, nullptr));
}

// A thread that counts until it is told to stop.
class Counter {
 public:
  Counter()
      : thread_([this] {
          while (!stop_.load()) count_.fetch_add(1);
        }) {}
  ~Counter() {
    stop_.store(true);
    thread_.join();
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  zx_handle_t handle() const { return thread_.handle(); }
  uint64_t count() const { return count_.load(); }
  void await_progress() const {
    const uint64_t seen = count();
    while (count() == seen) zx_nanosleep(0);
  }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> count_{0};
  Thread thread_;
};

TEST(suspend, stops_and_resumes_a_running_thread) {
  const Counter counter;
  counter.await_progress();
  Handle token = suspend(counter.handle());
  await_suspended(counter.handle());
  EXPECT_EQ(signals_of(counter.handle()), ZX_THREAD_SUSPENDED);
  EXPECT_EQ(state_of(counter.handle()), ZX_THREAD_STATE_SUSPENDED);
  const uint64_t seen = counter.count();
  for (int i = 0; i < 100; ++i) zx_nanosleep(0);
  EXPECT_EQ(counter.count(), seen);
  token.reset();
  await_running(counter.handle());
  EXPECT_EQ(signals_of(counter.handle()), ZX_THREAD_RUNNING);
  counter.await_progress();
}

TEST(suspend, tokens_nest) {
  const Counter counter;
  Handle first = suspend(counter.handle());
  Handle second = suspend(counter.handle());
  await_suspended(counter.handle());
  first.reset();
  for (int i = 0; i < 100; ++i) zx_nanosleep(0);
  EXPECT_EQ(signals_of(counter.handle()), ZX_THREAD_SUSPENDED);
  second.reset();
  await_running(counter.handle());
}

TEST(suspend, tokens_have_few_rights) {
  const Counter counter;
  const Handle token = suspend(counter.handle());
  EXPECT_EQ(rights_of(token), ZX_RIGHT_TRANSFER | ZX_RIGHT_INSPECT);
  EXPECT_EQ(basic_info(token.get()).type, ZX_OBJ_TYPE_SUSPEND_TOKEN);
}

TEST(suspend, both_calls_are_the_same) {
  const Counter counter;
  Handle token;
  EXPECT_OK(zx_task_suspend(counter.handle(), token.out()));
  await_suspended(counter.handle());
}

TEST(suspend, refuses_oneself) {
  zx_handle_t token = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_task_suspend_token(user::self_thread(), &token), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_task_suspend_token(user::self_process(), &token), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(token, ZX_HANDLE_INVALID);
}

TEST(suspend, refuses_other_objects_and_missing_rights) {
  zx_handle_t token = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_task_suspend_token(user::default_job(), &token), ZX_ERR_WRONG_TYPE);
  const Pair socket = make_socket(0);
  EXPECT_STATUS(zx_task_suspend_token(socket.a.get(), &token), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_task_suspend_token(kBadHandle, &token), ZX_ERR_BAD_HANDLE);
  const Counter counter;
  const Handle fixed = without(counter.handle(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_task_suspend_token(fixed.get(), &token), ZX_ERR_ACCESS_DENIED);
}

TEST(suspend, of_the_dead) {
  Thread thread([] {});
  await_end(thread.handle());
  zx_handle_t token = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_task_suspend_token(thread.handle(), &token), ZX_ERR_BAD_STATE);
  EXPECT_EQ(token, ZX_HANDLE_INVALID);
}

TEST(suspend, before_the_start) {
  std::atomic<bool> ran{false};
  Thread thread = Thread::unstarted([&] { ran.store(true); });
  Handle token = suspend(thread.handle());
  EXPECT_OK(thread.start());
  await_suspended(thread.handle());
  EXPECT_FALSE(ran.load());
  token.reset();
  thread.join();
  EXPECT_TRUE(ran.load());
}

TEST(suspend, then_kill) {
  Thread thread([] { zx_nanosleep(ZX_TIME_INFINITE); });
  const Handle token = suspend(thread.handle());
  await_suspended(thread.handle());
  EXPECT_OK(zx_task_kill(thread.handle()));
  await_end(thread.handle());
}

TEST(suspend, a_sleeper_keeps_its_deadline) {
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(10));
  zx_time_t woke = 0;
  Thread sleeper([&] {
    zx_nanosleep(deadline);
    woke = zx_clock_get_monotonic();
  });
  Handle token = suspend(sleeper.handle());
  await_suspended(sleeper.handle());
  token.reset();
  sleeper.join();
  EXPECT_GE(woke, deadline);
}

TEST(suspend, a_waiter_loses_no_packet) {
  const Handle port = make_port();
  zx_port_packet_t got{};
  Thread waiter([&] { EXPECT_OK(zx_port_wait(port.get(), ZX_TIME_INFINITE, &got)); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_PORT);
  Handle token = suspend(waiter.handle());
  await_suspended(waiter.handle());
  zx_port_packet_t packet{};
  packet.key = 8;
  EXPECT_OK(zx_port_queue(port.get(), &packet));
  token.reset();
  waiter.join();
  EXPECT_EQ(got.key, 8);
}

TEST(suspend, a_waiter_waits_on) {
  const Handle event = make_event();
  Thread waiter([&] {
    EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  Handle token = suspend(waiter.handle());
  await_suspended(waiter.handle());
  token.reset();
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
}

CHILD(counts_in_two_threads) {
  Thread other([] {
    for (;;) zx_nanosleep(0);
  });
  tell_parent();
  await_parent();
  zx_process_exit(0);
}

size_t suspended_threads(const Child& child) {
  zx_koid_t koids[8] = {};
  size_t count = 0;
  EXPECT_OK(zx_object_get_info(child.process(), ZX_INFO_PROCESS_THREADS, koids, sizeof(koids),
                               &count, nullptr));
  size_t suspended = 0;
  for (size_t i = 0; i < count; ++i) {
    Handle thread;
    EXPECT_OK(zx_object_get_child(child.process(), koids[i], ZX_RIGHT_SAME_RIGHTS, thread.out()));
    suspended += state_of(thread.get()) == ZX_THREAD_STATE_SUSPENDED ? 1 : 0;
  }
  return suspended;
}

TEST(suspend, of_a_process_stops_all_its_threads) {
  const Child child("counts_in_two_threads");
  await_child(child);
  Handle token = suspend(child.process());
  while (suspended_threads(child) != 2) zx_nanosleep(0);
  EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
  token.reset();
  child.expect_success();
}

TEST(suspend, of_process_and_thread_nest) {
  const Child child("waits_for_word");
  await_child(child);
  const Handle thread = child.thread();
  Handle of_process = suspend(child.process());
  Handle of_thread = suspend(thread.get());
  await_suspended(thread.get());
  of_process.reset();
  for (int i = 0; i < 100; ++i) zx_nanosleep(0);
  EXPECT_EQ(signals_of(thread), ZX_THREAD_SUSPENDED);
  of_thread.reset();
  await_running(thread.get());
  EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
  child.expect_success();
}

CHILD(waits_for_word) {
  tell_parent();
  await_parent();
}

TEST(suspend, of_a_process_that_has_not_started) {
  const BareProcess bare;
  Handle token = suspend(bare.process.get());
  const zx_vaddr_t entry = map_vdso_for(bare, "zx_process_exit");
  EXPECT_OK(start_at(bare, entry));
  await_suspended(bare.thread.get());
  EXPECT_FALSE(process_info(bare.process.get()).exited);
  token.reset();
  await_end(bare.process.get());
  EXPECT_EQ(process_info(bare.process.get()).return_code, 0);
}

}  // namespace
}  // namespace core
