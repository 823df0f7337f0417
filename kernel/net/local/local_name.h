// The names of AF_UNIX sockets: paths, and names of a space of their own ("abstract").
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "fs/path.h"
#include "net/chain.h"
#include "net/message.h"
#include "net/packet.h"

namespace jacinth::net::local {

// struct sockaddr_un: the family, and up to 108 bytes that are a path, or a NUL and an abstract
// name.
inline constexpr uint32_t kHeader = 2;
inline constexpr uint32_t kMostName = 108;
// The address of a socket that has no name: nothing but the family.
inline constexpr SocketAddress kNoName{.bytes = {std::byte{kLocal}}, .size = kHeader};

// Who has a name: a socket, as long as it has not been closed.
class Nameable {
 public:
  explicit Nameable(SocketType type) : type_(type) {}
  SocketType type() const { return type_; }
  // What is behind the socket (Socket::poll_object()). Asked under a lock.
  virtual RefPtr<KernelObject> end() = 0;

 protected:
  ~Nameable() = default;

 private:
  const SocketType type_;
};

// A name that is taken, from bind() on; immutable. Under it the socket is found until it gives the
// name up, when it is closed; messages and peers may show it for longer.
class LocalName final : public Name {
 public:
  // EADDRINUSE, and what making a node can fail with. Exactly one of the two below.
  static ErrnoOr<RefPtr<LocalName>> take_path(std::string_view path, const Caller& caller,
                                              Nameable& owner);
  static ErrnoOr<RefPtr<LocalName>> take_abstract(std::string_view text, Nameable& owner);
  // The first free one of five hexadecimal digits. ENOSPC.
  static ErrnoOr<RefPtr<LocalName>> take_any(Nameable& owner);

  // Nobody finds `owner` by it any more; nothing when it is somebody else's.
  void give_up(const Nameable& owner);
  void write_to(SocketAddress& out) const override;

 private:
  friend struct NameTable;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);

  LocalName(Nameable& owner, std::string_view text, bool abstract);
  ~LocalName() override;
  std::string_view text() const { return {text_.data(), size_}; }

  Nameable* owner_;            // under the table's lock; null: given up
  ChainHook<LocalName> link_;  // in the table
  fs::Path place_;             // of the node; empty: abstract
  const SocketType type_;      // each has abstract names of its own
  uint8_t size_;
  bool abstract_;
  std::array<char, kMostName> text_{};
};

// The name in an address given by a program.
struct GivenName {
  std::string_view text;
  bool abstract = false;
};
// EINVAL: too short, too long, or not of AF_UNIX.
ErrnoOr<GivenName> read_name(const SocketAddress& address);

// The end of the socket that an address means. ECONNREFUSED: nobody; EPROTOTYPE: one of another
// type; the errors of a walk, EACCES.
ErrnoOr<RefPtr<KernelObject>> find(const SocketAddress& address, SocketType type,
                                   const Caller& caller);

}  // namespace jacinth::net::local
