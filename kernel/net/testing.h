// What the tests of this layer share: a world of files, with programs that open sockets in it.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "fs/testing.h"
#include "net/inet/inet_address.h"
#include "net/local/local_name.h"
#include "net/socket_family.h"

namespace jacinth::net {

using fs::error_of;
using fs::kOk;

class SocketWorld : public fs::FileWorld {
 public:
  using FileWorld::FileWorld;

  // Refers to this.
  Caller caller() const {
    return {.from = from(),
            .umask = 022,
            .effective = {.process = 7, .user = who.user, .group = who.group},
            .file_limit = 1000};
  }
  RefPtr<Socket> socket(Family family, SocketType type,
                        uint32_t flags = fs::open_flags::kNonBlock) {
    auto made = make_socket(family, static_cast<uint32_t>(type), 0, flags, caller());
    EXPECT_TRUE(made);
    return *std::move(made);
  }
  SocketPair pair(SocketType type, uint32_t flags = fs::open_flags::kNonBlock) {
    auto made = make_socket_pair(kLocal, static_cast<uint32_t>(type), 0, flags, caller());
    EXPECT_TRUE(made);
    return *std::move(made);
  }
  Errno bind(Socket& socket, const SocketAddress& address) {
    return error_of(socket.bind(address, caller()));
  }
  Errno connect(Socket& socket, const SocketAddress& address) {
    return error_of(now(socket.connect(address, caller())));
  }
  Errno listen(Socket& socket, int32_t backlog) {
    return error_of(socket.listen(backlog, caller()));
  }
  static ErrnoOr<RefPtr<Socket>> accept(Socket& socket) { return now(socket.accept(0)); }

  // --- what does not wait ---
  static ErrnoOr<size_t> send(Socket& socket, std::string_view text, FilesPtr files = nullptr,
                              const SocketAddress* to = nullptr, const Caller* caller = nullptr) {
    SendMessage message(fs::IoSource::kernel(fs::bytes_of(text)), message_flag::kDontWait);
    message.files = std::move(files);
    message.to = to;
    message.caller = caller;
    return now(socket.send(message));
  }
  struct Received {
    std::string text;
    Errno error{};
    uint32_t flags = 0;
    FilesPtr files;
    SocketAddress from;
  };
  static Received receive(Socket& socket, size_t room = 1000, uint32_t flags = 0) {
    Received result;
    result.text.resize(room);
    const auto memory = std::as_writable_bytes(std::span(result.text));
    ReceiveMessage message(fs::IoTarget::kernel(memory), flags | message_flag::kDontWait);
    message.from = &result.from;
    const ErrnoOr<size_t> got = now(socket.receive(message));
    result.error = error_of(got);
    result.text.resize(std::min(room, got.value_or(0)));
    result.flags = message.result_flags;
    result.files = std::move(message.files);
    return result;
  }
  void settle() { EXPECT_EQ(memory.machine.run_until_idle(), sim::Stop::Idle); }
};

// A path, or with a NUL first an abstract name.
inline SocketAddress local_address(std::string_view name) {
  SocketAddress address = local::kNoName;
  memcpy(address.bytes.data() + local::kHeader, name.data(), name.size());
  address.size = local::kHeader + static_cast<uint32_t>(name.size());
  return address;
}
inline SocketAddress inet_address(const inet::IpAddress& address, uint16_t port, bool v6 = false) {
  SocketAddress written;
  inet::write_address({.address = address, .port = port}, v6, written);
  return written;
}
inline uint16_t port_of(Socket& socket) {
  const auto own = socket.address();
  EXPECT_TRUE(own);
  return static_cast<uint16_t>(static_cast<unsigned>(own->bytes[2]) << 8 |
                               static_cast<unsigned>(own->bytes[3]));
}

inline FilesPtr parcel_of(std::initializer_list<RefPtr<fs::File>> files) {
  auto made = FileParcel::create(std::span(files.begin(), files.size()), ~uint64_t{0});
  EXPECT_TRUE(made);
  return *std::move(made);
}

class SocketsTest : public testing::Test {
 protected:
  SocketWorld world;
};

}  // namespace jacinth::net
