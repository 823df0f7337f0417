// Channels: messages of bytes and handles.
#include <zircon/syscalls/channel.h>

#include <cstring>

#include "support.h"

namespace core {
namespace {

zx_status_t write_text(const Handle& channel, std::string_view text) {
  return zx_channel_write(channel.get(), 0, text.data(), static_cast<uint32_t>(text.size()),
                          nullptr, 0);
}

void expect_text(const Handle& channel, std::string_view text) {
  char buffer[64];
  uint32_t bytes = 0;
  uint32_t handles = 0;
  EXPECT_OK(
      zx_channel_read(channel.get(), 0, buffer, nullptr, sizeof(buffer), 0, &bytes, &handles));
  EXPECT_EQ(std::string_view(buffer, bytes), text);
  EXPECT_EQ(handles, 0);
}

zx_status_t read_nothing(const Handle& channel, uint32_t options = 0) {
  return zx_channel_read(channel.get(), options, nullptr, nullptr, 0, 0, nullptr, nullptr);
}

TEST(channels, create_refuses_options) {
  zx_handle_t a = 0;
  zx_handle_t b = 0;
  EXPECT_STATUS(zx_channel_create(1, &a, &b), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(a, ZX_HANDLE_INVALID);
}

TEST(channels, create_to_a_bad_place_leaves_nothing) {
  zx_handle_t a = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_channel_create(0, &a, bad_pointer<zx_handle_t>()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_channel_create(0, bad_pointer<zx_handle_t>(), &a), ZX_ERR_INVALID_ARGS);
}

TEST(channels, are_writable_and_readable_while_messages_wait) {
  const Pair channel = make_channel();
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
  EXPECT_OK(write_text(channel.a, "one"));
  EXPECT_OK(write_text(channel.a, "two"));
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  expect_text(channel.b, "one");
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  expect_text(channel.b, "two");
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_WRITABLE);
}

TEST(channels, carry_messages_both_ways) {
  const Pair channel = make_channel();
  EXPECT_OK(write_text(channel.a, "there"));
  EXPECT_OK(write_text(channel.b, "back"));
  expect_text(channel.b, "there");
  expect_text(channel.a, "back");
}

TEST(channels, keep_the_order) {
  const Pair channel = make_channel();
  for (uint32_t i = 0; i < 100; ++i)
    EXPECT_OK(zx_channel_write(channel.a.get(), 0, &i, sizeof(i), nullptr, 0));
  for (uint32_t i = 0; i < 100; ++i) {
    uint32_t got = 0;
    EXPECT_OK(zx_channel_read(channel.b.get(), 0, &got, nullptr, sizeof(got), 0, nullptr, nullptr));
    EXPECT_EQ(got, i);
  }
}

TEST(channels, carry_an_empty_message) {
  const Pair channel = make_channel();
  EXPECT_OK(write_text(channel.a, ""));
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  EXPECT_OK(read_nothing(channel.b));
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_SHOULD_WAIT);
}

TEST(channels, carry_the_largest_message_and_no_larger) {
  const Pair channel = make_channel();
  static char out[ZX_CHANNEL_MAX_MSG_BYTES + 1];
  static char in[ZX_CHANNEL_MAX_MSG_BYTES];
  for (size_t i = 0; i < sizeof(out); ++i) out[i] = static_cast<char>(i * 7);
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, out, ZX_CHANNEL_MAX_MSG_BYTES, nullptr, 0));
  uint32_t bytes = 0;
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, in, nullptr, sizeof(in), 0, &bytes, nullptr));
  EXPECT_EQ(bytes, ZX_CHANNEL_MAX_MSG_BYTES);
  EXPECT_EQ(memcmp(in, out, sizeof(in)), 0);
  EXPECT_STATUS(zx_channel_write(channel.a.get(), 0, out, ZX_CHANNEL_MAX_MSG_BYTES + 1, nullptr, 0),
                ZX_ERR_OUT_OF_RANGE);
}

TEST(channels, empty_ones_ask_to_wait_or_tell_that_the_peer_has_gone) {
  Pair channel = make_channel();
  EXPECT_STATUS(read_nothing(channel.a), ZX_ERR_SHOULD_WAIT);
  channel.b.reset();
  EXPECT_STATUS(read_nothing(channel.a), ZX_ERR_PEER_CLOSED);
  EXPECT_STATUS(write_text(channel.a, "x"), ZX_ERR_PEER_CLOSED);
}

TEST(channels, messages_outlive_their_sender) {
  Pair channel = make_channel();
  EXPECT_OK(write_text(channel.a, "left"));
  channel.a.reset();
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
  expect_text(channel.b, "left");
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_PEER_CLOSED);
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_PEER_CLOSED);
}

TEST(channels, closing_an_end_destroys_what_was_sent_to_it) {
  Pair channel = make_channel();
  Pair inner = make_channel();
  const zx_handle_t sent = inner.a.release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, &sent, 1));
  EXPECT_EQ(signals_of(inner.b), ZX_CHANNEL_WRITABLE);
  channel.b.reset();
  EXPECT_EQ(signals_of(inner.b), ZX_CHANNEL_PEER_CLOSED);
}

TEST(channels, read_with_too_small_a_buffer_keeps_the_message) {
  const Pair channel = make_channel();
  EXPECT_OK(write_text(channel.a, "four"));
  char buffer[3];
  uint32_t bytes = 0;
  uint32_t handles = 7;
  EXPECT_STATUS(zx_channel_read(channel.b.get(), 0, buffer, nullptr, 3, 0, &bytes, &handles),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes, 4);
  EXPECT_EQ(handles, 0);
  expect_text(channel.b, "four");
}

TEST(channels, read_with_room_for_too_few_handles_keeps_the_message) {
  const Pair channel = make_channel();
  zx_handle_t sent[] = {make_event().release(), make_event().release()};
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, sent, 2));
  zx_handle_t got[2] = {};
  uint32_t bytes = 7;
  uint32_t handles = 0;
  EXPECT_STATUS(zx_channel_read(channel.b.get(), 0, nullptr, got, 0, 1, &bytes, &handles),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes, 0);
  EXPECT_EQ(handles, 2);
  EXPECT_EQ(got[0], ZX_HANDLE_INVALID);
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, nullptr, got, 0, 2, &bytes, &handles));
  EXPECT_OK(zx_handle_close_many(got, 2));
}

TEST(channels, read_may_discard_what_does_not_fit) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  const zx_handle_t sent = event.duplicate().release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, "four", 4, &sent, 1));
  uint32_t bytes = 0;
  uint32_t handles = 0;
  EXPECT_STATUS(zx_channel_read(channel.b.get(), ZX_CHANNEL_READ_MAY_DISCARD, nullptr, nullptr, 0,
                                0, &bytes, &handles),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes, 4);
  EXPECT_EQ(handles, 1);
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(info<zx_info_handle_count_t>(event.get(), ZX_INFO_HANDLE_COUNT).handle_count, 1);
}

TEST(channels, read_refuses_other_options) {
  const Pair channel = make_channel();
  EXPECT_OK(write_text(channel.a, ""));
  EXPECT_STATUS(read_nothing(channel.b, 2), ZX_ERR_NOT_SUPPORTED);
  EXPECT_OK(read_nothing(channel.b));
}

TEST(channels, need_rights) {
  const Pair channel = make_channel();
  Pair other = make_channel();
  Handle unreadable;
  Handle unwritable;
  const zx_rights_t rights = rights_of(other.a);
  EXPECT_OK(zx_handle_replace(other.a.release(), rights & ~ZX_RIGHT_READ, unreadable.out()));
  EXPECT_OK(zx_handle_replace(other.b.release(), rights & ~ZX_RIGHT_WRITE, unwritable.out()));
  EXPECT_STATUS(read_nothing(unreadable), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write_text(unwritable, "x"), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(write_text(unreadable, "x"));
}

TEST(channels, refuse_other_objects) {
  const Handle event = make_event();
  EXPECT_STATUS(read_nothing(event), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(write_text(event, "x"), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_channel_write(kBadHandle, 0, nullptr, 0, nullptr, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_channel_read(kBadHandle, 0, nullptr, nullptr, 0, 0, nullptr, nullptr),
                ZX_ERR_BAD_HANDLE);
}

TEST(channels, write_from_a_bad_place) {
  const Pair channel = make_channel();
  EXPECT_STATUS(zx_channel_write(channel.a.get(), 0, bad_pointer<char>(), 8, nullptr, 0),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_channel_write(channel.a.get(), 0, nullptr, 0, bad_pointer<zx_handle_t>(), 1),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_SHOULD_WAIT);
}

TEST(channels, hand_over_handles_with_their_rights) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  const zx_handle_t sent = with_rights(event, ZX_RIGHT_TRANSFER | ZX_RIGHT_WAIT).release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, "h", 1, &sent, 1));
  EXPECT_FALSE(is_valid(sent));
  Handle got;
  char byte = 0;
  uint32_t handles = 0;
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, &byte, got.out(), 1, 1, nullptr, &handles));
  EXPECT_EQ(handles, 1);
  EXPECT_EQ(koid_of(got.get()), koid_of(event.get()));
  EXPECT_EQ(rights_of(got), ZX_RIGHT_TRANSFER | ZX_RIGHT_WAIT);
}

TEST(channels, carry_as_many_handles_as_allowed) {
  const Pair channel = make_channel();
  zx_handle_t sent[ZX_CHANNEL_MAX_MSG_HANDLES];
  for (zx_handle_t& handle : sent) handle = make_event().release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, sent, ZX_CHANNEL_MAX_MSG_HANDLES));
  zx_handle_t got[ZX_CHANNEL_MAX_MSG_HANDLES];
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, nullptr, got, 0, ZX_CHANNEL_MAX_MSG_HANDLES,
                            nullptr, nullptr));
  EXPECT_OK(zx_handle_close_many(got, ZX_CHANNEL_MAX_MSG_HANDLES));
}

TEST(channels, refuse_more_handles_and_consume_them) {
  const Pair channel = make_channel();
  zx_handle_t sent[ZX_CHANNEL_MAX_MSG_HANDLES + 1];
  for (zx_handle_t& handle : sent) handle = make_event().release();
  EXPECT_STATUS(
      zx_channel_write(channel.a.get(), 0, nullptr, 0, sent, ZX_CHANNEL_MAX_MSG_HANDLES + 1),
      ZX_ERR_OUT_OF_RANGE);
  for (const zx_handle_t handle : sent) EXPECT_FALSE(is_valid(handle));
}

// What is sent is gone from the sender whatever the outcome.
void expect_refused_and_consumed(const Handle& channel, zx_handle_t bad, zx_status_t status) {
  zx_handle_t sent[] = {make_event().release(), bad, make_event().release()};
  EXPECT_STATUS(zx_channel_write(channel.get(), 0, nullptr, 0, sent, 3), status);
  for (const zx_handle_t handle : sent) EXPECT_FALSE(is_valid(handle));
}

TEST(channels, a_handle_that_may_not_be_transferred_fails_the_whole_message) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  expect_refused_and_consumed(channel.a, without(event, ZX_RIGHT_TRANSFER).release(),
                              ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_SHOULD_WAIT);
}

TEST(channels, a_bad_handle_fails_the_whole_message) {
  const Pair channel = make_channel();
  expect_refused_and_consumed(channel.a, kBadHandle, ZX_ERR_BAD_HANDLE);
  expect_refused_and_consumed(channel.a, ZX_HANDLE_INVALID, ZX_ERR_BAD_HANDLE);
}

TEST(channels, a_repeated_handle_fails_the_whole_message) {
  const Pair channel = make_channel();
  const zx_handle_t event = make_event().release();
  const zx_handle_t sent[] = {event, event};
  EXPECT_STATUS(zx_channel_write(channel.a.get(), 0, nullptr, 0, sent, 2), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(is_valid(event));
}

TEST(channels, handles_are_consumed_on_every_error) {
  Pair channel = make_channel();
  const auto expect_consumed = [](zx_handle_t target, uint32_t options, zx_status_t status) {
    const zx_handle_t sent = make_event().release();
    EXPECT_STATUS(zx_channel_write(target, options, nullptr, 0, &sent, 1), status);
    EXPECT_FALSE(is_valid(sent));
  };
  expect_consumed(channel.a.get(), 1, ZX_ERR_INVALID_ARGS);
  expect_consumed(kBadHandle, 0, ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  expect_consumed(event.get(), 0, ZX_ERR_WRONG_TYPE);
  channel.b.reset();
  expect_consumed(channel.a.get(), 0, ZX_ERR_PEER_CLOSED);
}

TEST(channels, do_not_carry_themselves) {
  Pair channel = make_channel();
  const zx_handle_t self = channel.a.release();
  EXPECT_STATUS(zx_channel_write(self, 0, nullptr, 0, &self, 1), ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(is_valid(self));
  EXPECT_EQ(signals_of(channel.b), ZX_CHANNEL_PEER_CLOSED);
}

TEST(channels, carry_their_own_peer) {
  Pair channel = make_channel();
  const zx_handle_t peer = channel.b.release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, &peer, 1));
  // Nobody else holds it: it lies in its own queue until the last handle to the other end has gone.
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
}

TEST(channels_etc, read_tells_types_and_rights) {
  const Pair channel = make_channel();
  zx_handle_t sent[] = {make_event().release(), make_vmo(1).release()};
  const zx_rights_t rights[] = {basic_info(sent[0]).rights, basic_info(sent[1]).rights};
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, sent, 2));
  zx_handle_info_t got[2] = {};
  uint32_t count = 0;
  EXPECT_OK(zx_channel_read_etc(channel.b.get(), 0, nullptr, got, 0, 2, nullptr, &count));
  ASSERT_EQ(count, 2);
  EXPECT_EQ(got[0].type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(got[0].rights, rights[0]);
  EXPECT_EQ(got[0].unused, 0);
  EXPECT_EQ(got[1].type, ZX_OBJ_TYPE_VMO);
  EXPECT_EQ(got[1].rights, rights[1]);
  EXPECT_OK(zx_handle_close(got[0].handle));
  EXPECT_OK(zx_handle_close(got[1].handle));
}

zx_status_t write_one(const Handle& channel, zx_handle_disposition_t& disposition) {
  return zx_channel_write_etc(channel.get(), 0, nullptr, 0, &disposition, 1);
}

zx_handle_info_t read_one(const Handle& channel) {
  zx_handle_info_t got{};
  EXPECT_OK(zx_channel_read_etc(channel.get(), 0, nullptr, &got, 0, 1, nullptr, nullptr));
  return got;
}

TEST(channels_etc, write_moves_with_fewer_rights) {
  const Pair channel = make_channel();
  const zx_handle_t event = make_event().release();
  zx_handle_disposition_t sent{ZX_HANDLE_OP_MOVE, event, ZX_OBJ_TYPE_EVENT, ZX_RIGHT_WAIT, ZX_OK};
  EXPECT_OK(write_one(channel.a, sent));
  EXPECT_FALSE(is_valid(event));
  const Handle got(read_one(channel.b).handle);
  EXPECT_EQ(rights_of(got), ZX_RIGHT_WAIT);
}

TEST(channels_etc, write_duplicates) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  zx_handle_disposition_t sent{ZX_HANDLE_OP_DUPLICATE, event.get(), ZX_OBJ_TYPE_NONE,
                               ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  EXPECT_OK(write_one(channel.a, sent));
  EXPECT_TRUE(is_valid(event.get()));
  const Handle got(read_one(channel.b).handle);
  EXPECT_EQ(koid_of(got.get()), koid_of(event.get()));
  EXPECT_EQ(rights_of(got), rights_of(event));
}

TEST(channels_etc, write_checks_the_type) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  zx_handle_disposition_t sent{ZX_HANDLE_OP_DUPLICATE, event.get(), ZX_OBJ_TYPE_VMO,
                               ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  EXPECT_STATUS(write_one(channel.a, sent), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(sent.result, ZX_ERR_WRONG_TYPE);
}

TEST(channels_etc, write_checks_the_rights) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  zx_handle_disposition_t more{ZX_HANDLE_OP_DUPLICATE, event.get(), ZX_OBJ_TYPE_NONE,
                               ZX_RIGHT_EXECUTE, ZX_OK};
  EXPECT_STATUS(write_one(channel.a, more), ZX_ERR_INVALID_ARGS);
  const Handle single = without(event, ZX_RIGHT_DUPLICATE);
  zx_handle_disposition_t duplicate{ZX_HANDLE_OP_DUPLICATE, single.get(), ZX_OBJ_TYPE_NONE,
                                    ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  EXPECT_STATUS(write_one(channel.a, duplicate), ZX_ERR_ACCESS_DENIED);
  const Handle fixed = without(event, ZX_RIGHT_TRANSFER);
  zx_handle_disposition_t transfer{ZX_HANDLE_OP_DUPLICATE, fixed.get(), ZX_OBJ_TYPE_NONE,
                                   ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  EXPECT_STATUS(write_one(channel.a, transfer), ZX_ERR_ACCESS_DENIED);
}

TEST(channels_etc, write_refuses_unknown_operations) {
  const Pair channel = make_channel();
  const Handle event = make_event();
  zx_handle_disposition_t sent{2, event.get(), ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  EXPECT_STATUS(write_one(channel.a, sent), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_channel_write_etc(channel.a.get(), 2, nullptr, 0, nullptr, 0),
                ZX_ERR_INVALID_ARGS);
}

TEST(channels_etc, write_tells_of_each_bad_entry_and_moves_consume) {
  const Pair channel = make_channel();
  const Handle kept = make_event();
  const zx_handle_t moved = make_event().release();
  zx_handle_disposition_t sent[] = {
      {ZX_HANDLE_OP_MOVE, moved, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, ZX_OK},
      {ZX_HANDLE_OP_MOVE, kBadHandle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, ZX_OK},
      {ZX_HANDLE_OP_DUPLICATE, kept.get(), ZX_OBJ_TYPE_VMO, ZX_RIGHT_SAME_RIGHTS, ZX_OK},
  };
  EXPECT_STATUS(zx_channel_write_etc(channel.a.get(), 0, nullptr, 0, sent, 3), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(sent[0].result, ZX_OK);
  EXPECT_STATUS(sent[1].result, ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(sent[2].result, ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(is_valid(moved));
  EXPECT_TRUE(is_valid(kept.get()));
  EXPECT_STATUS(read_nothing(channel.b), ZX_ERR_SHOULD_WAIT);
}

TEST(channels_etc, do_not_carry_themselves) {
  Pair channel = make_channel();
  const zx_handle_t self = channel.a.release();
  zx_handle_disposition_t sent{ZX_HANDLE_OP_MOVE, self, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS,
                               ZX_OK};
  EXPECT_STATUS(zx_channel_write_etc(self, 0, nullptr, 0, &sent, 1), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(sent.result, ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(is_valid(self));
}

}  // namespace
}  // namespace core
