// System calls on sockets (108–111).
#include "object/ipc/socket.h"

#include <zircon/syscalls/ipc.h>

#include <algorithm>

#include "zircon/context.h"
#include "zircon/info.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

Result<ByteChain> read_chain(UserIn<std::byte> buffer, size_t size) {
  ByteChain chain;
  while (chain.size() < size) {
    const size_t done = chain.size();
    TRY(buffer.read_array(TRY(chain.extend(size - done)), done));
  }
  return chain;
}

Result<> write_chain(const ByteChain& chain, UserOut<std::byte> buffer) {
  size_t done = 0;
  return chain.for_each([&](std::span<const std::byte> piece) -> Result<> {
    TRY(buffer.write_array(piece, done));
    done += piece.size();
    return {};
  });
}

}  // namespace

Result<> sys_socket_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out0,
                           UserOut<HandleValue> out1) {
  TRY(ctx.allow(PolicyCondition::NewSocket));
  if ((options & ~ZX_SOCKET_DATAGRAM) != 0) return fail(Status::InvalidArgs);
  auto [left, right] = TRY(Socket::create(static_cast<Socket::Mode>(options)));
  return ctx.deliver(out0, std::move(left), out1, std::move(right));
}

Result<> sys_socket_write(SyscallContext& ctx, HandleValue handle, uint32_t options,
                          UserIn<std::byte> buffer, size_t buffer_size, UserOut<size_t> actual) {
  if (buffer_size != 0 && buffer.is_null()) return fail(Status::InvalidArgs);
  if (options != 0) return fail(Status::InvalidArgs);
  auto socket = TRY(ctx.get<Socket>(handle, rights::kWrite));
  const size_t room = TRY(socket->room(buffer_size));
  const size_t written = TRY(socket->write(TRY(read_chain(buffer, room))));
  if (!actual.is_null()) TRY(actual.write(written));
  return {};
}

Result<> sys_socket_read(SyscallContext& ctx, HandleValue handle, uint32_t options,
                         UserOut<std::byte> buffer, size_t buffer_size, UserOut<size_t> actual) {
  if (buffer_size != 0 && buffer.is_null()) return fail(Status::InvalidArgs);
  if ((options & ~ZX_SOCKET_PEEK) != 0) return fail(Status::InvalidArgs);
  auto socket = TRY(ctx.get<Socket>(handle, rights::kRead));
  const auto peek = options != 0 ? Socket::Peek::Yes : Socket::Peek::No;
  const ByteChain data = TRY(socket->read(buffer_size, peek));
  TRY(write_chain(data, buffer));
  if (!actual.is_null()) TRY(actual.write(data.size()));
  return {};
}

Result<> sys_socket_shutdown(SyscallContext& ctx, HandleValue handle, uint32_t options) {
  if ((options & ~(Socket::kShutdownWrite | Socket::kShutdownRead)) != 0)
    return fail(Status::InvalidArgs);
  auto socket = TRY(ctx.get<Socket>(handle, rights::kWrite));
  return socket->shutdown(options);
}

Result<> info_socket(InfoQuery& query) {
  const Socket::Info info = TRY(query.get<Socket>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_socket_t{.options = info.options,
                                           .padding1 = {},
                                           .rx_buf_max = info.rx_max,
                                           .rx_buf_size = info.rx_size,
                                           .rx_buf_available = info.rx_available,
                                           .tx_buf_max = info.tx_max,
                                           .tx_buf_size = info.tx_size});
}

}  // namespace jacinth::zircon
