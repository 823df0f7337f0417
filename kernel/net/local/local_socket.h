// Sockets of AF_UNIX.
#pragma once

#include <atomic>

#include "net/local/garbage.h"
#include "net/local/local_name.h"
#include "net/socket.h"

namespace jacinth::net::local {

// What streams, sequenced packets and datagrams have in common: a name, and a part in the search
// for garbage.
class LocalSocket : public Socket, public Nameable, public Traveller {
 public:
  ErrnoOr<> bind(const SocketAddress& address, const Caller& caller) final;
  ErrnoOr<SocketAddress> address() final;
  RefPtr<KernelObject> end() final { return RefPtr<KernelObject>(&poll_object()); }
  Traveller* traveller() final { return this; }

 protected:
  LocalSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
              const SocketOptions& options)
      : Socket(std::move(node), kind, flags, options),
        Nameable(kind.type),
        Traveller(static_cast<fs::File&>(*this)) {}

  RefPtr<LocalName> local_name() { return *name_.lock(); }
  void set_local_name(RefPtr<LocalName> name);
  // Gives it a name when it has none and others shall see one (SO_PASSCRED). ENOSPC, ENOMEM.
  ErrnoOr<> name_if_seen();
  // For destructors, first of all: nobody finds the socket any more.
  void give_up_name();
  // The name has been set.
  virtual void named(const RefPtr<LocalName>& name) = 0;

 private:
  ErrnoOr<> bind_to(const SocketAddress* address, const Caller* caller);
  ErrnoOr<> take_name(const GivenName* wanted, const Caller* caller);

  Guarded<RefPtr<LocalName>, LockRank::NetSocket> name_;
  std::atomic<bool> naming_{false};  // a bind() is under way
};

}  // namespace jacinth::net::local
