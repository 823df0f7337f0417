// Sending through sockets.
#include <algorithm>
#include <optional>

#include "abi/linux/socket_types.h"
#include "linux/files/io_vectors.h"
#include "linux/files/transfer.h"
#include "linux/sockets/control_messages.h"
#include "linux/sockets/socket_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using net::SendMessage;

// A message on its way, with all it refers to: where it stays while the caller waits.
struct Sending : HeapAllocated {
  explicit Sending(SyscallContext& ctx) : caller(ctx) {}

  RefPtr<net::Socket> socket;
  const SocketCaller caller;
  IoVectors vectors;
  net::SocketAddress to;
  std::optional<SendMessage> message;
};
using SendingPtr = UniquePtr<Sending>;

SysResult finish_now(SyscallContext& ctx, const net::Socket& socket, uint32_t flags,
                     const ErrnoOr<size_t>& sent) {
  const bool signals = socket.is_stream() && (flags & net::message_flag::kNoSignal) == 0;
  if (!sent && sent.error() == Errno::PIPE && signals) raise_broken_pipe(ctx.self());
  if (!sent) return fail(sent.error());
  return uint64_t{*sent};
}

ErrnoOr<SendingPtr> make_sending(SyscallContext& ctx, RefPtr<net::Socket> socket) {
  auto sending = TRY(to_errno(make_unique<Sending>(ctx)));
  sending->socket = std::move(socket);
  return sending;
}

exec::Task<SysResult> finish(SyscallContext ctx, SendingPtr sending,
                             fs::File::Transferred transfer) {
  const ErrnoOr<size_t> sent = co_await std::move(transfer);
  co_return finish_now(ctx, *sending->socket, sending->message->flags, sent);
}

exec::Eventually<SysResult> send(SyscallContext& ctx, SendingPtr sending) {
  fs::File::Transferred transfer = sending->socket->send(*sending->message);
  if (transfer.ready())
    return finish_now(ctx, *sending->socket, sending->message->flags, transfer.value());
  return finish(ctx, std::move(sending), std::move(transfer));
}

// --- sendto

exec::Eventually<SysResult> send_to(SyscallContext& ctx, RefPtr<net::Socket> socket,
                                    SendMessage& first, const net::SocketAddress& to) {
  auto sending = make_sending(ctx, std::move(socket));
  if (!sending) return SysResult(fail(sending.error()));
  Sending& kept = **sending;
  kept.to = to;
  kept.message.emplace(first.data, first.flags);
  kept.message->done = first.done;
  kept.message->caller = &kept.caller.view();
  if (to.size != 0) kept.message->to = &kept.to;
  return send(ctx, *std::move(sending));
}

// --- sendmsg

ErrnoOr<SendingPtr> prepare(SyscallContext& ctx, RefPtr<net::Socket> socket,
                            const abi::msghdr& header, uint32_t flags) {
  auto sending = TRY(make_sending(ctx, std::move(socket)));
  if (header.vector_count > IoVectors::kMost) return fail(Errno::MSGSIZE);
  if (static_cast<int32_t>(header.name_size) < 0) return fail(Errno::INVAL);
  if (header.name != 0 && header.name_size != 0) {
    const auto size = std::min<uint32_t>(header.name_size, net::SocketAddress::kMost);
    sending->to = TRY(read_socket_address(UserIn<std::byte>(VirtAddr{header.name}), size));
  }
  sending->vectors =
      TRY(IoVectors::read(UserIn<abi::iovec>(VirtAddr{header.vector}), header.vector_count));
  auto control =
      TRY(read_control(ctx, sending->caller, *sending->socket,
                       UserIn<std::byte>(VirtAddr{header.control}), header.control_size));
  SendMessage& message =
      sending->message.emplace(fs::IoSource::user(sending->vectors.list()), flags);
  message.caller = &sending->caller.view();
  message.files = std::move(control.files);
  message.credentials = control.credentials;
  if (sending->to.size != 0) message.to = &sending->to;
  return sending;
}

// A socket that sends no datagrams has nothing to do for no bytes, and so sends no files either.
exec::Eventually<SysResult> send_message(SyscallContext& ctx, RefPtr<net::Socket> socket,
                                         UserIn<abi::msghdr> from, uint32_t flags) {
  const auto header = get(from);
  if (!header) return SysResult(fail(header.error()));
  auto sending = prepare(ctx, std::move(socket), *header, flags);
  if (!sending) return SysResult(fail(sending.error()));
  return send(ctx, *std::move(sending));
}

exec::Task<SysResult> send_messages(SyscallContext ctx, RefPtr<net::Socket> socket,
                                    UserInOut<abi::mmsghdr> messages, uint32_t count,
                                    uint32_t flags) {
  uint32_t done = 0;
  for (; done < count; ++done) {
    const VirtAddr at = messages.address() + uint64_t{done} * sizeof(abi::mmsghdr);
    const SysResult sent = co_await send_message(ctx, socket, UserIn<abi::msghdr>(at), flags);
    const UserOut<uint32_t> bytes(at + offsetof(abi::mmsghdr, bytes));
    if (sent && put(bytes, static_cast<uint32_t>(*sent))) continue;
    if (done != 0) break;
    co_return sent ? SysResult(fail(Errno::FAULT)) : sent;
  }
  co_return uint64_t{done};
}

}  // namespace

exec::Eventually<SysResult> sys_sendto(SyscallContext& ctx, int32_t fd, UserIn<std::byte> buffer,
                                       size_t count, uint32_t flags, UserIn<std::byte> address,
                                       uint32_t size) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  const auto source = fs::IoSource::user(buffer.address(), std::min(count, fs::kMaxTransfer));
  SendMessage message(source, flags);
  net::SocketAddress to;
  if (!address.is_null() && size != 0) {
    const auto given = read_socket_address(address, size);
    if (!given) return SysResult(fail(given.error()));
    to = *given;
  } else if (const auto sent = (*socket)->send_at_once(message)) {
    return finish_now(ctx, **socket, flags, *sent);
  }
  return send_to(ctx, *std::move(socket), message, to);
}

exec::Eventually<SysResult> sys_sendmsg(SyscallContext& ctx, int32_t fd, UserIn<std::byte> message,
                                        uint32_t flags) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  return send_message(ctx, *std::move(socket), UserIn<abi::msghdr>(message.address()), flags);
}

exec::Eventually<SysResult> sys_sendmmsg(SyscallContext& ctx, int32_t fd,
                                         UserInOut<std::byte> messages, uint32_t count,
                                         uint32_t flags) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  return send_messages(ctx, *std::move(socket), UserInOut<abi::mmsghdr>(messages.address()),
                       std::min<uint32_t>(count, IoVectors::kMost), flags);
}

}  // namespace jacinth::linux
