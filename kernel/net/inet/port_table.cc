#include "net/inet/port_table.h"

#include <algorithm>

namespace jacinth::net::inet {
namespace {

constinit PortTable tcp_table;
constinit PortTable udp_table;

// How exactly an address is wanted, of one that covers it.
unsigned exactness(const IpAddress& local) {
  if (local == IpAddress::any_v6()) return 1;
  return local == IpAddress::any_v4() ? 2 : 3;
}

}  // namespace

PortTable& tcp_ports() { return tcp_table; }
PortTable& udp_ports() { return udp_table; }

// --- taking ports ---

bool PortTable::covers(const PortUser& who, const IpAddress& address) {
  const IpAddress& own = who.local_.address;
  if (own == IpAddress::any_v6()) return !(who.v6_only_ && address.is_v4());
  if (own == IpAddress::any_v4()) return address.is_v4();
  return own == address;
}

// Whether `one` cannot have what it wants because of `other`.
bool PortTable::conflict(const PortUser& one, const PortUser& other) {
  if (one.local_.port != other.local_.port) return false;
  if (!covers(one, other.local_.address) && !covers(other, one.local_.address)) return false;
  if (one.reuse_port_ && other.reuse_port_ && one.user_ == other.user_) return false;
  const bool shared = one.reuse_address_ && other.reuse_address_;
  return !shared || other.listening_;
}

bool PortTable::is_free(const PortUser& who) {
  for (const PortUser* other = chain(who.local_.port).first(); other != nullptr;
       other = Users::next(*other)) {
    if (other != &who && conflict(who, *other)) return false;
  }
  return true;
}

ErrnoOr<uint16_t> PortTable::take(PortUser& who, const Wish& wish) {
  LockGuard guard(lock_);
  if (who.link_.is_linked()) return fail(Errno::INVAL);
  who.local_ = wish.local;
  who.remote_ = {};
  who.v6_only_ = wish.v6_only;
  who.reuse_address_ = wish.reuse_address;
  who.reuse_port_ = wish.reuse_port;
  who.user_ = wish.user;
  who.listening_ = false;
  who.accepted_ = false;
  if (wish.local.port == 0) {
    // Whoever does not care which port it is gets one of its own.
    who.reuse_address_ = who.reuse_port_ = false;
    for (unsigned tries = 0; tries <= kLastEphemeral - kFirstEphemeral; ++tries) {
      who.local_.port = static_cast<uint16_t>(kFirstEphemeral + next_ephemeral_);
      next_ephemeral_ = (next_ephemeral_ + 1) % kEphemeralPorts;
      if (is_free(who)) break;
      who.local_.port = 0;
    }
    who.reuse_address_ = wish.reuse_address;
    who.reuse_port_ = wish.reuse_port;
  } else if (!is_free(who)) {
    who.local_.port = 0;
  }
  if (who.local_.port == 0) return fail(Errno::ADDRINUSE);
  chain(who.local_.port).push(who);
  return who.local_.port;
}

void PortTable::share(PortUser& who, const Endpoint& local, const PortUser& with) {
  LockGuard guard(lock_);
  who.local_ = local;
  who.accepted_ = true;
  who.v6_only_ = with.v6_only_;
  who.reuse_address_ = with.reuse_address_;
  who.reuse_port_ = with.reuse_port_;
  who.user_ = with.user_;
  chain(local.port).push(who);
}

void PortTable::release(PortUser& who) {
  LockGuard guard(lock_);
  if (!who.link_.is_linked()) return;
  Users::remove(who);
  who.local_.port = 0;
}

Endpoint PortTable::local(const PortUser& who) {
  LockGuard guard(lock_);
  return who.local_;
}

void PortTable::set_address(PortUser& who, const IpAddress& local) {
  LockGuard guard(lock_);
  who.local_.address = local;
}

void PortTable::set_remote(PortUser& who, const Endpoint& remote) {
  LockGuard guard(lock_);
  who.remote_ = remote;
}

ErrnoOr<> PortTable::listen(PortUser& who) {
  LockGuard guard(lock_);
  if (who.listening_) return {};
  who.listening_ = true;
  if (is_free(who)) return {};
  who.listening_ = false;
  return fail(Errno::ADDRINUSE);
}

// --- finding sockets ---

template <typename F>
RefPtr<KernelObject> PortTable::find_best(const Endpoint& from, const Endpoint& to, F&& score) {
  LockGuard guard(lock_);
  const auto points_of = [&](const PortUser& user) -> unsigned {
    if (user.local_.port != to.port || user.accepted_ || !covers(user, to.address)) return 0;
    return score(user);
  };
  unsigned best = 0;
  unsigned count = 0;
  for (PortUser* user = chain(to.port).first(); user != nullptr; user = Users::next(*user)) {
    const unsigned points = points_of(*user);
    if (points > best) count = 0;
    best = std::max(best, points);
    if (points == best) ++count;
  }
  if (best == 0) return nullptr;
  unsigned before = from.port % count;
  for (PortUser* user = chain(to.port).first(); user != nullptr; user = Users::next(*user)) {
    if (points_of(*user) == best && before-- == 0) return user->end();
  }
  return nullptr;
}

RefPtr<KernelObject> PortTable::find_listener(const Endpoint& from, const Endpoint& to) {
  return find_best(from, to, [](const PortUser& user) {
    return user.listening_ ? exactness(user.local_.address) : 0;
  });
}

RefPtr<KernelObject> PortTable::find_hearer(const Endpoint& from, const Endpoint& to) {
  return find_best(from, to, [&](const PortUser& user) {
    const unsigned points = exactness(user.local_.address);
    if (user.remote_.port == 0) return points;
    return user.remote_ == from ? points + 4 : 0;
  });
}

}  // namespace jacinth::net::inet
