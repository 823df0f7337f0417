// Makes sockets of every family there is.
#pragma once

#include "net/socket.h"

namespace jacinth::net {

// `type` without kSocketNonBlock and kSocketCloseOnExec; `flags`: fs::open_flags::kNonBlock.
// EAFNOSUPPORT, EINVAL (no such type), ESOCKTNOSUPPORT, EPROTONOSUPPORT, EPERM (raw), ENOMEM.
ErrnoOr<RefPtr<Socket>> make_socket(int32_t family, uint32_t type, int32_t protocol, uint32_t flags,
                                    const Caller& caller);

struct SocketPair {
  RefPtr<Socket> first;
  RefPtr<Socket> second;
};
// EOPNOTSUPP: of a family that has no pairs.
ErrnoOr<SocketPair> make_socket_pair(int32_t family, uint32_t type, int32_t protocol,
                                     uint32_t flags, const Caller& caller);

}  // namespace jacinth::net
