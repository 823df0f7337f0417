// Sockets: streams and datagrams.
#include <zircon/syscalls/ipc.h>

#include <cstring>

#include "support.h"

namespace core {
namespace {

zx_status_t write_text(const Handle& socket, std::string_view text, size_t* actual = nullptr) {
  return zx_socket_write(socket.get(), 0, text.data(), text.size(), actual);
}

void expect_text(const Handle& socket, std::string_view text, uint32_t options = 0,
                 size_t room = 64) {
  char buffer[64];
  size_t actual = 0;
  EXPECT_OK(zx_socket_read(socket.get(), options, buffer, room, &actual));
  EXPECT_EQ(std::string_view(buffer, actual), text);
}

zx_status_t read_byte(const Handle& socket) {
  char byte = 0;
  return zx_socket_read(socket.get(), 0, &byte, 1, nullptr);
}

zx_info_socket_t socket_info(const Handle& socket) {
  return info<zx_info_socket_t>(socket.get(), ZX_INFO_SOCKET);
}

// Fills the socket's peer's buffer; how many bytes went in.
size_t fill(const Handle& socket) {
  static char block[4096];
  size_t total = 0;
  size_t actual = 0;
  while (zx_socket_write(socket.get(), 0, block, sizeof(block), &actual) == ZX_OK) total += actual;
  return total;
}

TEST(sockets, create_refuses_options) {
  zx_handle_t a = 0;
  zx_handle_t b = 0;
  EXPECT_STATUS(zx_socket_create(2, &a, &b), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_create(0x80000000, &a, &b), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(a, ZX_HANDLE_INVALID);
}

TEST(sockets, start_writable) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE);
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE);
  EXPECT_STATUS(read_byte(socket.a), ZX_ERR_SHOULD_WAIT);
}

TEST(sockets, carry_bytes_both_ways) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "there"));
  EXPECT_OK(write_text(socket.b, "back"));
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE);
  expect_text(socket.b, "there");
  expect_text(socket.a, "back");
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE);
}

TEST(sockets, streams_have_no_borders) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "ab"));
  EXPECT_OK(write_text(socket.a, "cdef"));
  expect_text(socket.b, "abc", 0, 3);
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE);
  expect_text(socket.b, "def");
}

TEST(sockets, peek_leaves_the_bytes) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "abc"));
  expect_text(socket.b, "ab", ZX_SOCKET_PEEK, 2);
  expect_text(socket.b, "abc", ZX_SOCKET_PEEK);
  expect_text(socket.b, "abc");
}

TEST(sockets, writing_nothing) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  size_t actual = 7;
  EXPECT_OK(zx_socket_write(socket.a.get(), 0, nullptr, 0, &actual));
  EXPECT_EQ(actual, 0);
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE);
}

TEST(sockets, fill_up_and_drain) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  const size_t total = fill(socket.a);
  const zx_info_socket_t before = socket_info(socket.b);
  EXPECT_EQ(total, before.rx_buf_max);
  EXPECT_EQ(before.rx_buf_size, total);
  EXPECT_EQ(signals_of(socket.a), ZX_SIGNAL_NONE);
  EXPECT_STATUS(write_text(socket.a, "x"), ZX_ERR_SHOULD_WAIT);
  static char drained[1 << 19];
  size_t actual = 0;
  EXPECT_OK(zx_socket_read(socket.b.get(), 0, drained, sizeof(drained), &actual));
  EXPECT_EQ(actual, total);
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE);
}

TEST(sockets, writes_are_short_when_there_is_little_room) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  static char big[1 << 20];
  size_t actual = 0;
  EXPECT_OK(zx_socket_write(socket.a.get(), 0, big, sizeof(big), &actual));
  EXPECT_EQ(actual, socket_info(socket.b).rx_buf_max);
}

TEST(sockets, refuse_bad_arguments) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_STATUS(zx_socket_write(socket.a.get(), 0, nullptr, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_read(socket.a.get(), 0, nullptr, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_write(socket.a.get(), 4, "x", 1, nullptr), ZX_ERR_INVALID_ARGS);
  char byte = 0;
  EXPECT_STATUS(zx_socket_read(socket.a.get(), 4, &byte, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_write(socket.a.get(), 0, bad_pointer<char>(), 8, nullptr),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_socket_shutdown(socket.a.get(), 4), ZX_ERR_INVALID_ARGS);
}

TEST(sockets, refuse_other_handles) {
  const Handle event = make_event();
  EXPECT_STATUS(write_text(event, "x"), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(read_byte(event), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_socket_shutdown(event.get(), 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_socket_shutdown(kBadHandle, 1), ZX_ERR_BAD_HANDLE);
}

TEST(sockets, need_rights) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  const Handle unreadable = without(socket.a, ZX_RIGHT_READ);
  const Handle unwritable = without(socket.a, ZX_RIGHT_WRITE);
  EXPECT_STATUS(read_byte(unreadable), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write_text(unwritable, "x"), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_socket_shutdown(unwritable.get(), 1), ZX_ERR_ACCESS_DENIED);
}

TEST(sockets, data_outlives_the_sender) {
  Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "left"));
  socket.a.reset();
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED);
  EXPECT_STATUS(write_text(socket.b, "x"), ZX_ERR_PEER_CLOSED);
  expect_text(socket.b, "left");
  EXPECT_STATUS(read_byte(socket.b), ZX_ERR_PEER_CLOSED);
  const zx_info_socket_t info = socket_info(socket.b);
  EXPECT_EQ(info.tx_buf_max, 0);
  EXPECT_EQ(info.tx_buf_size, 0);
}

// L and R as in the reference: R ends its writing, or L its reading; the outcome is the same.
void expect_half_closed(const Handle& l, const Handle& r) {
  EXPECT_EQ(signals_of(r), ZX_SOCKET_WRITE_DISABLED);
  EXPECT_EQ(signals_of(l) & ~ZX_SOCKET_READABLE,
            ZX_SOCKET_WRITABLE | ZX_SOCKET_PEER_WRITE_DISABLED);
  EXPECT_STATUS(write_text(r, "x"), ZX_ERR_BAD_STATE);
  expect_text(l, "before");
  EXPECT_STATUS(read_byte(l), ZX_ERR_BAD_STATE);
  EXPECT_OK(write_text(l, "still"));
  expect_text(r, "still");
}

TEST(sockets, shutting_down_writing) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.b, "before"));
  EXPECT_OK(zx_socket_shutdown(socket.b.get(), ZX_SOCKET_SHUTDOWN_WRITE));
  expect_half_closed(socket.a, socket.b);
}

TEST(sockets, shutting_down_reading) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.b, "before"));
  EXPECT_OK(zx_socket_shutdown(socket.a.get(), ZX_SOCKET_SHUTDOWN_READ));
  expect_half_closed(socket.a, socket.b);
}

TEST(sockets, shutting_down_twice_or_nothing) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(zx_socket_shutdown(socket.a.get(), 0));
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE);
  EXPECT_OK(zx_socket_shutdown(socket.a.get(), ZX_SOCKET_SHUTDOWN_WRITE));
  EXPECT_OK(zx_socket_shutdown(socket.a.get(), ZX_SOCKET_SHUTDOWN_WRITE));
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITE_DISABLED);
}

TEST(sockets, shutting_down_after_the_peer_has_gone) {
  Pair socket = make_socket(ZX_SOCKET_STREAM);
  socket.b.reset();
  EXPECT_OK(zx_socket_shutdown(socket.a.get(), ZX_SOCKET_SHUTDOWN_READ | ZX_SOCKET_SHUTDOWN_WRITE));
  EXPECT_EQ(signals_of(socket.a),
            ZX_SOCKET_PEER_CLOSED | ZX_SOCKET_WRITE_DISABLED | ZX_SOCKET_PEER_WRITE_DISABLED);
}

TEST(sockets, info_of_a_stream) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "12345"));
  const zx_info_socket_t info = socket_info(socket.b);
  EXPECT_EQ(info.options, ZX_SOCKET_STREAM);
  EXPECT_EQ(info.rx_buf_size, 5);
  EXPECT_EQ(info.rx_buf_available, 5);
  EXPECT_NE(info.rx_buf_max, 0);
  EXPECT_EQ(info.tx_buf_size, 0);
  EXPECT_EQ(socket_info(socket.a).tx_buf_size, 5);
}

TEST(datagrams, keep_their_borders) {
  const Pair socket = make_socket(ZX_SOCKET_DATAGRAM);
  EXPECT_OK(write_text(socket.a, "one"));
  EXPECT_OK(write_text(socket.a, "three"));
  expect_text(socket.b, "one");
  expect_text(socket.b, "three");
  EXPECT_STATUS(read_byte(socket.b), ZX_ERR_SHOULD_WAIT);
}

TEST(datagrams, short_reads_drop_the_rest) {
  const Pair socket = make_socket(ZX_SOCKET_DATAGRAM);
  EXPECT_OK(write_text(socket.a, "first"));
  EXPECT_OK(write_text(socket.a, "second"));
  expect_text(socket.b, "fi", ZX_SOCKET_PEEK, 2);
  expect_text(socket.b, "fir", 0, 3);
  expect_text(socket.b, "second");
}

TEST(datagrams, info_tells_all_and_the_first) {
  const Pair socket = make_socket(ZX_SOCKET_DATAGRAM);
  EXPECT_OK(write_text(socket.a, "one"));
  EXPECT_OK(write_text(socket.a, "three"));
  const zx_info_socket_t info = socket_info(socket.b);
  EXPECT_EQ(info.options, ZX_SOCKET_DATAGRAM);
  EXPECT_EQ(info.rx_buf_size, 8);
  EXPECT_EQ(info.rx_buf_available, 3);
}

TEST(datagrams, are_not_larger_than_the_buffer) {
  const Pair socket = make_socket(ZX_SOCKET_DATAGRAM);
  static char big[1 << 20];
  size_t actual = 7;
  EXPECT_STATUS(zx_socket_write(socket.a.get(), 0, big, sizeof(big), &actual), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(actual, 7);
}

TEST(datagrams, go_in_whole_or_not_at_all) {
  const Pair socket = make_socket(ZX_SOCKET_DATAGRAM);
  const uint64_t most = socket_info(socket.a).tx_buf_max;
  static char big[1 << 20];
  EXPECT_OK(zx_socket_write(socket.a.get(), 0, big, most / 2 + 1, nullptr));
  EXPECT_STATUS(zx_socket_write(socket.a.get(), 0, big, most / 2 + 1, nullptr), ZX_ERR_SHOULD_WAIT);
}

zx_status_t set_threshold(const Handle& socket, uint32_t property, uint64_t value) {
  return zx_object_set_property(socket.get(), property, &value, sizeof(value));
}

TEST(socket_thresholds, reading) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(set_threshold(socket.b, ZX_PROP_SOCKET_RX_THRESHOLD, 3));
  EXPECT_OK(write_text(socket.a, "ab"));
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE);
  EXPECT_OK(write_text(socket.a, "c"));
  EXPECT_EQ(signals_of(socket.b),
            ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE | ZX_SOCKET_READ_THRESHOLD);
  expect_text(socket.b, "a", 0, 1);
  EXPECT_EQ(signals_of(socket.b), ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE);
  uint64_t value = 0;
  EXPECT_OK(
      zx_object_get_property(socket.b.get(), ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)));
  EXPECT_EQ(value, 3);
}

TEST(socket_thresholds, changing_one_takes_effect_at_once) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  EXPECT_OK(write_text(socket.a, "abc"));
  EXPECT_OK(set_threshold(socket.b, ZX_PROP_SOCKET_RX_THRESHOLD, 2));
  EXPECT_EQ(signals_of(socket.b) & ZX_SOCKET_READ_THRESHOLD, ZX_SOCKET_READ_THRESHOLD);
  EXPECT_OK(set_threshold(socket.b, ZX_PROP_SOCKET_RX_THRESHOLD, 4));
  EXPECT_EQ(signals_of(socket.b) & ZX_SOCKET_READ_THRESHOLD, 0);
  EXPECT_OK(set_threshold(socket.b, ZX_PROP_SOCKET_RX_THRESHOLD, 1));
  EXPECT_OK(set_threshold(socket.b, ZX_PROP_SOCKET_RX_THRESHOLD, 0));
  EXPECT_EQ(signals_of(socket.b) & ZX_SOCKET_READ_THRESHOLD, 0);
}

TEST(socket_thresholds, writing) {
  const Pair socket = make_socket(ZX_SOCKET_STREAM);
  const uint64_t most = socket_info(socket.a).tx_buf_max;
  EXPECT_OK(set_threshold(socket.a, ZX_PROP_SOCKET_TX_THRESHOLD, most));
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE | ZX_SOCKET_WRITE_THRESHOLD);
  EXPECT_OK(write_text(socket.a, "x"));
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE);
  expect_text(socket.b, "x");
  EXPECT_EQ(signals_of(socket.a), ZX_SOCKET_WRITABLE | ZX_SOCKET_WRITE_THRESHOLD);
}

TEST(socket_thresholds, have_bounds) {
  Pair socket = make_socket(ZX_SOCKET_STREAM);
  const zx_info_socket_t info = socket_info(socket.a);
  EXPECT_STATUS(set_threshold(socket.a, ZX_PROP_SOCKET_RX_THRESHOLD, info.rx_buf_max + 1),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_threshold(socket.a, ZX_PROP_SOCKET_TX_THRESHOLD, info.tx_buf_max + 1),
                ZX_ERR_INVALID_ARGS);
  socket.b.reset();
  EXPECT_STATUS(set_threshold(socket.a, ZX_PROP_SOCKET_TX_THRESHOLD, 1), ZX_ERR_PEER_CLOSED);
}

}  // namespace
}  // namespace core
