// Making, naming and connecting sockets.
#include <array>

#include "linux/files/transfer.h"
#include "linux/sockets/socket_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "net/socket_family.h"

namespace jacinth::linux {
namespace {

using net::kSocketCloseOnExec;
using net::kSocketNonBlock;

constexpr uint32_t kTypeMask = 0xf;

struct TypeArgument {
  uint32_t type;
  uint32_t flags;
  bool close_on_exec;
};
ErrnoOr<TypeArgument> read_type(int32_t argument) {
  const auto value = static_cast<uint32_t>(argument);
  if ((value & ~(kTypeMask | kSocketNonBlock | kSocketCloseOnExec)) != 0) return fail(Errno::INVAL);
  return TypeArgument{.type = value & kTypeMask,
                      .flags = value & kSocketNonBlock,
                      .close_on_exec = (value & kSocketCloseOnExec) != 0};
}

}  // namespace

SysResult sys_socket(SyscallContext& ctx, int32_t domain, int32_t type, int32_t protocol) {
  const TypeArgument wanted = TRY(read_type(type));
  const SocketCaller caller(ctx);
  auto made = TRY(net::make_socket(domain, wanted.type, protocol, wanted.flags, caller.view()));
  return static_cast<uint64_t>(
      TRY(ctx.self().files->add(std::move(made), wanted.close_on_exec, file_limit(ctx))));
}

SysResult sys_socketpair(SyscallContext& ctx, int32_t domain, int32_t type, int32_t protocol,
                         UserOut<int32_t> fds) {
  const TypeArgument wanted = TRY(read_type(type));
  const SocketCaller caller(ctx);
  auto made =
      TRY(net::make_socket_pair(domain, wanted.type, protocol, wanted.flags, caller.view()));
  FileTable& files = *ctx.self().files;
  const auto pair = TRY(files.add_pair(std::move(made.first), std::move(made.second),
                                       wanted.close_on_exec, file_limit(ctx)));
  const std::array<int32_t, 2> numbers{pair.first, pair.second};
  const auto told = fault_of(fds.write_array(numbers));
  if (told) return 0;
  (void)files.close(pair.first);
  (void)files.close(pair.second);
  return fail(told.error());
}

SysResult sys_bind(SyscallContext& ctx, int32_t fd, UserIn<std::byte> address, uint32_t size) {
  const auto socket = TRY(get_socket(ctx, fd));
  const net::SocketAddress wanted = TRY(read_socket_address(address, size));
  const SocketCaller caller(ctx);
  TRY(socket->bind(wanted, caller.view()));
  return 0;
}

SysResult sys_listen(SyscallContext& ctx, int32_t fd, int32_t backlog) {
  const auto socket = TRY(get_socket(ctx, fd));
  const SocketCaller caller(ctx);
  TRY(socket->listen(backlog, caller.view()));
  return 0;
}

namespace {

exec::Task<SysResult> finish_connect(RefPtr<net::Socket> socket,
                                     exec::Eventually<ErrnoOr<>> connecting) {
  CO_TRY(co_await std::move(connecting));
  co_return uint64_t{0};
}

}  // namespace

exec::Eventually<SysResult> sys_connect(SyscallContext& ctx, int32_t fd, UserIn<std::byte> address,
                                        uint32_t size) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  const auto wanted = read_socket_address(address, size);
  if (!wanted) return SysResult(fail(wanted.error()));
  const SocketCaller caller(ctx);
  auto connecting = (*socket)->connect(*wanted, caller.view());
  if (!connecting.ready()) return finish_connect(std::move(*socket), std::move(connecting));
  if (!connecting.value()) return SysResult(fail(connecting.value().error()));
  return SysResult(0);
}

// --- accept

namespace {

struct AcceptTo {
  UserOut<std::byte> address;
  UserInOut<uint32_t> size;
  bool close_on_exec = false;
};

SysResult install_accepted(SyscallContext& ctx, RefPtr<net::Socket> accepted, const AcceptTo& to) {
  if (!to.address.is_null()) {
    const auto peer = accepted->peer_address(true);
    if (!peer) return fail(Errno::CONNABORTED);
    TRY(write_socket_address(to.address, to.size, *peer));
  }
  return static_cast<uint64_t>(
      TRY(ctx.self().files->add(std::move(accepted), to.close_on_exec, file_limit(ctx))));
}

exec::Task<SysResult> finish_accept(SyscallContext ctx, RefPtr<net::Socket> socket,
                                    exec::Eventually<ErrnoOr<RefPtr<net::Socket>>> accepting,
                                    AcceptTo to) {
  auto accepted = CO_TRY(co_await std::move(accepting));
  co_return install_accepted(ctx, std::move(accepted), to);
}

}  // namespace

exec::Eventually<SysResult> sys_accept4(SyscallContext& ctx, int32_t fd, UserOut<std::byte> address,
                                        UserInOut<uint32_t> size, uint32_t flags) {
  if ((flags & ~(kSocketNonBlock | kSocketCloseOnExec)) != 0) return SysResult(fail(Errno::INVAL));
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  const AcceptTo to{address, size, (flags & kSocketCloseOnExec) != 0};
  auto accepting = (*socket)->accept(flags & kSocketNonBlock);
  if (!accepting.ready()) return finish_accept(ctx, std::move(*socket), std::move(accepting), to);
  if (!accepting.value()) return SysResult(fail(accepting.value().error()));
  return install_accepted(ctx, *std::move(accepting.value()), to);
}

exec::Eventually<SysResult> sys_accept(SyscallContext& ctx, int32_t fd, UserOut<std::byte> address,
                                       UserInOut<uint32_t> size) {
  return sys_accept4(ctx, fd, address, size, 0);
}

// --- names, and the end

SysResult sys_getsockname(SyscallContext& ctx, int32_t fd, UserOut<std::byte> address,
                          UserInOut<uint32_t> size) {
  const auto socket = TRY(get_socket(ctx, fd));
  const auto own = TRY(socket->address());
  if (address.is_null()) return fail(Errno::FAULT);
  TRY(write_socket_address(address, size, own));
  return 0;
}

SysResult sys_getpeername(SyscallContext& ctx, int32_t fd, UserOut<std::byte> address,
                          UserInOut<uint32_t> size) {
  const auto socket = TRY(get_socket(ctx, fd));
  const auto peer = TRY(socket->peer_address());
  if (address.is_null()) return fail(Errno::FAULT);
  TRY(write_socket_address(address, size, peer));
  return 0;
}

SysResult sys_shutdown(SyscallContext& ctx, int32_t fd, int32_t how) {
  const auto socket = TRY(get_socket(ctx, fd));
  if (how < 0 || how > 2) return fail(Errno::INVAL);
  TRY(socket->shutdown(static_cast<uint32_t>(how) + 1));
  return 0;
}

}  // namespace jacinth::linux
