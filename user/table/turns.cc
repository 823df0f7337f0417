// Two threads that take turns: each round goes there and back.
#include <zircon/syscalls/port.h>

#include "lib/futex_turns.h"
#include "lib/handle.h"
#include "lib/thread.h"
#include "measure.h"

namespace table {
namespace {

constexpr uint64_t kRounds = 1'000;

// Runs `other` in a second thread until it returns; `first` begins each round; `end` makes `other`
// return.
template <typename Other, typename First, typename End>
void measure_with(std::string_view name, Other other, First first, End end) {
  if (!wanted(name)) return;
  user::Thread thread;
  const auto run = [](void* argument) { (*static_cast<Other*>(argument))(); };
  require(user::Thread::start("other", run, &other, &thread), "thread");
  measure(name, kRounds, first);
  end();
  thread.join();
}

bool await(zx_handle_t object, zx_signals_t wanted_signal, zx_signals_t end) {
  zx_signals_t seen = 0;
  zx_object_wait_one(object, wanted_signal | end, ZX_TIME_INFINITE, &seen);
  return (seen & end) == 0;
}

// Sends each message back until the other side is closed.
void answer(zx_handle_t channel) {
  char message[64];
  uint32_t bytes = 0;
  while (await(channel, ZX_CHANNEL_READABLE, ZX_CHANNEL_PEER_CLOSED)) {
    zx_channel_read(channel, 0, message, nullptr, sizeof(message), 0, &bytes, nullptr);
    zx_channel_write(channel, 0, message, bytes, nullptr, 0);
  }
}

void measure_channel_call() {
  user::Handle ours, theirs;
  require(zx_channel_create(0, ours.out(), theirs.out()), "channel");
  measure_with(
      "channel_call", [&] { answer(theirs.get()); },
      [&] {
        uint64_t request[8] = {};  // a transaction's number comes first
        uint64_t reply[8];
        const zx_channel_call_args_t call{.wr_bytes = request,
                                          .wr_handles = nullptr,
                                          .rd_bytes = reply,
                                          .rd_handles = nullptr,
                                          .wr_num_bytes = sizeof(request),
                                          .wr_num_handles = 0,
                                          .rd_num_bytes = sizeof(reply),
                                          .rd_num_handles = 0};
        uint32_t bytes = 0, handles = 0;
        return zx_channel_call(ours.get(), 0, ZX_TIME_INFINITE, &call, &bytes, &handles);
      },
      [&] { ours.reset(); });
}

void measure_channel_turns() {
  user::Handle ours, theirs;
  require(zx_channel_create(0, ours.out(), theirs.out()), "channel");
  measure_with(
      "channel_ping_pong", [&] { answer(theirs.get()); },
      [&] {
        char message[64] = {};
        uint32_t bytes = 0;
        const zx_status_t status =
            zx_channel_write(ours.get(), 0, message, sizeof(message), nullptr, 0);
        await(ours.get(), ZX_CHANNEL_READABLE, ZX_CHANNEL_PEER_CLOSED);
        return status | zx_channel_read(ours.get(), 0, message, nullptr, sizeof(message), 0, &bytes,
                                        nullptr);
      },
      [&] { ours.reset(); });
}

void measure_eventpair_turns() {
  constexpr zx_signals_t kTurn = ZX_USER_SIGNAL_0;
  user::Handle ours, theirs;
  require(zx_eventpair_create(0, ours.out(), theirs.out()), "eventpair");
  const auto take_turn = [](zx_handle_t mine) {
    if (!await(mine, kTurn, ZX_EVENTPAIR_PEER_CLOSED)) return false;
    zx_object_signal(mine, kTurn, 0);
    return true;
  };
  measure_with(
      "eventpair_ping_pong",
      [&] {
        while (take_turn(theirs.get())) zx_object_signal_peer(theirs.get(), 0, kTurn);
      },
      [&] {
        const zx_status_t status = zx_object_signal_peer(ours.get(), 0, kTurn);
        take_turn(ours.get());
        return status;
      },
      [&] { ours.reset(); });
}

void measure_futex_turns() {
  user::FutexTurns turns;
  measure_with(
      "futex_ping_pong",
      [&] {
        while (turns.await(1)) turns.give(0);
      },
      [&] {
        turns.give(1);
        turns.await(0);
        return ZX_OK;
      },
      [&] { turns.give(user::FutexTurns::kOver); });
}

void measure_port_turns() {
  constexpr uint64_t kOver = 1;
  user::Handle there, back;
  require(zx_port_create(0, there.out()), "port");
  require(zx_port_create(0, back.out()), "port");
  const auto send = [](const user::Handle& port, uint64_t key) {
    const zx_port_packet_t packet{
        .key = key, .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
    return zx_port_queue(port.get(), &packet);
  };
  const auto receive = [](const user::Handle& port) {
    zx_port_packet_t packet{};
    zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet);
    return packet.key;
  };
  measure_with(
      "port_ping_pong",
      [&] {
        while (receive(there) != kOver) send(back, 0);
      },
      [&] {
        const zx_status_t status = send(there, 0);
        receive(back);
        return status;
      },
      [&] { send(there, kOver); });
}

}  // namespace

void measure_turns() {
  measure_channel_call();
  measure_channel_turns();
  measure_eventpair_turns();
  measure_futex_turns();
  measure_port_turns();
}

}  // namespace table
