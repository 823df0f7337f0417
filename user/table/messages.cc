// Messages written and read by the same thread.
#include "lib/handle.h"
#include "measure.h"

namespace table {
namespace {

constinit char message[64 * 1024] = {};

void measure_channel() {
  user::Handle ours, theirs;
  require(zx_channel_create(0, ours.out(), theirs.out()), "channel");
  const auto write_and_read = [&](uint32_t bytes) {
    uint32_t got = 0;
    const zx_status_t status = zx_channel_write(ours.get(), 0, message, bytes, nullptr, 0);
    return status | zx_channel_read(theirs.get(), 0, message, nullptr, bytes, 0, &got, nullptr);
  };
  measure("channel_64", 2'000, [&] { return write_and_read(64); });
  measure("channel_1k", 2'000, [&] { return write_and_read(1024); });
  measure("channel_64k", 100, [&] { return write_and_read(sizeof(message)); });

  zx_handle_t travels = ZX_HANDLE_INVALID;
  require(zx_event_create(0, &travels), "event");
  measure("channel_64_handle", 2'000, [&] {
    uint32_t bytes = 0, handles = 0;
    const zx_status_t status = zx_channel_write(ours.get(), 0, message, 64, &travels, 1);
    return status | zx_channel_read(theirs.get(), 0, message, &travels, 64, 1, &bytes, &handles);
  });
  zx_handle_close(travels);
}

void measure_fifo() {
  constexpr size_t kElement = 64;
  user::Handle ours, theirs;
  require(zx_fifo_create(8, kElement, 0, ours.out(), theirs.out()), "fifo");
  measure("fifo_64", 5'000, [&] {
    size_t actual = 0;
    const zx_status_t status = zx_fifo_write(ours.get(), kElement, message, 1, &actual);
    return status | zx_fifo_read(theirs.get(), kElement, message, 1, &actual);
  });
}

void measure_socket() {
  user::Handle ours, theirs;
  require(zx_socket_create(ZX_SOCKET_STREAM, ours.out(), theirs.out()), "socket");
  const auto write_and_read = [&](size_t bytes) {
    size_t actual = 0;
    const zx_status_t status = zx_socket_write(ours.get(), 0, message, bytes, &actual);
    return status | zx_socket_read(theirs.get(), 0, message, bytes, &actual);
  };
  measure("socket_64", 5'000, [&] { return write_and_read(64); });
  measure("socket_4k", 1'000, [&] { return write_and_read(4096); });
}

}  // namespace

void measure_messages() {
  measure_channel();
  measure_fifo();
  measure_socket();
}

}  // namespace table
