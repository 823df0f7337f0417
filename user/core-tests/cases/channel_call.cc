// channel_call: a request and the reply that belongs to it.
#include <zircon/syscalls/channel.h>

#include "child.h"
#include "support.h"

namespace core {
namespace {

struct Text {
  zx_txid_t txid = 0;
  uint32_t value = 0;
};

// One call that sends and receives a Text.
struct Call {
  Text request;
  Text reply;
  zx_handle_t reply_handle = ZX_HANDLE_INVALID;
  uint32_t bytes = 0;
  uint32_t handles = 0;
  zx_channel_call_args_t args{.wr_bytes = &request,
                              .wr_handles = nullptr,
                              .rd_bytes = &reply,
                              .rd_handles = &reply_handle,
                              .wr_num_bytes = sizeof(Text),
                              .wr_num_handles = 0,
                              .rd_num_bytes = sizeof(Text),
                              .rd_num_handles = 1};
  zx_status_t run(const Handle& channel, zx_time_t deadline = ZX_TIME_INFINITE) {
    return zx_channel_call(channel.get(), 0, deadline, &args, &bytes, &handles);
  }
};

Text read_text(const Handle& channel) {
  Text text;
  EXPECT_OK(zx_object_wait_one(channel.get(), ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr));
  EXPECT_OK(zx_channel_read(channel.get(), 0, &text, nullptr, sizeof(text), 0, nullptr, nullptr));
  return text;
}

zx_status_t write_text(const Handle& channel, const Text& text) {
  return zx_channel_write(channel.get(), 0, &text, sizeof(text), nullptr, 0);
}

TEST(channel_call, gets_its_reply) {
  const Pair channel = make_channel();
  Thread server([&] {
    Text text = read_text(channel.b);
    text.value += 1;
    EXPECT_OK(write_text(channel.b, text));
  });
  Call call;
  call.request.value = 41;
  EXPECT_OK(call.run(channel.a));
  EXPECT_EQ(call.reply.value, 42);
  EXPECT_EQ(call.bytes, sizeof(Text));
  EXPECT_EQ(call.handles, 0);
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
}

TEST(channel_call, ids_are_the_kernels_and_differ) {
  const Pair channel = make_channel();
  Thread server([&] {
    const Text first = read_text(channel.b);
    const Text second = read_text(channel.b);
    EXPECT_EQ(first.txid & 0x80000000u, 0x80000000u);
    EXPECT_EQ(second.txid & 0x80000000u, 0x80000000u);
    EXPECT_NE(first.txid, second.txid);
    // Replies in the other order find their calls all the same.
    EXPECT_OK(write_text(channel.b, second));
    EXPECT_OK(write_text(channel.b, first));
  });
  const auto call = [&](uint32_t value) {
    Call one;
    one.request.value = value;
    EXPECT_OK(one.run(channel.a));
    EXPECT_EQ(one.reply.value, value);
  };
  Thread other([&] { call(1); });
  call(2);
}

TEST(channel_call, other_messages_are_ordinary) {
  const Pair channel = make_channel();
  Thread server([&] {
    const Text request = read_text(channel.b);
    EXPECT_OK(write_text(channel.b, {.txid = request.txid ^ 1, .value = 7}));
    EXPECT_OK(write_text(channel.b, request));
  });
  Call call;
  EXPECT_OK(call.run(channel.a));
  EXPECT_EQ(read_text(channel.a).value, 7);
}

TEST(channel_call, carries_handles_both_ways) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  Thread server([&] {
    Text text;
    Handle got;
    EXPECT_OK(zx_object_wait_one(channel.b.get(), ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr));
    EXPECT_OK(
        zx_channel_read(channel.b.get(), 0, &text, got.out(), sizeof(text), 1, nullptr, nullptr));
    const zx_handle_t back = got.release();
    EXPECT_OK(zx_channel_write(channel.b.get(), 0, &text, sizeof(text), &back, 1));
  });
  Call call;
  const zx_handle_t sent = event.duplicate().release();
  call.args.wr_handles = &sent;
  call.args.wr_num_handles = 1;
  EXPECT_OK(call.run(channel.a));
  EXPECT_FALSE(is_valid(sent));
  EXPECT_EQ(call.handles, 1);
  const Handle got(call.reply_handle);
  EXPECT_EQ(koid_of(got.get()), koid_of(event.get()));
}

TEST(channel_call, needs_room_for_an_id) {
  const Pair channel = make_channel();
  Call call;
  call.args.wr_num_bytes = 3;
  EXPECT_STATUS(call.run(channel.a), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_WRITABLE);
}

TEST(channel_call, refuses_options_and_bad_arguments) {
  const Pair channel = make_channel();
  Call call;
  EXPECT_STATUS(zx_channel_call(channel.a.get(), 1, 0, &call.args, &call.bytes, &call.handles),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_channel_call(channel.a.get(), 0, 0, bad_pointer<zx_channel_call_args_t>(),
                                &call.bytes, &call.handles),
                ZX_ERR_INVALID_ARGS);
}

TEST(channel_call, needs_both_rights) {
  const auto refused = [](zx_rights_t missing) {
    Pair channel = make_channel();
    Handle fewer;
    EXPECT_OK(zx_handle_replace(channel.a.release(), basic_info(channel.b.get()).rights & ~missing,
                                fewer.out()));
    Call call;
    EXPECT_STATUS(call.run(fewer, 0), ZX_ERR_ACCESS_DENIED);
  };
  refused(ZX_RIGHT_READ);
  refused(ZX_RIGHT_WRITE);
}

TEST(channel_call, consumes_handles_on_failure) {
  Pair channel = make_channel();
  channel.b.reset();
  Call call;
  const zx_handle_t sent = make_event().release();
  call.args.wr_handles = &sent;
  call.args.wr_num_handles = 1;
  EXPECT_STATUS(call.run(channel.a), ZX_ERR_PEER_CLOSED);
  EXPECT_FALSE(is_valid(sent));
}

TEST(channel_call, sends_before_it_times_out) {
  const Pair channel = make_channel();
  Call call;
  call.request.value = 5;
  EXPECT_STATUS(call.run(channel.a, 0), ZX_ERR_TIMED_OUT);
  const Text request = read_text(channel.b);
  EXPECT_EQ(request.value, 5);
  // A reply that comes too late is an ordinary message.
  EXPECT_OK(write_text(channel.b, request));
  EXPECT_EQ(read_text(channel.a).txid, request.txid);
}

TEST(channel_call, drops_a_reply_that_is_too_large) {
  const Pair channel = make_channel();
  Thread server([&] {
    struct {
      Text text;
      char more[16];
    } reply{read_text(channel.b), {}};
    EXPECT_OK(zx_channel_write(channel.b.get(), 0, &reply, sizeof(reply), nullptr, 0));
  });
  Call call;
  EXPECT_STATUS(call.run(channel.a), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(call.bytes, sizeof(Text) + 16);
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
}

TEST(channel_call, ends_when_the_peer_goes) {
  Pair channel = make_channel();
  Thread caller([&] {
    Call call;
    EXPECT_STATUS(call.run(channel.a), ZX_ERR_PEER_CLOSED);
  });
  await_state(caller.handle(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  channel.b.reset();
}

TEST(channel_call, ends_when_its_own_end_goes) {
  Pair channel = make_channel();
  Thread caller([value = channel.a.get()] {
    Call call;
    EXPECT_STATUS(
        zx_channel_call(value, 0, ZX_TIME_INFINITE, &call.args, &call.bytes, &call.handles),
        ZX_ERR_CANCELED);
  });
  await_state(caller.handle(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  channel.a.reset();
}

TEST(channel_call, goes_on_while_its_end_is_transferred) {
  Pair channel = make_channel();
  const Pair carrier = make_channel();
  Thread caller([&] {
    Call call;
    EXPECT_OK(call.run(channel.a));
    EXPECT_EQ(call.reply.value, 9);
  });
  await_state(caller.handle(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  const zx_handle_t sent = channel.a.release();
  EXPECT_OK(zx_channel_write(carrier.a.get(), 0, nullptr, 0, &sent, 1));
  Handle received;
  EXPECT_OK(zx_channel_read(carrier.b.get(), 0, nullptr, received.out(), 0, 1, nullptr, nullptr));
  EXPECT_EQ(state_of(caller.handle()), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  Text request = read_text(channel.b);
  // The new owner can use the end meanwhile.
  EXPECT_OK(write_text(received, {.txid = 1, .value = 2}));
  request.value = 9;
  EXPECT_OK(write_text(channel.b, request));
}

TEST(channel_call, survives_being_suspended) {
  const Pair channel = make_channel();
  Call call;
  Thread caller([&] { EXPECT_OK(call.run(channel.a)); });
  await_state(caller.handle(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  Handle token;
  EXPECT_OK(zx_task_suspend_token(caller.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(caller.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  Text request = read_text(channel.b);
  request.value = 3;
  EXPECT_OK(write_text(channel.b, request));
  // The reply is the caller's, though it does not run.
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
  EXPECT_STATUS(zx_channel_read(channel.a.get(), 0, nullptr, nullptr, 0, 0, nullptr, nullptr),
                ZX_ERR_SHOULD_WAIT);
  token.reset();
  caller.join();
  EXPECT_EQ(call.reply.value, 3);
}

TEST(channel_call, reaches_another_process) {
  const Child child("echoes_one_request");
  Call call;
  call.request.value = 20;
  EXPECT_STATUS(
      zx_channel_call(child.channel(), 0, ZX_TIME_INFINITE, &call.args, &call.bytes, &call.handles),
      ZX_OK);
  EXPECT_EQ(call.reply.value, 21);
  child.expect_success();
}

CHILD(echoes_one_request) {
  await_parent();
  Text text;
  EXPECT_OK(
      zx_channel_read(parent_channel(), 0, &text, nullptr, sizeof(text), 0, nullptr, nullptr));
  text.value += 1;
  EXPECT_OK(zx_channel_write(parent_channel(), 0, &text, sizeof(text), nullptr, 0));
}

}  // namespace
}  // namespace core
