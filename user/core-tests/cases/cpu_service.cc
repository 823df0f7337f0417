// CPUs that are taken out of service and put back: zx_system_powerctl().
#include <zircon/syscalls/profile.h>
#include <zircon/syscalls/system.h>

#include <array>
#include <atomic>

#include "support.h"

namespace core {
namespace {

constexpr size_t kMostCpus = 64;

zx_status_t power(uint32_t command) {
  return zx_system_powerctl(root_resource(), command, nullptr);
}
zx_status_t use_one_cpu() { return power(ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY); }
zx_status_t use_all_cpus() { return power(ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS); }

size_t cpus_online() {
  static std::array<zx_info_cpu_stats_t, kMostCpus> stats;
  size_t count = 0;
  EXPECT_OK(zx_object_get_info(root_resource(), ZX_INFO_CPU_STATS, stats.data(), sizeof(stats),
                               &count, nullptr));
  size_t online = 0;
  for (size_t i = 0; i < count; ++i)
    online += (stats[i].flags & ZX_INFO_CPU_STATS_FLAG_ONLINE) != 0 ? 1 : 0;
  return online;
}

uint32_t last_cpu(zx_handle_t thread) {
  return info<zx_info_thread_stats_t>(thread, ZX_INFO_THREAD_STATS).last_scheduled_cpu;
}

zx_status_t pin(zx_handle_t thread, uint64_t cpus) {
  zx_profile_info_t info{};
  info.flags = ZX_PROFILE_INFO_FLAG_CPU_MASK;
  info.cpu_affinity_mask.mask[0] = cpus;
  Handle profile;
  const zx_status_t status = zx_profile_create(user::default_job(), 0, &info, profile.out());
  return status == ZX_OK ? zx_object_set_profile(thread, profile.get(), 0) : status;
}

// A thread that never waits, on a CPU of its own where there are enough.
struct Busy {
  std::atomic<uint64_t> turns{0};
  std::atomic<bool> stop{false};
  Thread thread{[this] {
    while (!stop.load()) turns.fetch_add(1);
  }};
  ~Busy() { stop.store(true); }
  // Until it has gone on from where it is now.
  void await_progress() const {
    const uint64_t before = turns.load();
    while (turns.load() == before) zx_nanosleep(0);
  }
  void await_cpu(uint32_t cpu) const {
    while (last_cpu(thread.handle()) != cpu) zx_nanosleep(zx_deadline_after(ZX_USEC(100)));
  }
};

TEST(cpu_service, one_cpu_is_left) {
  const size_t all = zx_system_get_num_cpus();
  EXPECT_EQ(cpus_online(), all);
  EXPECT_OK(use_one_cpu());
  EXPECT_EQ(cpus_online(), 1);
  // What the machine has does not change.
  EXPECT_EQ(zx_system_get_num_cpus(), all);
  EXPECT_OK(use_one_cpu());
  EXPECT_OK(use_all_cpus());
  EXPECT_EQ(cpus_online(), all);
  EXPECT_OK(use_all_cpus());
}

TEST(cpu_service, threads_go_on_elsewhere) {
  std::array<Busy, 4> busy;
  for (const Busy& one : busy) one.await_progress();
  EXPECT_OK(use_one_cpu());
  for (const Busy& one : busy) {
    one.await_progress();
    EXPECT_EQ(last_cpu(one.thread.handle()), 0);
  }
  EXPECT_EQ(last_cpu(user::self_thread()), 0);
  EXPECT_OK(use_all_cpus());
  for (const Busy& one : busy) one.await_progress();
}

TEST(cpu_service, a_thread_bound_to_a_cpu_returns_to_it) {
  const uint32_t last = zx_system_get_num_cpus() - 1;
  const Busy busy;
  EXPECT_OK(pin(busy.thread.handle(), uint64_t{1} << last));
  busy.await_cpu(last);
  EXPECT_OK(use_one_cpu());
  busy.await_progress();
  EXPECT_EQ(last_cpu(busy.thread.handle()), 0);
  EXPECT_OK(use_all_cpus());
  EXPECT_OK(pin(busy.thread.handle(), uint64_t{1} << last));  // it is looked for anew
  busy.await_cpu(last);
}

TEST(cpu_service, timers_of_other_cpus_fire) {
  const zx_handle_t self = user::self_thread();
  const uint32_t last = zx_system_get_num_cpus() - 1;
  EXPECT_OK(pin(self, uint64_t{1} << last));
  zx_nanosleep(zx_deadline_after(ZX_USEC(1)));
  const Handle timer = make_timer();
  EXPECT_OK(zx_timer_set(timer.get(), zx_deadline_after(ZX_MSEC(5)), 0));
  zx_status_t slept = ZX_ERR_BAD_STATE;
  Thread sleeper([&] { slept = zx_nanosleep(zx_deadline_after(ZX_MSEC(5))); });
  await_state(sleeper.handle(), ZX_THREAD_STATE_BLOCKED_SLEEPING);
  EXPECT_OK(use_one_cpu());
  EXPECT_OK(zx_object_wait_one(timer.get(), ZX_TIMER_SIGNALED, far_deadline(), nullptr));
  sleeper.join();
  EXPECT_OK(slept);
  EXPECT_OK(use_all_cpus());
  EXPECT_OK(pin(self, ~uint64_t{0}));
}

TEST(cpu_service, comes_and_goes_while_several_threads_ask) {
  std::atomic<int> failures{0};
  const auto ask = [&] {
    for (int i = 0; i < 20; ++i) {
      if (use_one_cpu() != ZX_OK || use_all_cpus() != ZX_OK) failures.fetch_add(1);
    }
  };
  {
    std::array<Thread, 3> threads{Thread(ask), Thread(ask), Thread(ask)};
  }
  EXPECT_EQ(failures.load(), 0);
  EXPECT_OK(use_all_cpus());
  EXPECT_EQ(cpus_online(), zx_system_get_num_cpus());
}

TEST(cpu_service, is_the_root_resources) {
  Handle other;
  ASSERT_OK(zx_resource_create(root_resource(), ZX_RSRC_KIND_VMEX, 0, 0, nullptr, 0, other.out()));
  for (const uint32_t command :
       {ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS, ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY}) {
    EXPECT_STATUS(zx_system_powerctl(kBadHandle, command, nullptr), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_system_powerctl(make_event().get(), command, nullptr), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_system_powerctl(other.get(), command, nullptr), ZX_ERR_WRONG_TYPE);
  }
  EXPECT_EQ(cpus_online(), zx_system_get_num_cpus());
}

TEST(cpu_service, sleep_states_are_checked_and_not_there) {
  zx_system_powerctl_arg_t arg{};
  const auto sleep = [&](uint8_t state) {
    arg.acpi_transition_s_state.target_s_state = state;
    return zx_system_powerctl(root_resource(), ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE, &arg);
  };
  EXPECT_STATUS(sleep(0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(sleep(6), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(sleep(3), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(power(ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE), ZX_ERR_INVALID_ARGS);
}

TEST(cpu_service, power_limits_are_not_there) {
  const zx_system_powerctl_arg_t arg{};
  EXPECT_STATUS(zx_system_powerctl(root_resource(), ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1, &arg),
                ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(power(ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
