// The kernel's counters, in the objects that userboot passes on.
#include "lib/counters.h"

#include <zircon/syscalls/system.h>

#include "support.h"

namespace core {
namespace {

zx_handle_t descriptions() { return user::startup().handle(PA_VMO_KERNEL_FILE, 1); }
zx_handle_t values() { return user::startup().handle(PA_VMO_KERNEL_FILE, 2); }

struct Opened : user::Counters {
  Opened() { EXPECT_OK(open(descriptions(), values())); }
  size_t find(std::string_view wanted) const {
    for (size_t i = 0; i < count(); ++i) {
      if (name(i) == wanted) return i;
    }
    EXPECT_TRUE(false);
    return 0;
  }
};

std::string_view name_of(zx_handle_t object, char (&name)[ZX_MAX_NAME_LEN]) {
  EXPECT_OK(zx_object_get_property(object, ZX_PROP_NAME, name, sizeof(name)));
  return name;
}

TEST(counters, are_in_objects_that_are_only_read) {
  char name[ZX_MAX_NAME_LEN];
  EXPECT_EQ(name_of(descriptions(), name), "counters/desc");
  EXPECT_EQ(name_of(values(), name), "counters/arena");
  for (const zx_handle_t object : {descriptions(), values()}) {
    EXPECT_EQ(basic_info(object).rights & ZX_RIGHT_WRITE, 0);
    int64_t number = 0;
    EXPECT_STATUS(zx_vmo_write(object, &number, 0, sizeof(number)), ZX_ERR_ACCESS_DENIED);
  }
}

TEST(counters, are_described_by_name_in_order) {
  const Opened counters;
  EXPECT_EQ(counters.cpus(), zx_system_get_num_cpus());
  for (size_t i = 1; i < counters.count() && !counters.name(i).empty(); ++i)
    EXPECT_LT(counters.name(i - 1), counters.name(i));
}

TEST(counters, count_system_calls) {
  const Opened counters;
  const size_t calls = counters.find("syscalls");
  const int64_t before = counters.sum(calls);
  for (int i = 0; i < 100; ++i) zx_syscall_test_0();
  EXPECT_GE(counters.sum(calls), before + 100);
}

TEST(counters, count_threads_switches_and_faults) {
  const Opened counters;
  const size_t threads = counters.find("task.threads");
  const size_t switches = counters.find("cpu.switches");
  const size_t faults = counters.find("vm.faults");
  const int64_t threads_before = counters.sum(threads);
  const int64_t switches_before = counters.sum(switches);
  const int64_t faults_before = counters.sum(faults);
  Thread([] {}).join();
  EXPECT_GE(counters.sum(threads), threads_before + 1);
  EXPECT_LT(switches_before, counters.sum(switches));
  const Handle vmo = make_vmo(4096);
  zx_vaddr_t at = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0,
                        4096, &at));
  *reinterpret_cast<volatile char*>(at) = 1;
  EXPECT_LT(faults_before, counters.sum(faults));
  EXPECT_OK(zx_vmar_unmap(user::root_vmar(), at, 4096));
}

TEST(counters, count_timers) {
  const Opened counters;
  const size_t timers = counters.find("cpu.timers");
  const int64_t before = counters.sum(timers);
  EXPECT_OK(zx_nanosleep(zx_deadline_after(ZX_MSEC(10))));
  EXPECT_LT(before, counters.sum(timers));
}

TEST(counters, rows_belong_to_cpus) {
  const Opened counters;
  const size_t switches = counters.find("cpu.switches");
  EXPECT_OK(zx_system_powerctl(root_resource(), ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY,
                               nullptr));
  const size_t last = counters.cpus() - 1;
  const int64_t before = counters.value(switches, last);
  const int64_t first_before = counters.value(switches, 0);
  for (int i = 0; i < 10; ++i) zx_nanosleep(0);
  EXPECT_LT(first_before, counters.value(switches, 0));
  if (last != 0) EXPECT_EQ(counters.value(switches, last), before);
  EXPECT_OK(zx_system_powerctl(root_resource(), ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS, nullptr));
}

}  // namespace
}  // namespace core
