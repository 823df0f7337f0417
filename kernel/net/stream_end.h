// StreamEnd: what is behind a socket that makes connections: AF_UNIX streams, and TCP within this
// machine.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "net/connection.h"
#include "object/kernel_object.h"

namespace jacinth::net {

//                 listen()                    close()
//   Unconnected ──────────────► Listening ──────────────► Closed
//     │       ▲                                             ▲
//     │       └── refused, AGAIN ──┐                        │ close(), disconnect()
//     └── connect() ─► Connecting ─┴──► Connected ──────────┘
//
// A listening end keeps the server's ends of new connections until somebody accepts them. The first
// backlog + 1 of them are connected in the eyes of their clients; with TCP further ones wait behind
// these, Connecting, and are connected as others are accepted.
//
// The signals are ready::…; and kHasRoom of listening ends: connect() may be tried again.
class StreamEnd final : public KernelObject {
 public:
  enum class State : uint8_t { Unconnected, Listening, Connecting, Connected, Closed };
  struct Link {
    RefPtr<Connection> connection;  // null: none
    unsigned side = 0;
  };

  static ErrnoOr<RefPtr<StreamEnd>> create(Connection::Rules rules);
  // Two that are connected. Each gets `identity`.
  static ErrnoOr<> connect_pair(StreamEnd& first, StreamEnd& second,
                                const Connection::Identity& identity);

  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }

  State state();
  Link link();
  // Buffers, for connections to come and the present one.
  void set_limits(const Connection::Limits& limits);
  void set_pass_credentials(bool pass);

  // EINVAL: connected or closed. `identity` is what clients will see.
  ErrnoOr<> listen(uint32_t backlog, Connection::Identity identity);
  // The server's end of the next connection. EAGAIN; EINVAL: does not listen.
  ErrnoOr<RefPtr<StreamEnd>> accept();
  // Connects to `listener`; `remote`: the server's address for this connection, in place of the one
  // that it listens with, when its port is not 0. ECONNREFUSED. AF_UNIX: EAGAIN, there is no room
  // (its kHasRoom tells when). TCP: EINPROGRESS, there is none yet.
  ErrnoOr<> connect(StreamEnd& listener, Connection::Identity identity,
                    const inet::Endpoint& remote);
  // The connecting has failed; SO_ERROR tells.
  void refuse(Errno error);
  // EISCONN, EALREADY (Connecting), EINVAL (Listening, Closed).
  ErrnoOr<> begin_connecting();
  void give_up_connecting();

  // Connections are refused from now on. Nothing unless it is Listening.
  void stop_listening();

  // Ends what there is. `reset`: see Connection::close().
  void close(bool reset);
  // The same, but it can be used again. Not of AF_UNIX.
  void disconnect();

  Errno take_error();

  // Calls visit(link) for the server's ends that wait, whose links do not change meanwhile. Under
  // the lock, of rank LockRank::NetSocket.
  template <typename F>
  void for_each_waiting(F&& visit) NO_THREAD_SAFETY_ANALYSIS {
    LockGuard guard(lock_);
    for (StreamEnd& end : waiting_) visit(static_cast<const Link&>(end.link_));
  }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);

  // In a listener's list (under its lock): the link, and the client that does not know yet.
  ListHook waiting_link_;
  RefPtr<StreamEnd> client_;
  RefPtr<Connection> promised_;  // to the client, whatever becomes of this end meanwhile
  using Waiting = IntrusiveList<StreamEnd, &StreamEnd::waiting_link_>;

  explicit StreamEnd(Connection::Rules rules);
  ~StreamEnd() override;

  ErrnoOr<> enqueue(RefPtr<StreamEnd> server, RefPtr<StreamEnd> client);
  void complete();
  bool establish(const RefPtr<Connection>& connection);
  void establish_or_close(RefPtr<Connection> connection);
  void show() REQUIRES(lock_);
  Waiting end_listening() REQUIRES(lock_);
  static void drop(Waiting waiting);

  const Connection::Rules rules_;
  SpinLock lock_{LockRank::NetSocket};
  State state_ GUARDED_BY(lock_) = State::Unconnected;
  Link link_ GUARDED_BY(lock_);
  Connection::Limits limits_ GUARDED_BY(lock_);
  bool pass_credentials_ GUARDED_BY(lock_) = false;
  Errno error_ GUARDED_BY(lock_){};

  // Listening:
  Connection::Identity identity_ GUARDED_BY(lock_);
  uint32_t backlog_ GUARDED_BY(lock_) = 0;
  uint32_t waiting_count_ GUARDED_BY(lock_) = 0;
  Waiting waiting_ GUARDED_BY(lock_);  // owns a reference to each
};

}  // namespace jacinth::net
