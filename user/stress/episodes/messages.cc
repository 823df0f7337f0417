// Channels: streams of messages, and calls.
#include <zircon/syscalls.h>

#include <cstring>
#include <vector>

#include "check.h"
#include "episodes.h"
#include "helper.h"
#include "lib/handle.h"

namespace stress {
namespace {

constexpr size_t kMostHandles = 4;

struct Header {
  uint32_t txid = 0;
  uint32_t number = 0;
  uint64_t seed = 0;
};

// What message `number` of a stream consists of; reader and writer agree by the seed.
struct Shape {
  size_t bytes;
  uint32_t handles;
  uint64_t seed;
  Shape(uint64_t stream, uint32_t number) {
    Random random(stream + number);
    bytes = sizeof(Header) + random.below(random.chance(5) ? 60'000 : 1'500);
    handles = static_cast<uint32_t>(random.below(kMostHandles + 1));
    seed = random.next();
  }
};

// False when the reader has gone.
bool write_message(zx_handle_t channel, uint64_t stream, uint32_t number) {
  const Shape shape(stream, number);
  std::vector<char> bytes(shape.bytes);
  const Header header{.number = number, .seed = shape.seed};
  memcpy(bytes.data(), &header, sizeof(header));
  fill(std::span(bytes).subspan(sizeof(header)), shape.seed);
  zx_handle_t handles[kMostHandles];
  for (uint32_t i = 0; i < shape.handles; ++i)
    expect_ok(zx_event_create(0, &handles[i]), "event to send");
  return expect(zx_channel_write(channel, 0, bytes.data(), static_cast<uint32_t>(bytes.size()),
                                 handles, shape.handles),
                ZX_ERR_PEER_CLOSED, "channel_write");
}

void check_message(std::span<const char> bytes, std::span<const zx_handle_t> handles,
                   uint64_t stream, uint32_t number) {
  const Shape shape(stream, number);
  check(bytes.size() == shape.bytes && handles.size() == shape.handles, "a message's size");
  Header header;
  memcpy(&header, bytes.data(), sizeof(header));
  check(header.number == number && header.seed == shape.seed, "a message out of order");
  check(is_filled(bytes.subspan(sizeof(header)), shape.seed), "a message's bytes");
  for (const zx_handle_t handle : handles) {
    expect_ok(zx_object_signal(handle, 0, ZX_EVENT_SIGNALED), "a handle received");
    expect_ok(zx_handle_close(handle), "closing a handle received");
  }
}

// Reads up to `most` messages; how many came before the writer closed its end.
uint32_t read_messages(zx_handle_t channel, uint64_t stream, uint32_t most) {
  std::vector<char> buffer(65536);
  zx_handle_t handles[kMostHandles];
  for (uint32_t number = 0; number < most;) {
    uint32_t bytes = 0, count = 0;
    const zx_status_t status =
        zx_channel_read(channel, 0, buffer.data(), handles, static_cast<uint32_t>(buffer.size()),
                        kMostHandles, &bytes, &count);
    if (status == ZX_ERR_SHOULD_WAIT) {
      expect_ok(zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                                   ZX_TIME_INFINITE, nullptr),
                "waiting for a message");
      continue;
    }
    if (!expect(status, ZX_ERR_PEER_CLOSED, "channel_read")) return number;
    check_message({buffer.data(), bytes}, {handles, count}, stream, number);
    ++number;
  }
  return most;
}

struct Call {
  uint32_t txid = 0;
  uint32_t question = 0;
};
constexpr uint32_t answer_to(uint32_t question) { return question * 2654435761u + 1; }

// Answers until it has answered `most`, or the caller has gone.
void answer_calls(zx_handle_t channel, uint64_t most) {
  for (uint64_t i = 0; i < most; ++i) {
    zx_signals_t seen = 0;
    expect_ok(zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                                 ZX_TIME_INFINITE, &seen),
              "waiting for a call");
    if ((seen & ZX_CHANNEL_READABLE) == 0) return;
    Call call;
    uint32_t bytes = 0;
    expect_ok(zx_channel_read(channel, 0, &call, nullptr, sizeof(call), 0, &bytes, nullptr),
              "reading a call");
    check(bytes == sizeof(call), "a call's size");
    call.question = answer_to(call.question);
    if (!expect(zx_channel_write(channel, 0, &call, sizeof(call), nullptr, 0), ZX_ERR_PEER_CLOSED,
                "answering"))
      return;
  }
}

// False when no more calls can be made.
bool make_call(zx_handle_t channel, Random& random) {
  const bool hasty = random.chance(10);
  const zx_time_t deadline =
      hasty ? zx_deadline_after(static_cast<zx_duration_t>(random.below(ZX_USEC(50))))
            : ZX_TIME_INFINITE;
  Call request{.question = static_cast<uint32_t>(random.next())};
  Call reply;
  const zx_channel_call_args_t args{.wr_bytes = &request,
                                    .wr_handles = nullptr,
                                    .rd_bytes = &reply,
                                    .rd_handles = nullptr,
                                    .wr_num_bytes = sizeof(request),
                                    .wr_num_handles = 0,
                                    .rd_num_bytes = sizeof(reply),
                                    .rd_num_handles = 0};
  uint32_t bytes = 0, handles = 0;
  const zx_status_t status = zx_channel_call(channel, 0, deadline, &args, &bytes, &handles);
  if (hasty && status == ZX_ERR_TIMED_OUT) return true;
  if (!expect(status, ZX_ERR_PEER_CLOSED, "channel_call")) return false;
  check(bytes == sizeof(reply) && reply.question == answer_to(request.question), "a call's answer");
  return true;
}

}  // namespace

void stream_channel(Worker&, Random& random) {
  user::Handle ours, theirs;
  expect_ok(zx_channel_create(0, ours.out(), theirs.out()), "channel");
  const uint64_t stream = random.next();
  const auto sent = static_cast<uint32_t>(1 + random.below(40));
  const bool gives_up = random.chance(15);
  const auto wanted = gives_up ? static_cast<uint32_t>(random.below(sent)) : sent + 1;
  const Helper reader([&] {
    const uint32_t came = read_messages(theirs.get(), stream, wanted);
    check(came == (gives_up ? wanted : sent), "a message was lost");
    theirs.reset();
  });
  for (uint32_t number = 0; number < sent; ++number) {
    if (!write_message(ours.get(), stream, number)) break;
  }
  ours.reset();
}

void call_channel(Worker&, Random& random) {
  user::Handle ours, theirs;
  expect_ok(zx_channel_create(0, ours.out(), theirs.out()), "channel");
  const uint64_t calls = 1 + random.below(50);
  const uint64_t answers = random.chance(20) ? random.below(calls) : calls;
  const Helper server([&] {
    answer_calls(theirs.get(), answers);
    theirs.reset();
  });
  for (uint64_t i = 0; i < calls; ++i) {
    if (!make_call(ours.get(), random)) break;
  }
  ours.reset();
}

}  // namespace stress
