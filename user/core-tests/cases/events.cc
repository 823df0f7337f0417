// Events and event pairs.
#include "support.h"

namespace core {
namespace {

TEST(events, start_unsignalled) { EXPECT_EQ(signals_of(make_event()), ZX_SIGNAL_NONE); }

TEST(events, create_refuses_options) {
  zx_handle_t event = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_event_create(1, &event), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(event, ZX_HANDLE_INVALID);
}

TEST(events, create_to_a_bad_place) {
  EXPECT_STATUS(zx_event_create(0, bad_pointer<zx_handle_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(events, can_be_signalled) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
  EXPECT_EQ(signals_of(event), ZX_EVENT_SIGNALED);
  EXPECT_OK(zx_object_signal(event.get(), ZX_EVENT_SIGNALED, ZX_USER_SIGNAL_3));
  EXPECT_EQ(signals_of(event), ZX_USER_SIGNAL_3);
}

TEST(events, have_no_peer) {
  const Handle event = make_event();
  EXPECT_STATUS(zx_object_signal_peer(event.get(), 0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(basic_info(event.get()).related_koid, ZX_KOID_INVALID);
}

TEST(eventpairs, start_unsignalled) {
  const Pair pair = make_eventpair();
  EXPECT_EQ(signals_of(pair.a), ZX_SIGNAL_NONE);
  EXPECT_EQ(signals_of(pair.b), ZX_SIGNAL_NONE);
}

TEST(eventpairs, refuse_options) {
  zx_handle_t a = ZX_HANDLE_INVALID;
  zx_handle_t b = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_eventpair_create(1, &a, &b), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(a, ZX_HANDLE_INVALID);
  EXPECT_EQ(b, ZX_HANDLE_INVALID);
}

TEST(eventpairs, create_to_a_bad_place_leaves_nothing) {
  zx_handle_t a = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_eventpair_create(0, &a, bad_pointer<zx_handle_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(eventpairs, know_each_other) {
  const Pair pair = make_eventpair();
  EXPECT_EQ(basic_info(pair.a.get()).related_koid, koid_of(pair.b.get()));
  EXPECT_EQ(basic_info(pair.b.get()).related_koid, koid_of(pair.a.get()));
}

TEST(eventpairs, signal_themselves_and_each_other) {
  const Pair pair = make_eventpair();
  EXPECT_OK(zx_object_signal(pair.a.get(), 0, ZX_EVENTPAIR_SIGNALED));
  EXPECT_EQ(signals_of(pair.a), ZX_EVENTPAIR_SIGNALED);
  EXPECT_EQ(signals_of(pair.b), ZX_SIGNAL_NONE);
  EXPECT_OK(zx_object_signal_peer(pair.a.get(), 0, ZX_USER_SIGNAL_0));
  EXPECT_EQ(signals_of(pair.a), ZX_EVENTPAIR_SIGNALED);
  EXPECT_EQ(signals_of(pair.b), ZX_USER_SIGNAL_0);
}

TEST(eventpairs, tell_when_the_peer_has_gone) {
  Pair pair = make_eventpair();
  EXPECT_OK(zx_object_signal(pair.a.get(), 0, ZX_USER_SIGNAL_1));
  pair.b.reset();
  EXPECT_EQ(signals_of(pair.a), ZX_EVENTPAIR_PEER_CLOSED | ZX_USER_SIGNAL_1);
  EXPECT_STATUS(zx_object_signal_peer(pair.a.get(), 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
}

TEST(eventpairs, live_as_long_as_any_handle) {
  Pair pair = make_eventpair();
  const Handle copy = pair.b.duplicate();
  pair.b.reset();
  EXPECT_EQ(signals_of(pair.a), ZX_SIGNAL_NONE);
}

}  // namespace
}  // namespace core
