// Streams: memory objects read and written like files.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>

#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint32_t kBoth = ZX_STREAM_MODE_READ | ZX_STREAM_MODE_WRITE;

Handle make_stream(const Handle& vmo, uint32_t options = kBoth, uint64_t seek = 0) {
  Handle stream;
  EXPECT_OK(zx_stream_create(options, vmo.get(), seek, stream.out()));
  return stream;
}

// A memory object that holds this text and nothing more.
Handle make_file(std::string_view text, uint32_t options = ZX_VMO_RESIZABLE) {
  Handle vmo = make_vmo(text.size(), options);
  EXPECT_OK(zx_vmo_write(vmo.get(), text.data(), 0, text.size()));
  return vmo;
}

uint64_t content_size(const Handle& vmo) {
  uint64_t size = 0;
  EXPECT_OK(zx_object_get_property(vmo.get(), ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)));
  return size;
}

zx_status_t write(const Handle& stream, std::string_view text, size_t* actual = nullptr,
                  uint32_t options = 0) {
  const zx_iovec_t vector{const_cast<char*>(text.data()), text.size()};
  return zx_stream_writev(stream.get(), options, &vector, 1, actual);
}

void expect_read(const Handle& stream, std::string_view text, size_t room = 64) {
  char buffer[64];
  const zx_iovec_t vector{buffer, room};
  size_t actual = 0;
  EXPECT_OK(zx_stream_readv(stream.get(), 0, &vector, 1, &actual));
  EXPECT_EQ(std::string_view(buffer, actual), text);
}

uint64_t seek(const Handle& stream, zx_stream_seek_origin_t whence, int64_t offset) {
  uint64_t at = 0;
  EXPECT_OK(zx_stream_seek(stream.get(), whence, offset, &at));
  return at;
}

TEST(streams, create_checks_arguments_and_rights) {
  const Handle vmo = make_file("x");
  Handle stream;
  EXPECT_STATUS(zx_stream_create(4, vmo.get(), 0, stream.out()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_stream_create(kBoth, kBadHandle, 0, stream.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_stream_create(kBoth, make_event().get(), 0, stream.out()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_stream_create(kBoth, without(vmo, ZX_RIGHT_WRITE).get(), 0, stream.out()),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_stream_create(kBoth, without(vmo, ZX_RIGHT_READ).get(), 0, stream.out()),
                ZX_ERR_ACCESS_DENIED);
}

TEST(streams, rights_follow_the_mode) {
  constexpr zx_rights_t kBase = ZX_RIGHTS_BASIC | ZX_RIGHTS_PROPERTY | ZX_RIGHT_SIGNAL;
  const Handle vmo = make_file("x");
  EXPECT_EQ(rights_of(make_stream(vmo, ZX_STREAM_MODE_READ)), kBase | ZX_RIGHT_READ);
  EXPECT_EQ(rights_of(make_stream(vmo, ZX_STREAM_MODE_WRITE)), kBase | ZX_RIGHT_WRITE);
}

TEST(streams, read_up_to_the_content_size) {
  const Handle stream = make_stream(make_file("hello"));
  expect_read(stream, "hel", 3);
  expect_read(stream, "lo");
  expect_read(stream, "");
}

TEST(streams, begin_where_they_are_told) {
  expect_read(make_stream(make_file("hello"), kBoth, 3), "lo");
  expect_read(make_stream(make_file("hello"), kBoth, 1000), "");
}

TEST(streams, read_into_several_buffers) {
  const Handle stream = make_stream(make_file("hello"));
  char first[2];
  char second[8];
  const zx_iovec_t vectors[] = {{first, 2}, {nullptr, 0}, {second, 8}};
  size_t actual = 0;
  EXPECT_OK(zx_stream_readv(stream.get(), 0, vectors, 3, &actual));
  EXPECT_EQ(actual, 5);
  EXPECT_EQ(std::string_view(first, 2), "he");
  EXPECT_EQ(std::string_view(second, 3), "llo");
}

TEST(streams, read_and_write_at_an_offset_leave_the_position) {
  const Handle stream = make_stream(make_file("hello"));
  char buffer[4];
  zx_iovec_t vector{buffer, 2};
  size_t actual = 0;
  EXPECT_OK(zx_stream_readv_at(stream.get(), 0, 3, &vector, 1, &actual));
  EXPECT_EQ(std::string_view(buffer, actual), "lo");
  buffer[0] = 'J';
  vector.capacity = 1;
  EXPECT_OK(zx_stream_writev_at(stream.get(), 0, 0, &vector, 1, &actual));
  EXPECT_EQ(actual, 1);
  expect_read(stream, "Jello");
}

TEST(streams, writing_grows_a_resizable_object) {
  const Handle vmo = make_file("hi");
  const Handle stream = make_stream(vmo, kBoth, 2);
  size_t actual = 0;
  EXPECT_OK(write(stream, " there", &actual));
  EXPECT_EQ(actual, 6);
  EXPECT_EQ(content_size(vmo), 8);
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_CURRENT, 0), 8);
  seek(stream, ZX_STREAM_SEEK_ORIGIN_START, 0);
  expect_read(stream, "hi there");
}

TEST(streams, a_gap_is_zero) {
  const Handle vmo = make_file("ab");
  const Handle stream = make_stream(vmo, kBoth, 4);
  EXPECT_OK(write(stream, "z"));
  EXPECT_EQ(content_size(vmo), 5);
  seek(stream, ZX_STREAM_SEEK_ORIGIN_START, 0);
  expect_read(stream, std::string_view("ab\0\0z", 5));
}

TEST(streams, writing_stops_at_the_end_of_a_fixed_object) {
  const Handle vmo = make_vmo(kPage);
  const Handle stream = make_stream(vmo, kBoth, kPage - 3);
  size_t actual = 0;
  EXPECT_OK(write(stream, "12345", &actual));
  EXPECT_EQ(actual, 3);
  EXPECT_STATUS(write(stream, "6", &actual), ZX_ERR_NO_SPACE);
}

TEST(streams, append_at_the_end_of_the_content) {
  const Handle vmo = make_file("ab");
  const Handle stream = make_stream(vmo);
  EXPECT_OK(write(stream, "cd", nullptr, ZX_STREAM_APPEND));
  EXPECT_EQ(content_size(vmo), 4);
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_CURRENT, 0), 4);
}

TEST(streams, seek_from_everywhere) {
  const Handle stream = make_stream(make_file("hello"));
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_START, 2), 2);
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_CURRENT, -1), 1);
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_END, -2), 3);
  EXPECT_EQ(seek(stream, ZX_STREAM_SEEK_ORIGIN_END, 100), 105);
}

TEST(streams, seek_refuses_bad_arguments) {
  const Handle stream = make_stream(make_file("hello"));
  const auto refused = [&](zx_stream_seek_origin_t whence, int64_t offset) {
    EXPECT_STATUS(zx_stream_seek(stream.get(), whence, offset, nullptr), ZX_ERR_INVALID_ARGS);
  };
  refused(3, 0);
  refused(ZX_STREAM_SEEK_ORIGIN_START, -1);
  refused(ZX_STREAM_SEEK_ORIGIN_CURRENT, -1);
  refused(ZX_STREAM_SEEK_ORIGIN_END, -6);
  refused(ZX_STREAM_SEEK_ORIGIN_END, INT64_MIN);
  const Handle bare = with_rights(stream, ZX_RIGHT_WAIT);
  EXPECT_STATUS(zx_stream_seek(bare.get(), 0, 0, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_stream_seek(make_event().get(), 0, 0, nullptr), ZX_ERR_WRONG_TYPE);
}

TEST(streams, refuse_bad_arguments) {
  const Handle stream = make_stream(make_file("hello"));
  char byte = 0;
  const zx_iovec_t vector{&byte, 1};
  EXPECT_STATUS(zx_stream_readv(stream.get(), 1, &vector, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_stream_writev(stream.get(), 2, &vector, 1, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_stream_readv(stream.get(), 0, nullptr, 1, nullptr), ZX_ERR_INVALID_ARGS);
  const zx_iovec_t huge[] = {{&byte, 1}, {&byte, SIZE_MAX}};
  EXPECT_STATUS(zx_stream_readv(stream.get(), 0, huge, 2, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_stream_writev(stream.get(), 0, huge, 2, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(streams, need_the_modes_right) {
  const Handle vmo = make_file("x");
  char byte = 0;
  const zx_iovec_t vector{&byte, 1};
  const Handle reader = make_stream(vmo, ZX_STREAM_MODE_READ);
  const Handle writer = make_stream(vmo, ZX_STREAM_MODE_WRITE);
  EXPECT_STATUS(zx_stream_readv(writer.get(), 0, &vector, 1, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_stream_writev(reader.get(), 0, &vector, 1, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_stream_readv(kBadHandle, 0, &vector, 1, nullptr), ZX_ERR_BAD_HANDLE);
}

TEST(streams, tell_of_themselves) {
  const Handle stream = make_stream(make_file("hello"), ZX_STREAM_MODE_READ, 2);
  const auto told = info<zx_info_stream_t>(stream.get(), ZX_INFO_STREAM);
  EXPECT_EQ(told.options, ZX_STREAM_MODE_READ);
  EXPECT_EQ(told.seek, 2);
  EXPECT_EQ(told.content_size, 5);
}

TEST(streams, duplicates_share_the_position) {
  const Handle stream = make_stream(make_file("hello"));
  const Handle copy = stream.duplicate();
  expect_read(stream, "he", 2);
  expect_read(copy, "llo");
}

}  // namespace
}  // namespace core
