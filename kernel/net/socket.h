// Socket: an open file that has a family, a type, an address perhaps and a peer perhaps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fs/file.h"
#include "net/message.h"
#include "net/numbers.h"
#include "net/socket_options.h"

namespace jacinth::net {

namespace local {
class Traveller;
}

struct SocketKind {
  Family family = kUnspecified;
  SocketType type = SocketType::Stream;
  int32_t protocol = 0;
};

// What a program asks of a socket. Families derive theirs, and implement what never waits; the
// waiting is done here, once for all:
//
//     send():     try_send()    ── EAGAIN ──► wait until there is room    ──► try_send() …
//     receive():  try_receive() ── EAGAIN ──► wait until something is there ──► try_receive() …
//     accept():   try_accept()  ── EAGAIN ──► wait until somebody connects ──► try_accept() …
//
// with the limits of SO_SNDTIMEO and SO_RCVTIMEO. Interrupted without a byte transferred they end
// as RESTARTSYS, or INTR where there is such a limit.
//
// What a socket refers to (its queue, its peer) is an object of its own, which is poll_object() as
// well: two sockets connected to one another would otherwise keep each other alive. It is closed
// with the file.
class Socket : public fs::File {
 public:
  const SocketKind& socket_kind() const { return kind_; }
  bool is_stream() const { return kind_.type == SocketType::Stream; }

  // --- addresses ---
  virtual ErrnoOr<> bind(const SocketAddress& address, const Caller& caller) = 0;
  virtual ErrnoOr<SocketAddress> address() = 0;
  // ENOTCONN: there is none, or unless `even_over` the connection is over.
  virtual ErrnoOr<SocketAddress> peer_address(bool even_over = false) = 0;

  // --- connections ---
  // An address of AF_UNSPEC ends one. EINPROGRESS: goes on by itself. `address` and `caller` are
  // not used after this returns.
  virtual exec::Eventually<ErrnoOr<>> connect(const SocketAddress& address,
                                              const Caller& caller) = 0;
  virtual ErrnoOr<> listen(int32_t backlog, const Caller& caller);  // EOPNOTSUPP
  // The next connection as a socket; `flags`: fs::open_flags::kNonBlock for it.
  exec::Eventually<ErrnoOr<RefPtr<Socket>>> accept(uint32_t flags);
  virtual ErrnoOr<> shutdown(uint32_t how) = 0;  // kShutRead, kShutWrite

  // --- data ---
  // How many bytes. The message must live, with all it refers to, until the result is there.
  Transferred send(SendMessage& message);
  Transferred receive(ReceiveMessage& message);
  // The same if it need not wait; nothing if it must.
  std::optional<ErrnoOr<size_t>> send_at_once(SendMessage& message);
  std::optional<ErrnoOr<size_t>> receive_at_once(ReceiveMessage& message);
  Transferred read(fs::IoTarget to, fs::IoFlags how) final;
  Transferred write(fs::IoSource from, fs::IoFlags how) final;

  // --- options ---
  // ENOPROTOOPT: no such option; EINVAL: `value` is too short, or makes no sense.
  ErrnoOr<> set_option(int32_t which, int32_t option, std::span<const std::byte> value,
                       const Caller& caller);
  // Its value, of which as much as fits is put into `out`; returns how much that is.
  ErrnoOr<size_t> get_option(int32_t which, int32_t option, std::span<std::byte> out);
  SocketOptions options() const;

  // Its part in the search for garbage; null where it can take no files.
  virtual local::Traveller* traveller() { return nullptr; }

  std::string_view describe(std::span<char> buffer) override;
  const void* kind() const final;
  // An end has signals of its own, too.
  Signals poll_mask() final {
    using namespace fs::ready;
    return kIn | kOut | kHangUp | kError | kPriority | kReadHangUp;
  }
  exec::Eventually<ErrnoOr<int64_t>> ioctl(uint32_t command, uint64_t argument) override;

 protected:
  // A node for it is made by the caller (make_socket_node()).
  Socket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
         const SocketOptions& options);

  virtual ErrnoOr<> try_send(SendMessage& message) = 0;
  // EAGAIN with bytes received: more may be waited for.
  virtual ErrnoOr<> try_receive(ReceiveMessage& message) = 0;
  virtual ErrnoOr<RefPtr<Socket>> try_accept(uint32_t flags);  // EOPNOTSUPP

  // Options beyond those of level::kSocket. ENOPROTOOPT.
  virtual ErrnoOr<> set_other_option(int32_t level, int32_t option,
                                     std::span<const std::byte> value, const Caller& caller);
  virtual ErrnoOr<size_t> get_other_option(int32_t level, int32_t option, std::span<std::byte> out);
  // An option of level::kSocket has changed; what it means is put into effect.
  virtual void options_changed(const SocketOptions& options) {}
  virtual Errno take_error() { return {}; }  // SO_ERROR
  virtual bool is_listening() { return false; }
  virtual ErrnoOr<Sender> peer_credentials() { return fail(Errno::NOPROTOOPT); }
  virtual ErrnoOr<size_t> bytes_to_read() { return fail(Errno::NOTTY); }
  virtual ErrnoOr<size_t> bytes_to_send() { return fail(Errno::NOTTY); }

  void change_options(const SocketOptions& options);

 private:
  static exec::Task<ErrnoOr<size_t>> send_slowly(RefPtr<Socket> self, SendMessage& message);
  static exec::Task<ErrnoOr<size_t>> receive_slowly(RefPtr<Socket> self, ReceiveMessage& message);
  static exec::Task<ErrnoOr<size_t>> write_slowly(RefPtr<Socket> self, fs::IoSource from,
                                                  size_t done);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<Socket> self, fs::IoTarget to, size_t done);
  static exec::Task<ErrnoOr<RefPtr<Socket>>> accept_slowly(RefPtr<Socket> self, uint32_t flags);
  bool wants_more(const ReceiveMessage& message) const;
  ErrnoOr<int64_t> change_signals(uint32_t command, uint64_t argument);

  const SocketKind kind_;
  mutable Guarded<SocketOptions, LockRank::NetSocket> options_;
};

// The socket behind a file; null when it is none.
Socket* socket_of(fs::File& file);
// A node without a name, for a new socket. ENOMEM.
ErrnoOr<RefPtr<fs::Node>> make_socket_node(uint32_t user, uint32_t group);

// How a wait that did not bring what it was for ends a call.
Errno why_not(Status status, Instant deadline);

}  // namespace jacinth::net
