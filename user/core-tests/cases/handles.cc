// Handles: close, duplicate, replace, and what they say of themselves.
#include "support.h"

namespace core {
namespace {

TEST(handles, values_have_the_fixed_bits) {
  const Handle event = make_event();
  EXPECT_NE(event.get(), ZX_HANDLE_INVALID);
  EXPECT_EQ(event.get() & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
}

TEST(handles, close_accepts_zero) { EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID)); }

TEST(handles, close_makes_the_value_bad) {
  Handle event = make_event();
  const zx_handle_t value = event.release();
  EXPECT_OK(zx_handle_close(value));
  EXPECT_STATUS(zx_handle_close(value), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(is_valid(value));
}

TEST(handles, close_needs_no_rights) {
  const Handle event = make_event();
  Handle bare = with_rights(event, ZX_RIGHT_NONE);
  EXPECT_OK(zx_handle_close(bare.release()));
}

TEST(handles, a_freed_slot_comes_back_with_another_value) {
  Handle first = make_event();
  const zx_handle_t value = first.get();
  first.reset();
  const Handle second = make_event();
  EXPECT_NE(second.get(), value);
}

TEST(handles, close_many_closes_each_and_skips_zeros) {
  Handle a = make_event();
  Handle b = make_event();
  const zx_handle_t values[] = {ZX_HANDLE_INVALID, a.release(), ZX_HANDLE_INVALID, b.release(),
                                ZX_HANDLE_INVALID};
  EXPECT_OK(zx_handle_close_many(values, 5));
  EXPECT_FALSE(is_valid(values[1]));
  EXPECT_FALSE(is_valid(values[3]));
}

TEST(handles, close_many_of_nothing) { EXPECT_OK(zx_handle_close_many(nullptr, 0)); }

TEST(handles, close_many_goes_on_past_a_bad_one) {
  Handle a = make_event();
  Handle b = make_event();
  const zx_handle_t values[] = {a.release(), kBadHandle, b.release()};
  EXPECT_STATUS(zx_handle_close_many(values, 3), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(is_valid(values[0]));
  EXPECT_FALSE(is_valid(values[2]));
}

TEST(handles, close_many_with_a_repeated_one) {
  Handle a = make_event();
  Handle b = make_event();
  const zx_handle_t values[] = {a.get(), b.release(), a.release()};
  EXPECT_STATUS(zx_handle_close_many(values, 3), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(is_valid(values[0]));
  EXPECT_FALSE(is_valid(values[1]));
}

TEST(handles, close_many_of_more_than_one_chunk) {
  zx_handle_t values[100];
  for (zx_handle_t& value : values) value = make_event().release();
  EXPECT_OK(zx_handle_close_many(values, 100));
  for (const zx_handle_t value : values) EXPECT_FALSE(is_valid(value));
}

TEST(handles, close_many_from_a_bad_array) {
  EXPECT_STATUS(zx_handle_close_many(bad_pointer<zx_handle_t>(), 1), ZX_ERR_INVALID_ARGS);
}

TEST(handles, duplicate_with_the_same_rights) {
  const Handle event = make_event();
  const Handle copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
  EXPECT_EQ(rights_of(copy), rights_of(event));
  EXPECT_EQ(koid_of(copy.get()), koid_of(event.get()));
  EXPECT_NE(copy.get(), event.get());
}

TEST(handles, duplicate_with_fewer_rights) {
  const Handle event = make_event();
  const Handle copy = with_rights(event, ZX_RIGHT_WAIT);
  EXPECT_EQ(rights_of(copy), ZX_RIGHT_WAIT);
}

TEST(handles, duplicate_with_no_rights) {
  const Handle event = make_event();
  const Handle copy = with_rights(event, ZX_RIGHT_NONE);
  EXPECT_EQ(rights_of(copy), ZX_RIGHT_NONE);
}

TEST(handles, duplicate_cannot_add_rights) {
  const Handle event = make_event();
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(event.get(), ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE, &copy),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS | ZX_RIGHT_WAIT, &copy),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_handle_duplicate(event.get(), 1u << 30, &copy), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(copy, ZX_HANDLE_INVALID);
}

TEST(handles, duplicate_needs_the_right) {
  const Handle event = make_event();
  const Handle fixed = without(event, ZX_RIGHT_DUPLICATE);
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(fixed.get(), ZX_RIGHT_SAME_RIGHTS, &copy),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_handle_duplicate(fixed.get(), ZX_RIGHT_NONE, &copy), ZX_ERR_ACCESS_DENIED);
}

TEST(handles, duplicate_of_a_bad_handle) {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(kBadHandle, ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_duplicate(ZX_HANDLE_INVALID, ZX_RIGHT_SAME_RIGHTS, &copy),
                ZX_ERR_BAD_HANDLE);
}

TEST(handles, duplicate_to_a_bad_place_leaves_nothing) {
  const Handle event = make_event();
  EXPECT_STATUS(zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, bad_pointer<zx_handle_t>()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(info<zx_info_handle_count_t>(event.get(), ZX_INFO_HANDLE_COUNT).handle_count, 1);
}

TEST(handles, replace_gives_a_new_value) {
  Handle event = make_event();
  const zx_handle_t old = event.get();
  Handle fresh;
  EXPECT_OK(zx_handle_replace(event.release(), ZX_RIGHT_WAIT, fresh.out()));
  EXPECT_FALSE(is_valid(old));
  EXPECT_EQ(rights_of(fresh), ZX_RIGHT_WAIT);
}

TEST(handles, replace_needs_no_rights) {
  const Handle event = make_event();
  Handle bare = with_rights(event, ZX_RIGHT_NONE);
  Handle fresh;
  EXPECT_OK(zx_handle_replace(bare.release(), ZX_RIGHT_SAME_RIGHTS, fresh.out()));
  EXPECT_EQ(rights_of(fresh), ZX_RIGHT_NONE);
}

TEST(handles, replace_with_more_rights_loses_both) {
  Handle event = make_event();
  const zx_handle_t old = event.get();
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_replace(event.release(), ZX_RIGHT_EXECUTE, &fresh), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(is_valid(old));
  EXPECT_EQ(fresh, ZX_HANDLE_INVALID);
}

TEST(handles, replace_of_a_bad_handle) {
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_replace(kBadHandle, ZX_RIGHT_SAME_RIGHTS, &fresh), ZX_ERR_BAD_HANDLE);
}

TEST(handles, the_type_is_checked_before_the_rights) {
  const Handle event = make_event();
  const Handle bare = with_rights(event, ZX_RIGHT_NONE);
  EXPECT_STATUS(zx_channel_write(bare.get(), 0, nullptr, 0, nullptr, 0), ZX_ERR_WRONG_TYPE);
}

TEST(handles, count_includes_duplicates_and_those_in_messages) {
  const Handle event = make_event();
  const auto count = [&] {
    return info<zx_info_handle_count_t>(event.get(), ZX_INFO_HANDLE_COUNT).handle_count;
  };
  EXPECT_EQ(count(), 1);
  Handle copy = event.duplicate();
  EXPECT_EQ(count(), 2);
  Pair channel = make_channel();
  const zx_handle_t sent = copy.release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, &sent, 1));
  EXPECT_EQ(count(), 2);
  channel.b.reset();
  EXPECT_EQ(count(), 1);
}

// Every kind of object that a program can make here, with the rights that its first handle has.
struct MadeObject {
  zx_obj_type_t type;
  zx_rights_t rights;
  bool waitable;
  Handle handle;
};

void expect_kind(const MadeObject& made) {
  const auto basic = basic_info(made.handle.get());
  EXPECT_EQ(basic.type, made.type);
  EXPECT_EQ(basic.rights, made.rights);
  EXPECT_EQ(basic.props, made.waitable ? ZX_OBJ_PROP_WAITABLE : ZX_OBJ_PROP_NONE);
  EXPECT_GE(basic.koid, ZX_KOID_FIRST);
}

TEST(handles, default_rights_of_peered_objects) {
  constexpr zx_rights_t kSignals = ZX_RIGHT_SIGNAL | ZX_RIGHT_SIGNAL_PEER;
  expect_kind({ZX_OBJ_TYPE_CHANNEL,
               (ZX_RIGHTS_BASIC & ~ZX_RIGHT_DUPLICATE) | ZX_RIGHTS_IO | kSignals, true,
               make_channel().a});
  expect_kind({ZX_OBJ_TYPE_SOCKET, ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | kSignals,
               true, make_socket(0).a});
  expect_kind(
      {ZX_OBJ_TYPE_FIFO, ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | kSignals, true, make_fifo(1, 1).a});
  expect_kind({ZX_OBJ_TYPE_EVENTPAIR, ZX_RIGHTS_BASIC | kSignals, true, make_eventpair().a});
}

TEST(handles, default_rights_of_events_ports_and_timers) {
  expect_kind({ZX_OBJ_TYPE_EVENT, ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL, true, make_event()});
  expect_kind(
      {ZX_OBJ_TYPE_PORT, (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHTS_IO, false, make_port()});
  expect_kind(
      {ZX_OBJ_TYPE_TIMER, ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL, true, make_timer()});
  Handle clock;
  EXPECT_OK(zx_clock_create(0, nullptr, clock.out()));
  expect_kind({ZX_OBJ_TYPE_CLOCK, ZX_RIGHTS_BASIC | ZX_RIGHTS_IO, true, std::move(clock)});
}

TEST(handles, default_rights_of_tasks) {
  constexpr zx_rights_t kTask = ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY |
                                ZX_RIGHT_DESTROY | ZX_RIGHT_SIGNAL | ZX_RIGHT_MANAGE_THREAD;
  expect_kind({ZX_OBJ_TYPE_JOB,
               kTask | ZX_RIGHTS_POLICY | ZX_RIGHT_ENUMERATE | ZX_RIGHT_MANAGE_JOB |
                   ZX_RIGHT_MANAGE_PROCESS,
               true, make_job()});
  Handle process;
  Handle vmar;
  EXPECT_OK(zx_process_create(user::default_job(), "made", 4, 0, process.out(), vmar.out()));
  Handle thread;
  EXPECT_OK(zx_thread_create(process.get(), "made", 4, 0, thread.out()));
  expect_kind({ZX_OBJ_TYPE_PROCESS, kTask | ZX_RIGHT_ENUMERATE | ZX_RIGHT_MANAGE_PROCESS, true,
               std::move(process)});
  expect_kind({ZX_OBJ_TYPE_THREAD, kTask, true, std::move(thread)});
  expect_kind({ZX_OBJ_TYPE_VMAR,
               (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE, false,
               std::move(vmar)});
}

TEST(handles, default_rights_of_memory) {
  expect_kind({ZX_OBJ_TYPE_VMO,
               ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_MAP | ZX_RIGHT_SIGNAL,
               true, make_vmo(1)});
}

TEST(handles, koids_are_never_repeated) {
  zx_koid_t last = 0;
  for (int i = 0; i < 10; ++i) {
    const Handle event = make_event();
    EXPECT_LT(last, koid_of(event.get()));
    last = koid_of(event.get());
  }
}

}  // namespace
}  // namespace core
