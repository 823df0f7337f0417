// What the socket calls share: sockets by descriptor, addresses in the program's memory, who calls.
#pragma once

#include <string_view>

#include "linux/files/path_argument.h"
#include "linux/syscall_context.h"
#include "net/socket.h"

namespace jacinth::linux {

// EBADF; ENOTSOCK.
ErrnoOr<RefPtr<net::Socket>> get_socket(SyscallContext& ctx, int32_t fd);

// EINVAL: too long; EFAULT.
ErrnoOr<net::SocketAddress> read_socket_address(UserIn<std::byte> from, uint32_t size);
// Cut to the size that the program says it has room for; tells the whole size there. A null `to` is
// told nothing. EINVAL: a negative size; EFAULT.
ErrnoOr<> write_socket_address(UserOut<std::byte> to, UserInOut<uint32_t> size,
                               const net::SocketAddress& address);

// The calling task as sockets want to know it. Valid as long as this stays where it is.
class SocketCaller {
 public:
  explicit SocketCaller(SyscallContext& ctx);
  SocketCaller(const SocketCaller&) = delete;
  SocketCaller& operator=(const SocketCaller&) = delete;
  const net::Caller& view() const { return caller_; }
  const CredentialSet& ids() const { return who_; }

 private:
  CredentialSet who_;
  fs::Credentials credentials_;
  fs::Path root_;
  fs::Path directory_;
  net::Caller caller_;
};

// As messages show it (net::set_sender_source()).
net::Sender sender_of_current_thread();

}  // namespace jacinth::linux
