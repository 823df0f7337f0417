// Profiles: how threads are to be scheduled. The tests run in the root job, whose they are.
#include <zircon/syscalls/profile.h>

#include <atomic>

#include "child.h"
#include "support.h"

namespace core {
namespace {

zx_profile_info_t priority(int32_t value) {
  zx_profile_info_t info{};
  info.flags = ZX_PROFILE_INFO_FLAG_PRIORITY;
  info.priority = value;
  return info;
}
zx_profile_info_t deadline(zx_duration_t capacity, zx_duration_t relative, zx_duration_t period) {
  zx_profile_info_t info{};
  info.flags = ZX_PROFILE_INFO_FLAG_DEADLINE;
  info.deadline_params = {capacity, relative, period};
  return info;
}
zx_profile_info_t cpus(uint64_t mask) {
  zx_profile_info_t info{};
  info.flags = ZX_PROFILE_INFO_FLAG_CPU_MASK;
  info.cpu_affinity_mask.mask[0] = mask;
  return info;
}

zx_status_t create(const zx_profile_info_t& info, Handle* profile) {
  return zx_profile_create(user::default_job(), 0, &info, profile->out());
}
zx_status_t try_create(const zx_profile_info_t& info) {
  Handle profile;
  return create(info, &profile);
}
Handle make_profile(const zx_profile_info_t& info) {
  Handle profile;
  EXPECT_OK(create(info, &profile));
  return profile;
}

TEST(profiles, have_the_rights_to_be_handed_out_and_applied) {
  const Handle profile = make_profile(priority(3));
  EXPECT_EQ(basic_info(profile.get()).type, ZX_OBJ_TYPE_PROFILE);
  EXPECT_EQ(basic_info(profile.get()).props, ZX_OBJ_PROP_NONE);
  EXPECT_EQ(rights_of(profile),
            ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER | ZX_RIGHT_INSPECT | ZX_RIGHT_APPLY_PROFILE);
}

TEST(profiles, create_refuses_bad_settings) {
  EXPECT_STATUS(try_create({}), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(try_create(priority(-1)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(try_create(priority(32)), ZX_ERR_INVALID_ARGS);
  zx_profile_info_t unknown = priority(3);
  unknown.flags |= 1u << 3;
  EXPECT_STATUS(try_create(unknown), ZX_ERR_INVALID_ARGS);
  zx_profile_info_t both = deadline(1, 2, 3);
  both.flags |= ZX_PROFILE_INFO_FLAG_PRIORITY;
  EXPECT_STATUS(try_create(both), ZX_ERR_INVALID_ARGS);
}

TEST(profiles, create_checks_deadlines) {
  EXPECT_OK(try_create(deadline(ZX_MSEC(1), ZX_MSEC(2), ZX_MSEC(2))));
  EXPECT_STATUS(try_create(deadline(0, 2, 3)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(try_create(deadline(-1, 2, 3)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(try_create(deadline(3, 2, 4)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(try_create(deadline(1, 4, 3)), ZX_ERR_INVALID_ARGS);
}

TEST(profiles, create_is_the_root_jobs) {
  Handle profile;
  const zx_profile_info_t info = priority(3);
  const Handle job = make_job();
  EXPECT_STATUS(zx_profile_create(job.get(), 0, &info, profile.out()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_profile_create(kBadHandle, 0, nullptr, profile.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_profile_create(user::self_process(), 0, &info, profile.out()),
                ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_profile_create(user::default_job(), 1, &info, profile.out()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(
      zx_profile_create(user::default_job(), 0, bad_pointer<zx_profile_info_t>(), profile.out()),
      ZX_ERR_INVALID_ARGS);
}

TEST(profiles, apply_needs_rights_and_a_running_thread) {
  const Handle profile = make_profile(priority(20));
  Thread thread = Thread::unstarted([] {});
  EXPECT_STATUS(zx_object_set_profile(thread.handle(), profile.get(), 0), ZX_ERR_BAD_STATE);
  const zx_handle_t self = user::self_thread();
  EXPECT_STATUS(
      zx_object_set_profile(without(self, ZX_RIGHT_MANAGE_THREAD).get(), profile.get(), 0),
      ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_set_profile(self, without(profile, ZX_RIGHT_APPLY_PROFILE).get(), 0),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_set_profile(profile.get(), self, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_object_set_profile(self, profile.get(), 1), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx_object_set_profile(self, profile.get(), 0));
  EXPECT_OK(zx_object_set_profile(self, make_profile(priority(ZX_PRIORITY_DEFAULT)).get(), 0));
}

// A thread that waits at a gate, so that a test can give it a profile, and then at another.
struct Waiting {
  std::atomic<int>& passages;
  int place = 0;  // which of all it was to pass the first gate
  zx_futex_t first = 0;
  zx_futex_t second = 0;
  Thread thread{[this] {
    zx_futex_wait(&first, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    place = ++passages;
    zx_futex_wait(&second, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
  }};

  explicit Waiting(std::atomic<int>& counter) : passages(counter) {
    await_state(thread.handle(), ZX_THREAD_STATE_BLOCKED_FUTEX);
  }
  ~Waiting() { open(&second); }
  void open(zx_futex_t* gate) {
    *gate = 1;
    EXPECT_OK(zx_futex_wake(gate, 1));
  }
  zx_status_t set(const Handle& profile) {
    return zx_object_set_profile(thread.handle(), profile.get(), 0);
  }
};

void await_passages(const std::atomic<int>& passages, int count) {
  while (passages.load() < count) zx_nanosleep(zx_deadline_after(ZX_USEC(50)));
}

TEST(profiles, threads_run_where_they_may) {
  const uint32_t last = zx_system_get_num_cpus() - 1;
  std::atomic<int> passages{0};
  Waiting waiting(passages);
  EXPECT_OK(waiting.set(make_profile(cpus(uint64_t{1} << last))));
  waiting.open(&waiting.first);
  await_passages(passages, 1);
  const auto stats = info<zx_info_thread_stats_t>(waiting.thread.handle(), ZX_INFO_THREAD_STATS);
  EXPECT_EQ(stats.last_scheduled_cpu, last);
  const auto told = info<zx_info_thread_t>(waiting.thread.handle(), ZX_INFO_THREAD);
  EXPECT_EQ(told.cpu_affinity_mask.mask[0], uint64_t{1} << last);
  EXPECT_STATUS(waiting.set(make_profile(cpus(0))), ZX_ERR_INVALID_ARGS);
}

// All on one CPU: a thread of higher priority runs before one that was woken first.
TEST(profiles, higher_priorities_run_first) {
  const zx_handle_t self = user::self_thread();
  const Handle here = make_profile(cpus(1));
  EXPECT_OK(zx_object_set_profile(self, here.get(), 0));
  std::atomic<int> passages{0};
  Waiting low(passages);
  Waiting high(passages);
  for (Waiting* waiting : {&low, &high}) EXPECT_OK(waiting->set(here));
  EXPECT_OK(low.set(make_profile(priority(4))));
  EXPECT_OK(high.set(make_profile(priority(28))));
  low.open(&low.first);
  high.open(&high.first);
  await_passages(passages, 2);
  EXPECT_EQ(high.place, 1);
  EXPECT_EQ(low.place, 2);
  EXPECT_OK(zx_object_set_profile(self, make_profile(cpus(~uint64_t{0})).get(), 0));
}

}  // namespace
}  // namespace core
