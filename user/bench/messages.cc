// Messages: to oneself, to another thread, to another process; and futexes, which carry none.
#include <vector>

#include "lib/boot_files.h"
#include "lib/futex_turns.h"
#include "lib/handle.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "lib/thread.h"
#include "measure.h"

namespace bench {
namespace {

struct Channel {
  user::Handle ours;
  user::Handle theirs;
  Channel() { require(zx_channel_create(0, ours.out(), theirs.out()), "channel"); }
};

void measure_write_read(std::string_view name, uint32_t bytes, uint64_t operations) {
  const Channel channel;
  std::vector<char> message(bytes, 'x');
  measure(name, operations, [&] {
    uint32_t got = 0;
    zx_channel_write(channel.ours.get(), 0, message.data(), bytes, nullptr, 0);
    require(
        zx_channel_read(channel.theirs.get(), 0, message.data(), nullptr, bytes, 0, &got, nullptr),
        "read");
  });
}

// Sends each message back until the other side is closed.
void answer(zx_handle_t channel) {
  for (;;) {
    zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE,
                       nullptr);
    char message[64];
    uint32_t bytes = 0;
    if (zx_channel_read(channel, 0, message, nullptr, sizeof(message), 0, &bytes, nullptr) != ZX_OK)
      return;
    zx_channel_write(channel, 0, message, bytes, nullptr, 0);
  }
}

void measure_round_trips(std::string_view name, zx_handle_t channel) {
  measure(name, 20'000, [&] {
    uint64_t request[8] = {};  // a transaction's number comes first
    uint64_t reply[8] = {};
    const zx_channel_call_args_t call{.wr_bytes = request,
                                      .wr_handles = nullptr,
                                      .rd_bytes = reply,
                                      .rd_handles = nullptr,
                                      .wr_num_bytes = sizeof(request),
                                      .wr_num_handles = 0,
                                      .rd_num_bytes = sizeof(reply),
                                      .rd_num_handles = 0};
    uint32_t bytes = 0, handles = 0;
    require(zx_channel_call(channel, 0, ZX_TIME_INFINITE, &call, &bytes, &handles), "call");
  });
}

void measure_call_threads() {
  Channel channel;
  user::Thread server;
  zx_handle_t theirs = channel.theirs.get();
  const auto serve = [](void* served) { answer(*static_cast<zx_handle_t*>(served)); };
  require(user::Thread::start("server", serve, &theirs, &server), "server thread");
  measure_round_trips("call_threads", channel.ours.get());
  channel.ours.reset();
  server.join();
}

void measure_call_processes() {
  Channel channel;
  const auto files = user::BootFiles::open_given();
  if (!files) require(ZX_ERR_NOT_FOUND, "boot files");
  constexpr std::string_view kPath = "bin/bench";
  constexpr std::string_view kArguments[] = {kPath, "answer"};
  user::GivenHandle given[] = {{PA_HND(PA_USER0, 0), std::move(channel.theirs)}};
  user::Program program;
  program.name = "server";
  require(user::find_program(*files, kPath, &program), "find server");
  program.arguments = kArguments;
  program.job = user::default_job();
  program.vdso = user::startup().handle(PA_VMO_VDSO);
  program.handles = given;
  user::Handle process;
  require(user::spawn(program, &process), "server process");
  measure_round_trips("call_processes", channel.ours.get());
  channel.ours.reset();
  zx_object_wait_one(process.get(), ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr);
}

void measure_futex() {
  user::FutexTurns turns;
  user::Thread other;
  const auto respond = [](void* argument) {
    auto& theirs = *static_cast<user::FutexTurns*>(argument);
    while (theirs.await(1)) theirs.give(0);
  };
  require(user::Thread::start("other", respond, &turns, &other), "other thread");
  measure("futex_ping_pong", 20'000, [&] {
    turns.give(1);
    turns.await(0);
  });
  turns.give(user::FutexTurns::kOver);
  other.join();
}

}  // namespace

int answer_calls() {
  answer(user::startup().handle(PA_USER0));
  return 0;
}

void measure_messages() {
  measure_write_read("message_64", 64, 50'000);
  measure_write_read("message_64k", 65536, 2'000);
  measure_call_threads();
  measure_call_processes();
  measure_futex();
}

}  // namespace bench
