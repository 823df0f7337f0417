#include "net/local/local_socket.h"

namespace jacinth::net::local {

// --- names ---

ErrnoOr<> LocalSocket::bind(const SocketAddress& address, const Caller& caller) {
  // Only the family: any name will do.
  if (address.size == kHeader && address.family() == kLocal) {
    if (local_name()) return {};
    return bind_to(nullptr, &caller);
  }
  return bind_to(&address, &caller);
}

ErrnoOr<> LocalSocket::bind_to(const SocketAddress* address, const Caller* caller) {
  GivenName wanted;
  if (address != nullptr) wanted = TRY(read_name(*address));
  if (naming_.exchange(true)) return fail(Errno::INVAL);
  const ErrnoOr<> named = take_name(address == nullptr ? nullptr : &wanted, caller);
  naming_.store(false);
  return named;
}

// One at a time.
ErrnoOr<> LocalSocket::take_name(const GivenName* wanted, const Caller* caller) {
  if (local_name()) return fail(Errno::INVAL);
  auto taken = wanted == nullptr  ? LocalName::take_any(*this)
               : wanted->abstract ? LocalName::take_abstract(wanted->text, *this)
                                  : LocalName::take_path(wanted->text, *caller, *this);
  if (!taken) return fail(taken.error());
  set_local_name(*std::move(taken));
  return {};
}

void LocalSocket::set_local_name(RefPtr<LocalName> name) {
  named(name);
  std::swap(*name_.lock(), name);
}

ErrnoOr<> LocalSocket::name_if_seen() {
  if (!options().pass_credentials || local_name()) return {};
  return bind_to(nullptr, nullptr);
}

void LocalSocket::give_up_name() {
  if (const auto name = local_name()) name->give_up(*this);
}

ErrnoOr<SocketAddress> LocalSocket::address() {
  SocketAddress shown = kNoName;
  if (const auto name = local_name()) name->write_to(shown);
  return shown;
}

}  // namespace jacinth::net::local
