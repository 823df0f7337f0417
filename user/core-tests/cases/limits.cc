// What a program may pile up in the kernel, and how it learns how short memory is.
#include <zircon/syscalls/system.h>

#include "child.h"
#include "exception.h"
#include "support.h"

namespace core {
namespace {

constexpr int kMostPending = 3500;

zx_status_t write_empty(const Handle& channel) {
  return zx_channel_write(channel.get(), 0, nullptr, 0, nullptr, 0);
}

TEST(limits, channel_takes_its_messages) {
  const Pair channel = make_channel();
  for (int i = 0; i < kMostPending; ++i) ASSERT_OK(write_empty(channel.a));
  // The limit is one end's: the other way is free.
  EXPECT_OK(write_empty(channel.b));
}

CHILD(floods_a_channel) {
  const Pair channel = make_channel();
  for (int i = 0; i < kMostPending; ++i) EXPECT_OK(write_empty(channel.a));
  tell_parent();
  write_empty(channel.a);
}

TEST(limits, flooding_a_channel_ends_the_process) {
  const Child child("floods_a_channel");
  await_child(child);
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

// The message that was one too many is there, as whoever handles the exception may let it pass.
CHILD(floods_a_channel_with_permission) {
  const Pair channel = make_channel();
  for (int i = 0; i < kMostPending; ++i) EXPECT_OK(write_empty(channel.a));
  await_parent();
  EXPECT_OK(write_empty(channel.a));
  for (int i = 0; i < kMostPending + 1; ++i) {
    EXPECT_OK(zx_channel_read(channel.b.get(), 0, nullptr, nullptr, 0, 0, nullptr, nullptr));
  }
  EXPECT_OK(write_empty(channel.a));
}

TEST(limits, flooding_is_an_exception_that_can_be_handled) {
  expect_handled_policy_exception(Child("floods_a_channel_with_permission"));
}

// --- System events

TEST(limits, exactly_one_memory_event_is_signalled) {
  int signalled = 0;
  for (const zx_system_event_type_t kind :
       {ZX_SYSTEM_EVENT_OUT_OF_MEMORY, ZX_SYSTEM_EVENT_MEMORY_PRESSURE_CRITICAL,
        ZX_SYSTEM_EVENT_MEMORY_PRESSURE_WARNING, ZX_SYSTEM_EVENT_MEMORY_PRESSURE_NORMAL}) {
    Handle event;
    ASSERT_OK(zx_system_get_event(user::default_job(), kind, event.out()));
    EXPECT_EQ(rights_of(event), ZX_RIGHT_WAIT | ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER);
    EXPECT_EQ(basic_info(event.get()).type, ZX_OBJ_TYPE_EVENT);
    EXPECT_STATUS(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
    signalled += signals_of(event) == ZX_EVENT_SIGNALED ? 1 : 0;
  }
  EXPECT_EQ(signalled, 1);
}

TEST(limits, memory_events_are_the_root_jobs) {
  Handle event;
  const Handle job = make_job();
  EXPECT_STATUS(zx_system_get_event(job.get(), 1, event.out()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_system_get_event(without(user::default_job(), ZX_RIGHT_MANAGE_PROCESS).get(), 1,
                                    event.out()),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_system_get_event(kBadHandle, 1, event.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_system_get_event(user::self_process(), 1, event.out()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_system_get_event(user::default_job(), 0, event.out()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_system_get_event(user::default_job(), 5, event.out()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_system_get_event(user::default_job(), 1, bad_pointer<zx_handle_t>()),
                ZX_ERR_INVALID_ARGS);
}

// Memory that is taken a piece at a time, until somebody notices.
class Ballast {
 public:
  Ballast() : step_(zx_system_get_physmem() / 512 & ~uint64_t{4095}) {
    EXPECT_OK(zx_vmo_create(zx_system_get_physmem() & ~uint64_t{4095}, 0, vmo_.out()));
  }
  zx_status_t take() {
    const zx_status_t status =
        zx_vmo_op_range(vmo_.get(), ZX_VMO_OP_COMMIT, taken_, step_, nullptr, 0);
    if (status == ZX_OK) taken_ += step_;
    return status;
  }
  zx_status_t drop() {
    taken_ -= step_;
    return zx_vmo_op_range(vmo_.get(), ZX_VMO_OP_DECOMMIT, taken_, step_, nullptr, 0);
  }
  bool empty() const { return taken_ == 0; }

 private:
  const uint64_t step_;
  Handle vmo_;
  uint64_t taken_ = 0;
};

// Through all levels and back. Nothing here is marked to be killed for its memory.
TEST(limits, memory_events_follow_the_memory_that_is_free) {
  constexpr zx_system_event_type_t kLevels[] = {
      ZX_SYSTEM_EVENT_MEMORY_PRESSURE_NORMAL, ZX_SYSTEM_EVENT_MEMORY_PRESSURE_WARNING,
      ZX_SYSTEM_EVENT_MEMORY_PRESSURE_CRITICAL, ZX_SYSTEM_EVENT_OUT_OF_MEMORY};
  constexpr size_t kCount = std::size(kLevels);
  Handle events[kCount];
  for (size_t i = 0; i < kCount; ++i)
    ASSERT_OK(zx_system_get_event(user::default_job(), kLevels[i], events[i].out()));
  const auto level = [&] {
    for (size_t i = 0; i < kCount; ++i) {
      if (signals_of(events[i]) == ZX_EVENT_SIGNALED) return i;
    }
    return kCount;  // between two
  };
  ASSERT_EQ(level(), 0);
  Ballast ballast;
  size_t worst = 0;
  while (worst < kCount - 1 && ballast.take() == ZX_OK) {
    if (const size_t now = level(); now != kCount) {
      EXPECT_GE(now, worst);
      EXPECT_GE(worst + 1, now);
      worst = now;
    }
  }
  EXPECT_EQ(worst, kCount - 1);
  size_t best = worst;
  while (best > 0 && !ballast.empty() && ballast.drop() == ZX_OK) {
    if (const size_t now = level(); now != kCount) {
      EXPECT_GE(best, now);
      best = now;
    }
  }
  EXPECT_OK(zx_object_wait_one(events[0].get(), ZX_EVENT_SIGNALED, far_deadline(), nullptr));
}

}  // namespace
}  // namespace core
