// What is sent through a socket and what comes out of it: bytes, and what goes with them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "fs/io_buffer.h"
#include "fs/path_walk.h"
#include "net/file_parcel.h"
#include "net/numbers.h"

namespace jacinth::net {

// An address as programs give and get it: struct sockaddr_…, of any family.
struct SocketAddress {
  static constexpr size_t kMost = 128;

  std::array<std::byte, kMost> bytes{};
  uint32_t size = 0;

  // kUnspecified when it is too short to say.
  uint16_t family() const {
    if (size < sizeof(uint16_t)) return kUnspecified;
    return static_cast<uint16_t>(static_cast<unsigned>(bytes[0]) | static_cast<unsigned>(bytes[1])
                                                                       << 8);
  }
  std::span<const std::byte> used() const { return {bytes.data(), size}; }
};

// Layout of struct ucred.
struct Sender {
  int32_t process = 0;
  uint32_t user = 0;
  uint32_t group = 0;
  friend bool operator==(const Sender&, const Sender&) = default;
};
inline constexpr Sender kNoSender{.process = 0, .user = ~0u, .group = ~0u};
// What is told of those who have not said: "nobody".
inline constexpr uint32_t kOverflowId = 65534;

// Who acts on a socket, for the time of a call.
struct Caller {
  fs::WalkFrom from;
  uint32_t umask = 0;
  Sender effective;         // as SO_PEERCRED shows it
  uint64_t file_limit = 0;  // RLIMIT_NOFILE: how many files may be in transit
};

// Whom the current thread acts for: asked only when somebody wants to know who sends. The
// personality says at its start how that is found out.
using SenderSource = Sender (*)();
void set_sender_source(SenderSource source);
Sender current_sender();

// A signal, besides ready::…, of those who have a queue that others fill: there is room in it.
inline constexpr Signals kHasRoom = 1u << 8;

// A message to be sent; lives until that is over.
struct SendMessage {
  SendMessage(fs::IoSource source, uint32_t message_flags) : data(source), flags(message_flags) {}

  fs::IoSource data;
  uint32_t flags;
  const SocketAddress* to = nullptr;  // null: to whom the socket is connected
  const Caller* caller = nullptr;     // who sends; there whenever `to` is
  FilesPtr files;                     // go with the first byte; taken by then
  std::optional<Sender> credentials;  // given by the sender, and checked
  size_t done = 0;                    // bytes sent; kept up to date while it waits
  // Told with EAGAIN: who has to get room (kHasRoom) first; null: the socket itself (ready::kOut).
  RefPtr<KernelObject> full;
};

// A message being received; lives until that is over.
struct ReceiveMessage {
  ReceiveMessage(fs::IoTarget target, uint32_t message_flags)
      : data(target), flags(message_flags) {}

  fs::IoTarget data;
  uint32_t flags;
  SocketAddress* from = nullptr;  // whose it is, where wanted; size 0: the sender has no address
  bool wants_control = false;     // files are given up when they cannot be told
  size_t done = 0;                // bytes received
  // What is told of it.
  uint32_t result_flags = 0;  // kCut
  FilesPtr files;
  std::optional<Sender> credentials;
  // Where the datagram was sent to, for IP_PKTINFO and the like: set by AF_INET sockets.
  std::optional<SocketAddress> to;
};

}  // namespace jacinth::net
