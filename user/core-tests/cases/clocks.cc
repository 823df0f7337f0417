// The system's clocks, and clock objects.
#include <zircon/syscalls/clock.h>

#include <atomic>

#include "child.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kV1 = ZX_CLOCK_ARGS_VERSION(1);
constexpr uint64_t kValue = kV1 | ZX_CLOCK_UPDATE_OPTION_VALUE_VALID;
constexpr uint64_t kRate = kV1 | ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID;

Handle make_clock(uint64_t options = 0) {
  Handle clock;
  EXPECT_OK(zx_clock_create(options, nullptr, clock.out()));
  return clock;
}

zx_status_t create_with_backstop(uint64_t options, zx_time_t backstop, Handle* clock) {
  const zx_clock_create_args_v1_t args{.backstop_time = backstop};
  return zx_clock_create(kV1 | options, &args, clock->out());
}

zx_status_t set_value(const Handle& clock, int64_t value) {
  const zx_clock_update_args_v1_t args{
      .rate_adjust = 0, .padding1 = 0, .value = value, .error_bound = 0};
  return zx_clock_update(clock.get(), kValue, &args);
}

zx_status_t set_rate(const Handle& clock, int32_t parts_per_million) {
  const zx_clock_update_args_v1_t args{
      .rate_adjust = parts_per_million, .padding1 = 0, .value = 0, .error_bound = 0};
  return zx_clock_update(clock.get(), kRate, &args);
}

zx_time_t read(const Handle& clock) {
  zx_time_t now = 0;
  EXPECT_OK(zx_clock_read(clock.get(), &now));
  return now;
}

zx_clock_details_v1_t details_of(const Handle& clock) {
  zx_clock_details_v1_t details{};
  EXPECT_OK(zx_clock_get_details(clock.get(), kV1, &details));
  return details;
}

TEST(clock_get, monotonic_agrees_with_the_vdso) {
  const zx_time_t before = zx_clock_get_monotonic();
  zx_time_t now = 0;
  EXPECT_OK(zx_clock_get(ZX_CLOCK_MONOTONIC, &now));
  EXPECT_GE(now, before);
  EXPECT_GE(zx_clock_get_monotonic(), now);
}

TEST(clock_get, thread_time_grows_with_work) {
  zx_time_t before = 0;
  EXPECT_OK(zx_clock_get(ZX_CLOCK_THREAD, &before));
  EXPECT_GE(before, 0);
  zx_time_t after = before;
  while (after == before) EXPECT_OK(zx_clock_get(ZX_CLOCK_THREAD, &after));
  EXPECT_LT(before, after);
}

TEST(clock_get, refuses_bad_arguments) {
  zx_time_t now = 0;
  EXPECT_STATUS(zx_clock_get(3, &now), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get(ZX_CLOCK_MONOTONIC, bad_pointer<zx_time_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(clock_adjust, moves_utc) {
  zx_time_t before = 0;
  EXPECT_OK(zx_clock_get(ZX_CLOCK_UTC, &before));
  const zx_time_t mono = zx_clock_get_monotonic();
  EXPECT_OK(zx_clock_adjust(root_resource(), ZX_CLOCK_UTC, ZX_SEC(1000)));
  zx_time_t now = 0;
  EXPECT_OK(zx_clock_get(ZX_CLOCK_UTC, &now));
  EXPECT_GE(now, mono + ZX_SEC(1000));
  EXPECT_LT(now, mono + ZX_SEC(1060));
  EXPECT_OK(zx_clock_adjust(root_resource(), ZX_CLOCK_UTC, before - mono));
}

TEST(clock_adjust, refuses_bad_arguments) {
  EXPECT_STATUS(zx_clock_adjust(root_resource(), ZX_CLOCK_MONOTONIC, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_clock_adjust(root_resource(), ZX_CLOCK_THREAD, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_adjust(kBadHandle, ZX_CLOCK_UTC, 0), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_clock_adjust(event.get(), ZX_CLOCK_UTC, 0), ZX_ERR_WRONG_TYPE);
}

TEST(ticks, grow_at_the_rate_told) {
  EXPECT_LT(0, zx_ticks_per_second());
  const zx_ticks_t before = zx_ticks_get();
  const zx_time_t start = zx_clock_get_monotonic();
  while (zx_clock_get_monotonic() < start + ZX_MSEC(2)) {
  }
  EXPECT_GE(zx_ticks_get() - before, zx_ticks_per_second() / 1000);
}

TEST(clocks, are_not_started_at_first) {
  const Handle clock = make_clock();
  EXPECT_EQ(signals_of(clock), ZX_SIGNAL_NONE);
  EXPECT_EQ(read(clock), 0);
  const zx_clock_details_v1_t details = details_of(clock);
  EXPECT_EQ(details.generation_counter, 0);
  EXPECT_EQ(details.backstop_time, 0);
  EXPECT_EQ(details.error_bound, ZX_CLOCK_UNKNOWN_ERROR);
}

TEST(clocks, read_the_backstop_before_they_start) {
  Handle clock;
  EXPECT_OK(create_with_backstop(0, 12345, &clock));
  EXPECT_EQ(read(clock), 12345);
  EXPECT_EQ(details_of(clock).backstop_time, 12345);
}

TEST(clocks, create_refuses_bad_arguments) {
  zx_handle_t clock = ZX_HANDLE_INVALID;
  const zx_clock_create_args_v1_t args{.backstop_time = 0};
  EXPECT_STATUS(zx_clock_create(ZX_CLOCK_OPT_CONTINUOUS, nullptr, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(1u << 8, nullptr, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(0, &args, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(kV1, nullptr, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_create(ZX_CLOCK_ARGS_VERSION(2), &args, &clock), ZX_ERR_INVALID_ARGS);
  Handle negative;
  EXPECT_STATUS(create_with_backstop(0, -1, &negative), ZX_ERR_INVALID_ARGS);
}

TEST(clocks, start_with_their_first_value) {
  const Handle clock = make_clock();
  EXPECT_OK(set_value(clock, ZX_SEC(100)));
  EXPECT_EQ(signals_of(clock), ZX_CLOCK_STARTED);
  const zx_time_t first = read(clock);
  EXPECT_GE(first, ZX_SEC(100));
  EXPECT_GE(read(clock), first);
  EXPECT_EQ(details_of(clock).generation_counter, 2);
}

TEST(clocks, need_a_value_to_start) {
  const Handle clock = make_clock();
  EXPECT_STATUS(set_rate(clock, 10), ZX_ERR_BAD_STATE);
  EXPECT_EQ(signals_of(clock), ZX_SIGNAL_NONE);
}

TEST(clocks, do_not_go_below_the_backstop) {
  Handle clock;
  EXPECT_OK(create_with_backstop(0, ZX_SEC(50), &clock));
  EXPECT_STATUS(set_value(clock, ZX_SEC(49)), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_value(clock, ZX_SEC(50)));
}

TEST(clocks, can_go_back_unless_monotonic) {
  const Handle free = make_clock();
  EXPECT_OK(set_value(free, ZX_SEC(100)));
  EXPECT_OK(set_value(free, ZX_SEC(10)));
  EXPECT_LT(read(free), ZX_SEC(100));
  const Handle monotonic = make_clock(ZX_CLOCK_OPT_MONOTONIC);
  EXPECT_OK(set_value(monotonic, ZX_SEC(100)));
  EXPECT_STATUS(set_value(monotonic, ZX_SEC(10)), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_value(monotonic, ZX_SEC(1000)));
}

TEST(clocks, continuous_ones_are_set_once) {
  const Handle clock = make_clock(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS);
  EXPECT_OK(set_value(clock, ZX_SEC(100)));
  EXPECT_STATUS(set_value(clock, ZX_SEC(200)), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_rate(clock, 100));
  EXPECT_EQ(details_of(clock).generation_counter, 4);
}

TEST(clocks, rates_have_bounds_and_show_in_the_details) {
  const Handle clock = make_clock();
  EXPECT_OK(set_value(clock, 0));
  EXPECT_STATUS(set_rate(clock, ZX_CLOCK_MAX_RATE_ADJUST + 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_rate(clock, ZX_CLOCK_MIN_RATE_ADJUST - 1), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_rate(clock, 500));
  const zx_clock_rate_t rate = details_of(clock).mono_to_synthetic.rate;
  EXPECT_EQ(rate.synthetic_ticks, 1000500);
  EXPECT_EQ(rate.reference_ticks, 1000000);
}

TEST(clocks, keep_their_error_bound) {
  const Handle clock = make_clock();
  EXPECT_OK(set_value(clock, 0));
  const zx_clock_update_args_v1_t args{
      .rate_adjust = 0, .padding1 = 0, .value = 0, .error_bound = 4711};
  EXPECT_OK(zx_clock_update(clock.get(), kV1 | ZX_CLOCK_UPDATE_OPTION_ERROR_BOUND_VALID, &args));
  EXPECT_EQ(details_of(clock).error_bound, 4711);
}

TEST(clocks, update_refuses_bad_arguments) {
  const Handle clock = make_clock();
  const zx_clock_update_args_v1_t args{};
  EXPECT_STATUS(zx_clock_update(clock.get(), kV1, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(clock.get(), kValue | 1u << 7, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(clock.get(), ZX_CLOCK_UPDATE_OPTION_VALUE_VALID, &args),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(clock.get(), kValue, bad_pointer<zx_clock_update_args_v1_t>()),
                ZX_ERR_INVALID_ARGS);
}

TEST(clocks, details_need_their_version) {
  const Handle clock = make_clock();
  zx_clock_details_v1_t details{};
  EXPECT_STATUS(zx_clock_get_details(clock.get(), 0, &details), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get_details(clock.get(), kV1 | 1, &details), ZX_ERR_INVALID_ARGS);
}

TEST(clocks, need_rights) {
  const Handle clock = make_clock();
  const Handle unreadable = without(clock, ZX_RIGHT_READ);
  const Handle fixed = without(clock, ZX_RIGHT_WRITE);
  zx_time_t now = 0;
  zx_clock_details_v1_t details{};
  EXPECT_STATUS(zx_clock_read(unreadable.get(), &now), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_clock_get_details(unreadable.get(), kV1, &details), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(set_value(fixed, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(set_value(unreadable, 0));
  const Handle event = make_event();
  EXPECT_STATUS(zx_clock_read(event.get(), &now), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_clock_read(kBadHandle, &now), ZX_ERR_BAD_HANDLE);
}

// Arguments are looked at before handles.
TEST(clocks, bad_arguments_are_told_before_bad_handles) {
  const zx_clock_update_args_v1_t args{
      .rate_adjust = ZX_CLOCK_MAX_RATE_ADJUST + 1, .padding1 = 0, .value = 0, .error_bound = 0};
  zx_clock_details_v1_t details{};
  EXPECT_STATUS(zx_clock_update(kBadHandle, kValue, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(kBadHandle, kValue, bad_pointer<zx_clock_update_args_v1_t>()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(kBadHandle, ZX_CLOCK_UPDATE_OPTION_VALUE_VALID, &args),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(kBadHandle, kV1, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(kBadHandle, kV1 | ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID, &args),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_update(kBadHandle, kValue, &args), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_clock_get_details(kBadHandle, 0, &details), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get_details(kBadHandle, kV1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_clock_get_details(kBadHandle, kV1, &details), ZX_ERR_BAD_HANDLE);
}

TEST(clocks, details_tell_when_what_was_set) {
  const Handle clock = make_clock(ZX_CLOCK_OPT_MONOTONIC);
  EXPECT_EQ(details_of(clock).options, ZX_CLOCK_OPT_MONOTONIC);
  EXPECT_EQ(details_of(clock).last_value_update_ticks, 0);
  EXPECT_OK(set_value(clock, ZX_SEC(5)));
  const zx_clock_details_v1_t started = details_of(clock);
  EXPECT_LT(0, started.last_value_update_ticks);
  // It starts with a rate of its own.
  EXPECT_EQ(started.last_rate_adjust_update_ticks, started.last_value_update_ticks);
  EXPECT_EQ(started.last_error_bounds_update_ticks, 0);
  EXPECT_EQ(started.ticks_to_synthetic.reference_offset, started.last_value_update_ticks);
  EXPECT_EQ(started.ticks_to_synthetic.synthetic_offset, ZX_SEC(5));
  EXPECT_EQ(started.mono_to_synthetic.synthetic_offset, ZX_SEC(5));
  EXPECT_EQ(started.mono_to_synthetic.rate.synthetic_ticks,
            started.mono_to_synthetic.rate.reference_ticks);
  EXPECT_GE(started.query_ticks, started.last_value_update_ticks);
  EXPECT_OK(set_rate(clock, 7));
  const zx_clock_details_v1_t slower = details_of(clock);
  EXPECT_EQ(slower.last_value_update_ticks, started.last_value_update_ticks);
  EXPECT_LT(started.last_rate_adjust_update_ticks, slower.last_rate_adjust_update_ticks);
  EXPECT_EQ(slower.ticks_to_synthetic.reference_offset, slower.last_rate_adjust_update_ticks);
}

// Readers see the clock before an update or after it.
TEST(clocks, are_read_while_they_are_set) {
  const Handle clock = make_clock();
  EXPECT_OK(set_value(clock, 0));
  std::atomic<bool> stop{false};
  int torn = 0;
  Thread reader([&] {
    while (!stop.load()) {
      const zx_time_t now = read(clock);
      if (!(now >= 0 && now < ZX_SEC(500)) && now < ZX_SEC(1000)) ++torn;
    }
  });
  for (int i = 0; i < 2000; ++i) EXPECT_OK(set_value(clock, i % 2 == 0 ? ZX_SEC(1000) : 0));
  stop.store(true);
  reader.join();
  EXPECT_EQ(torn, 0);
}

// --- The system's

TEST(utc_clock, is_given_to_programs) {
  const zx_handle_t utc = user::startup().handle(PA_CLOCK_UTC);
  ASSERT_TRUE(utc != ZX_HANDLE_INVALID);
  EXPECT_EQ(basic_info(utc).type, ZX_OBJ_TYPE_CLOCK);
  EXPECT_EQ(signals_of(utc), ZX_CLOCK_STARTED);
  zx_time_t told = 0;
  zx_time_t known = 0;
  EXPECT_OK(zx_clock_read(utc, &told));
  EXPECT_OK(zx_clock_get(ZX_CLOCK_UTC, &known));
  EXPECT_LT(known - told, ZX_SEC(60));
  EXPECT_LT(told - known, ZX_SEC(60));
}

TEST(utc_clock, goes_on) {
  const zx_handle_t utc = user::startup().handle(PA_CLOCK_UTC);
  zx_time_t first = 0;
  zx_time_t second = 0;
  EXPECT_OK(zx_clock_read(utc, &first));
  zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
  EXPECT_OK(zx_clock_read(utc, &second));
  EXPECT_GE(second - first, ZX_MSEC(1));
}

// The first program maintains it; those that others start may read it.
CHILD(reads_the_utc_clock) {
  const zx_handle_t utc = user::startup().handle(PA_CLOCK_UTC);
  zx_time_t now = 0;
  EXPECT_OK(zx_clock_read(utc, &now));
  EXPECT_STATUS(zx_clock_update(utc, 0, nullptr), ZX_ERR_INVALID_ARGS);
  const zx_clock_update_args_v1_t args{};
  EXPECT_STATUS(zx_clock_update(utc, kV1 | ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID, &args),
                ZX_ERR_ACCESS_DENIED);
}

TEST(utc_clock, is_only_read_by_others) { Child("reads_the_utc_clock").expect_success(); }

}  // namespace
}  // namespace core
