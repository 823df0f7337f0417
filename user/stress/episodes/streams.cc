// Sockets and fifos: more than fits, so that both sides wait for each other.
#include <zircon/syscalls.h>

#include <algorithm>

#include "check.h"
#include "episodes.h"
#include "helper.h"
#include "lib/handle.h"

namespace stress {
namespace {

constexpr size_t kChunk = 2048;

char byte_at(uint64_t stream, size_t position) {
  return static_cast<char>((position * 167 + (position >> 8) * 31 + stream) & 0xff);
}

void wait_for(zx_handle_t end, zx_signals_t wanted) {
  expect_ok(zx_object_wait_one(end, wanted | ZX_SOCKET_PEER_CLOSED, ZX_TIME_INFINITE, nullptr),
            "waiting for a stream");
}

void write_bytes(zx_handle_t socket, uint64_t stream, size_t total, Random& random) {
  char chunk[kChunk];
  for (size_t position = 0; position < total;) {
    const size_t size = std::min<size_t>(1 + random.below(kChunk), total - position);
    for (size_t i = 0; i < size; ++i) chunk[i] = byte_at(stream, position + i);
    size_t actual = 0;
    if (expect(zx_socket_write(socket, 0, chunk, size, &actual), ZX_ERR_SHOULD_WAIT,
               "socket_write"))
      position += actual;
    else
      wait_for(socket, ZX_SOCKET_WRITABLE);
  }
}

// How many came before the end.
size_t read_bytes(zx_handle_t socket, uint64_t stream, Random& random) {
  char chunk[kChunk];
  for (size_t position = 0;;) {
    size_t actual = 0;
    const zx_status_t status = zx_socket_read(socket, 0, chunk, 1 + random.below(kChunk), &actual);
    if (status == ZX_ERR_SHOULD_WAIT) {
      wait_for(socket, ZX_SOCKET_READABLE);
      continue;
    }
    if (!expect(status, ZX_ERR_PEER_CLOSED, "socket_read")) return position;
    for (size_t i = 0; i < actual; ++i)
      check(chunk[i] == byte_at(stream, position + i), "a socket's bytes");
    position += actual;
  }
}

}  // namespace

void stream_socket(Worker&, Random& random) {
  user::Handle ours, theirs;
  expect_ok(zx_socket_create(ZX_SOCKET_STREAM, ours.out(), theirs.out()), "socket");
  const uint64_t stream = random.next();
  const size_t total = random.below(random.chance(10) ? 600'000 : 20'000);
  Random readers(random.next());
  const Helper reader([&] {
    check(read_bytes(theirs.get(), stream, readers) == total, "bytes of a socket were lost");
  });
  write_bytes(ours.get(), stream, total, random);
  ours.reset();
}

void stream_fifo(Worker&, Random& random) {
  constexpr size_t kMost = 16;
  user::Handle ours, theirs;
  expect_ok(zx_fifo_create(kMost, sizeof(uint64_t), 0, ours.out(), theirs.out()), "fifo");
  const uint64_t total = random.below(200);
  const Helper reader([&] {
    uint64_t elements[kMost];
    for (uint64_t next = 0;;) {
      size_t actual = 0;
      const zx_status_t status =
          zx_fifo_read(theirs.get(), sizeof(uint64_t), elements, kMost, &actual);
      if (status == ZX_ERR_SHOULD_WAIT) {
        wait_for(theirs.get(), ZX_FIFO_READABLE);
        continue;
      }
      if (!expect(status, ZX_ERR_PEER_CLOSED, "fifo_read")) {
        check(next == total, "elements of a fifo were lost");
        return;
      }
      for (size_t i = 0; i < actual; ++i) check(elements[i] == next++, "a fifo's elements");
    }
  });
  for (uint64_t next = 0; next < total;) {
    uint64_t elements[kMost];
    const size_t count = std::min<uint64_t>(1 + random.below(kMost), total - next);
    for (size_t i = 0; i < count; ++i) elements[i] = next + i;
    size_t actual = 0;
    if (expect(zx_fifo_write(ours.get(), sizeof(uint64_t), elements, count, &actual),
               ZX_ERR_SHOULD_WAIT, "fifo_write"))
      next += actual;
    else
      wait_for(ours.get(), ZX_FIFO_WRITABLE);
  }
  ours.reset();
}

}  // namespace stress
