#include "linux/sockets/socket_argument.h"

#include <algorithm>

#include "linux/files/transfer.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

ErrnoOr<RefPtr<net::Socket>> get_socket(SyscallContext& ctx, int32_t fd) {
  auto file = TRY(ctx.self().files->get(fd));
  net::Socket* const socket = net::socket_of(*file);
  if (socket == nullptr) return fail(Errno::NOTSOCK);
  return RefPtr<net::Socket>(socket);
}

ErrnoOr<net::SocketAddress> read_socket_address(UserIn<std::byte> from, uint32_t size) {
  net::SocketAddress address;
  if (size > net::SocketAddress::kMost) return fail(Errno::INVAL);
  address.size = size;
  TRY(fault_of(from.read_array(std::span(address.bytes).first(size))));
  return address;
}

ErrnoOr<> write_socket_address(UserOut<std::byte> to, UserInOut<uint32_t> size,
                               const net::SocketAddress& address) {
  if (to.is_null()) return {};
  const uint32_t room = TRY(get(size));
  if (static_cast<int32_t>(room) < 0) return fail(Errno::INVAL);
  TRY(fault_of(to.write_array(address.used().first(std::min(room, address.size)))));
  return put(size, address.size);
}

SocketCaller::SocketCaller(SyscallContext& ctx)
    : who_(*ctx.process().credentials.lock()),
      credentials_(who_.for_files()),
      root_(ctx.self().fs->root()),
      directory_(ctx.self().fs->directory()),
      caller_{.from = {.root = root_, .base = directory_, .who = credentials_},
              .umask = ctx.self().fs->umask.load(std::memory_order_relaxed),
              .effective = {.process = ctx.process().id(),
                            .user = who_.user.effective,
                            .group = who_.group.effective},
              .file_limit = file_limit(ctx)} {
  // Who may do without limits may send any number of files.
  if (credentials_.has(fs::capability::kSysResource) || credentials_.has(fs::capability::kSysAdmin))
    caller_.file_limit = kUnlimited;
}

net::Sender sender_of_current_thread() {
  const Thread* const thread = Thread::current();
  if (thread == nullptr) return net::kNoSender;
  LinuxProcess& process = LinuxProcess::of(thread->process());
  auto who = process.credentials.lock();
  return {.process = process.id(), .user = who->user.real, .group = who->group.real};
}

}  // namespace jacinth::linux
