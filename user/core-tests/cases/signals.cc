// object_signal and object_signal_peer: which bits, whose rights.
#include <zircon/syscalls/ipc.h>

#include "support.h"

namespace core {
namespace {

TEST(signals, clear_comes_before_set) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), ZX_USER_SIGNAL_0, ZX_USER_SIGNAL_0));
  EXPECT_EQ(signals_of(event), ZX_USER_SIGNAL_0);
}

TEST(signals, clearing_what_is_not_set) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), ZX_USER_SIGNAL_ALL, 0));
  EXPECT_EQ(signals_of(event), ZX_SIGNAL_NONE);
}

TEST(signals, all_user_bits) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_ALL));
  EXPECT_EQ(signals_of(event), ZX_USER_SIGNAL_ALL);
}

TEST(signals, the_kernels_bits_are_refused) {
  const Handle event = make_event();
  EXPECT_STATUS(zx_object_signal(event.get(), 0, ZX_OBJECT_READABLE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_object_signal(event.get(), ZX_OBJECT_PEER_CLOSED, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_object_signal(event.get(), 0, ZX_SIGNAL_HANDLE_CLOSED), ZX_ERR_INVALID_ARGS);
  const Pair channel = make_channel();
  EXPECT_STATUS(zx_object_signal(channel.a.get(), 0, ZX_OBJECT_SIGNALED), ZX_ERR_INVALID_ARGS);
  const Pair socket = make_socket(0);
  EXPECT_STATUS(zx_object_signal_peer(socket.a.get(), ZX_SOCKET_WRITABLE, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE);
}

TEST(signals, of_a_timer_and_a_job) {
  const Handle timer = make_timer();
  EXPECT_STATUS(zx_object_signal(timer.get(), 0, ZX_TIMER_SIGNALED), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx_object_signal(timer.get(), 0, ZX_USER_SIGNAL_2));
  const Handle job = make_job();
  EXPECT_OK(zx_object_signal(job.get(), 0, ZX_USER_SIGNAL_0));
  EXPECT_EQ(signals_of(job), ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES | ZX_USER_SIGNAL_0);
}

TEST(signals, need_the_right) {
  const Pair pair = make_eventpair();
  const Handle mute = without(pair.a, ZX_RIGHT_SIGNAL);
  EXPECT_STATUS(zx_object_signal(mute.get(), 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx_object_signal_peer(mute.get(), 0, ZX_USER_SIGNAL_0));
  const Handle shy = without(pair.a, ZX_RIGHT_SIGNAL_PEER);
  EXPECT_STATUS(zx_object_signal_peer(shy.get(), 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx_object_signal(shy.get(), 0, ZX_USER_SIGNAL_0));
}

TEST(signals, of_a_bad_handle) {
  EXPECT_STATUS(zx_object_signal(kBadHandle, 0, ZX_USER_SIGNAL_0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_signal_peer(kBadHandle, 0, ZX_USER_SIGNAL_0), ZX_ERR_BAD_HANDLE);
}

TEST(signals, reach_the_peer_of_every_peered_object) {
  const auto check = [](const Pair& pair) {
    EXPECT_OK(zx_object_signal_peer(pair.a.get(), 0, ZX_USER_SIGNAL_5));
    EXPECT_EQ(signals_of(pair.b) & ZX_USER_SIGNAL_ALL, ZX_USER_SIGNAL_5);
    EXPECT_EQ(signals_of(pair.a) & ZX_USER_SIGNAL_ALL, 0);
    EXPECT_EQ(basic_info(pair.a.get()).related_koid, koid_of(pair.b.get()));
  };
  check(make_channel());
  check(make_socket(ZX_SOCKET_STREAM));
  check(make_socket(ZX_SOCKET_DATAGRAM));
  check(make_fifo(2, 8));
  check(make_eventpair());
}

TEST(signals, of_a_peer_that_has_gone) {
  const auto check = [](Pair pair) {
    EXPECT_OK(zx_object_signal(pair.a.get(), 0, ZX_USER_SIGNAL_4));
    pair.b.reset();
    EXPECT_EQ(signals_of(pair.a), ZX_OBJECT_PEER_CLOSED | ZX_USER_SIGNAL_4);
    EXPECT_STATUS(zx_object_signal_peer(pair.a.get(), 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
  };
  check(make_channel());
  check(make_socket(ZX_SOCKET_STREAM));
  check(make_fifo(2, 8));
  check(make_eventpair());
}

}  // namespace
}  // namespace core
