// pingpong [ROUNDS]: how long a message to another thread and its answer take.
#include <zircon/syscalls.h>

#include "lib/handle.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/thread.h"

namespace {

// Sends back each message until the other side is closed.
void answer(void* argument) {
  const auto channel = *static_cast<zx_handle_t*>(argument);
  for (;;) {
    zx_signals_t seen = 0;
    zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE,
                       &seen);
    char message[64];
    uint32_t bytes = 0;
    if (zx_channel_read(channel, 0, message, nullptr, sizeof(message), 0, &bytes, nullptr) != ZX_OK)
      return;
    zx_channel_write(channel, 0, message, bytes, nullptr, 0);
  }
}

zx_status_t run(zx_handle_t channel, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; ++i) {
    uint64_t request[2] = {0, i};  // a transaction's number comes first
    uint64_t reply[2] = {};
    const zx_channel_call_args_t call{.wr_bytes = request,
                                      .wr_handles = nullptr,
                                      .rd_bytes = reply,
                                      .rd_handles = nullptr,
                                      .wr_num_bytes = sizeof(request),
                                      .wr_num_handles = 0,
                                      .rd_num_bytes = sizeof(reply),
                                      .rd_num_handles = 0};
    uint32_t bytes = 0, handles = 0;
    const zx_status_t status =
        zx_channel_call(channel, 0, ZX_TIME_INFINITE, &call, &bytes, &handles);
    if (status != ZX_OK) return status;
    if (bytes != sizeof(reply) || reply[1] != i) return ZX_ERR_IO_DATA_INTEGRITY;
  }
  return ZX_OK;
}

}  // namespace

int main(int argc, char** argv) {
  const auto rounds = argc > 1 ? user::parse_number(argv[1]) : 10000;
  if (!rounds || *rounds == 0 || argc > 2) {
    user::print_error("usage: pingpong [ROUNDS]\n");
    return 2;
  }
  user::Handle ours, theirs;
  user::Thread other;
  zx_status_t status = zx_channel_create(0, ours.out(), theirs.out());
  zx_handle_t channel = theirs.get();
  if (status == ZX_OK) status = user::Thread::start("answer", &answer, &channel, &other);
  const zx_time_t start = zx_clock_get_monotonic();
  if (status == ZX_OK) status = run(ours.get(), *rounds);
  if (status != ZX_OK) {
    user::print_error("pingpong: {}\n", zx_status_get_string(status));
    return 1;
  }
  const auto nanoseconds = static_cast<uint64_t>(zx_clock_get_monotonic() - start);
  ours.reset();
  other.join();
  user::print("{} round trips, {} ns each\n", *rounds, nanoseconds / *rounds);
  return 0;
}
