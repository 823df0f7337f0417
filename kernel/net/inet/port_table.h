// The ports of a transport protocol, and who has which.
#pragma once

#include <array>
#include <cstdint>

#include "base/errno.h"
#include "base/spinlock.h"
#include "net/chain.h"
#include "net/inet/inet_address.h"
#include "net/numbers.h"
#include "object/kernel_object.h"

namespace jacinth::net::inet {

// A socket's part in the table. Its fields change under the table's lock.
class PortUser {
 public:
  PortUser() = default;
  PortUser(const PortUser&) = delete;
  PortUser& operator=(const PortUser&) = delete;

  // What is behind the socket. Asked under the table's lock, while it has a port.
  virtual RefPtr<KernelObject> end() = 0;

 protected:
  ~PortUser() = default;

 private:
  friend class PortTable;

  ChainHook<PortUser> link_;
  Endpoint local_;   // port 0: has none
  Endpoint remote_;  // of a connected datagram socket: the only one it hears; port 0: none
  bool v6_only_ = false;
  bool reuse_address_ = false;
  bool reuse_port_ = false;
  bool listening_ = false;
  bool accepted_ = false;  // a connection: found by nobody
  uint32_t user_ = 0;      // who shares a port by SO_REUSEPORT must be the same
};

class PortTable {
 public:
  // net.ipv4.ip_local_port_range
  static constexpr uint16_t kFirstEphemeral = 32768, kLastEphemeral = 60999;
  static constexpr uint16_t kEphemeralPorts = kLastEphemeral - kFirstEphemeral + 1;

  struct Wish {
    Endpoint local;  // port 0: any free one
    bool v6_only = false;
    bool reuse_address = false;
    bool reuse_port = false;
    uint32_t user = 0;
  };

  constexpr PortTable() = default;

  // Gives `who` a port; returns it. EINVAL: has one; EADDRINUSE: taken, or none is free.
  ErrnoOr<uint16_t> take(PortUser& who, const Wish& wish);
  // The port of the listening socket for a connection accepted from it.
  void share(PortUser& who, const Endpoint& local, const PortUser& with);
  // Nothing when it has none.
  void release(PortUser& who);
  Endpoint local(const PortUser& who);
  void set_address(PortUser& who, const IpAddress& local);
  void set_remote(PortUser& who, const Endpoint& remote);
  // It takes connections now. EADDRINUSE: another one does.
  ErrnoOr<> listen(PortUser& who);

  // Who takes a connection, or hears a datagram, from `from` to `to`: the one that says most
  // exactly what it wants; of several, `from` decides. Null: nobody.
  RefPtr<KernelObject> find_listener(const Endpoint& from, const Endpoint& to);
  RefPtr<KernelObject> find_hearer(const Endpoint& from, const Endpoint& to);

 private:
  static constexpr size_t kChains = 256;
  using Users = Chain<PortUser, &PortUser::link_>;

  Users& chain(uint16_t port) REQUIRES(lock_) { return chains_[port % kChains]; }
  static bool covers(const PortUser& who, const IpAddress& address);
  static bool conflict(const PortUser& one, const PortUser& other);
  bool is_free(const PortUser& who) REQUIRES(lock_);
  template <typename F>
  RefPtr<KernelObject> find_best(const Endpoint& from, const Endpoint& to, F&& score);

  SpinLock lock_{LockRank::NetTable};
  std::array<Users, kChains> chains_ GUARDED_BY(lock_);
  uint16_t next_ephemeral_ GUARDED_BY(lock_) =
      0;  // above the first: all zero is no part of the image
};

PortTable& tcp_ports();
PortTable& udp_ports();

}  // namespace jacinth::net::inet
