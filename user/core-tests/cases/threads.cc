// Threads: creating, starting, ending, killing.
#include <zircon/syscalls/ipc.h>

#include <atomic>

#include "child.h"
#include "support.h"

namespace core {
namespace {

TEST(threads, are_new_at_first) {
  const Thread thread = Thread::unstarted([] {});
  EXPECT_EQ(state_of(thread.handle()), ZX_THREAD_STATE_NEW);
  EXPECT_EQ(signals_of(thread.handle()), ZX_SIGNAL_NONE);
  EXPECT_EQ(basic_info(thread.handle()).related_koid, koid_of(user::self_process()));
}

TEST(threads, run_and_end) {
  const Handle go = make_event();
  Thread thread([&] {
    EXPECT_OK(zx_object_wait_one(go.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  EXPECT_EQ(signals_of(thread.handle()), ZX_THREAD_RUNNING);
  EXPECT_OK(zx_object_signal(go.get(), 0, ZX_EVENT_SIGNALED));
  await_end(thread.handle());
  EXPECT_EQ(signals_of(thread.handle()), ZX_THREAD_TERMINATED);
  EXPECT_EQ(state_of(thread.handle()), ZX_THREAD_STATE_DEAD);
}

TEST(threads, create_refuses_bad_arguments) {
  Handle thread;
  const auto create = [&](zx_handle_t process, const char* name, size_t size, uint32_t options) {
    return zx_thread_create(process, name, size, options, thread.out());
  };
  EXPECT_STATUS(create(user::self_process(), "x", 1, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(user::self_process(), bad_pointer<char>(), 8, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(kBadHandle, "x", 1, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create(user::default_job(), "x", 1, 0), ZX_ERR_WRONG_TYPE);
  const Handle fewer = without(user::self_process(), ZX_RIGHT_MANAGE_THREAD);
  EXPECT_STATUS(create(fewer.get(), "x", 1, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(threads, create_in_a_dead_process) {
  const BareProcess bare;
  EXPECT_OK(zx_task_kill(bare.process.get()));
  Handle thread;
  EXPECT_STATUS(zx_thread_create(bare.process.get(), "x", 1, 0, thread.out()), ZX_ERR_BAD_STATE);
}

TEST(threads, names_are_cut_silently) {
  constexpr std::string_view kLong = "a name that is longer than thirty-two bytes";
  Handle thread;
  EXPECT_OK(zx_thread_create(user::self_process(), kLong.data(), kLong.size(), 0, thread.out()));
  char name[ZX_MAX_NAME_LEN];
  EXPECT_OK(zx_object_get_property(thread.get(), ZX_PROP_NAME, name, sizeof(name)));
  EXPECT_EQ(std::string_view(name), kLong.substr(0, ZX_MAX_NAME_LEN - 1));
}

TEST(threads, start_needs_a_running_process) {
  const BareProcess bare;
  EXPECT_STATUS(zx_thread_start(bare.thread.get(), 0, 0, 0, 0), ZX_ERR_BAD_STATE);
}

TEST(threads, start_only_once) {
  Thread thread([] { zx_nanosleep(ZX_TIME_INFINITE); });
  EXPECT_STATUS(zx_thread_start(thread.handle(), 0, 0, 0, 0), ZX_ERR_BAD_STATE);
  EXPECT_OK(zx_task_kill(thread.handle()));
}

TEST(threads, start_needs_the_right) {
  Handle thread;
  EXPECT_OK(zx_thread_create(user::self_process(), "x", 1, 0, thread.out()));
  const Handle fewer = without(thread, ZX_RIGHT_MANAGE_THREAD);
  EXPECT_STATUS(zx_thread_start(fewer.get(), 0, 0, 0, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_thread_start(kBadHandle, 0, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_thread_start(user::self_process(), 0, 0, 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(thread_kill, of_one_that_never_started) {
  const Thread thread = Thread::unstarted([] {});
  EXPECT_OK(zx_task_kill(thread.handle()));
  EXPECT_OK(zx_task_kill(thread.handle()));
}

TEST(thread_kill, of_one_that_runs) {
  std::atomic<bool> running{false};
  Thread thread([&] {
    running.store(true);
    for (;;) running.store(true);
  });
  while (!running.load()) zx_nanosleep(0);
  EXPECT_OK(zx_task_kill(thread.handle()));
  await_end(thread.handle());
  EXPECT_OK(zx_task_kill(thread.handle()));
}

TEST(thread_kill, of_oneself_does_not_return) {
  bool returned = false;
  Handle self;
  const Handle go = make_event();
  Thread thread([&] {
    zx_object_wait_one(go.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
    zx_task_kill(self.get());
    returned = true;
  });
  EXPECT_OK(zx_handle_duplicate(thread.handle(), ZX_RIGHT_SAME_RIGHTS, self.out()));
  EXPECT_OK(zx_object_signal(go.get(), 0, ZX_EVENT_SIGNALED));
  thread.join();
  EXPECT_FALSE(returned);
}

// Whatever a thread waits in, killing it ends it.
template <typename F>
void expect_killable(uint32_t state, F&& wait) {
  Thread thread([&] { wait(); });
  await_state(thread.handle(), state);
  EXPECT_OK(zx_task_kill(thread.handle()));
  await_end(thread.handle());
}

TEST(thread_kill, of_one_that_waits) {
  const Handle event = make_event();
  const Handle port = make_port();
  expect_killable(ZX_THREAD_STATE_BLOCKED_SLEEPING, [] { zx_nanosleep(ZX_TIME_INFINITE); });
  expect_killable(ZX_THREAD_STATE_BLOCKED_WAIT_ONE, [&] {
    zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
  });
  expect_killable(ZX_THREAD_STATE_BLOCKED_WAIT_MANY,
                  [] { zx_object_wait_many(nullptr, 0, ZX_TIME_INFINITE); });
  expect_killable(ZX_THREAD_STATE_BLOCKED_PORT,
                  [&] { zx_port_wait(port.get(), ZX_TIME_INFINITE, nullptr); });
}

CHILD(has_its_only_thread_killed) {
  tell_parent();
  await_parent();
}

TEST(thread_kill, of_the_only_thread_ends_the_process) {
  const Child child("has_its_only_thread_killed");
  await_child(child);
  EXPECT_OK(zx_task_kill(child.thread().get()));
  await_end(child.process());
}

TEST(thread_kill, needs_the_right) {
  Thread thread([] { zx_nanosleep(ZX_TIME_INFINITE); });
  EXPECT_STATUS(zx_task_kill(without(thread.handle(), ZX_RIGHT_DESTROY).get()),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx_task_kill(thread.handle()));
}

TEST(threads, many_at_once) {
  constexpr int kThreads = 32;
  std::atomic<int> sum{0};
  {
    Thread threads[kThreads];
    for (int i = 0; i < kThreads; ++i) threads[i] = Thread([&sum, i] { sum.fetch_add(i); });
  }
  EXPECT_EQ(sum.load(), kThreads * (kThreads - 1) / 2);
}

TEST(threads, are_preempted) {
  // More busy threads than CPUs: nobody may starve.
  std::atomic<bool> stop{false};
  std::atomic<int> running{0};
  const auto spin = [&] {
    running.fetch_add(1);
    while (!stop.load()) {
    }
  };
  Thread threads[6];
  for (Thread& thread : threads) thread = Thread(spin);
  while (running.load() != 6) {
  }
  stop.store(true);
}

}  // namespace
}  // namespace core
