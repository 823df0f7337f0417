// Receiving from sockets.
#include <algorithm>
#include <array>
#include <optional>

#include "abi/linux/socket_types.h"
#include "hal/clock.h"
#include "linux/files/io_vectors.h"
#include "linux/sockets/control_messages.h"
#include "linux/sockets/socket_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"
#include "net/inet/inet_options.h"

namespace jacinth::linux {
namespace {

using net::ReceiveMessage;
using namespace net::message_flag;

// A message that is waited for, with all it refers to.
struct Receiving : HeapAllocated {
  RefPtr<net::Socket> socket;
  IoVectors vectors;
  abi::msghdr header{};
  VirtAddr where{};  // of the header, in the program
  net::SocketAddress from;
  std::optional<ReceiveMessage> message;
};
using ReceivingPtr = UniquePtr<Receiving>;

// --- recvfrom

struct FromArgument {
  UserOut<std::byte> address;
  UserInOut<uint32_t> size;
};

SysResult finish_from(const FromArgument& argument, const net::SocketAddress& from,
                      const ErrnoOr<size_t>& received) {
  if (!received) return fail(received.error());
  TRY(write_socket_address(argument.address, argument.size, from));
  return uint64_t{*received};
}

exec::Task<SysResult> finish_from_later(ReceivingPtr receiving, fs::File::Transferred transfer,
                                        FromArgument argument) {
  const ErrnoOr<size_t> received = co_await std::move(transfer);
  co_return finish_from(argument, receiving->from, received);
}

exec::Eventually<SysResult> receive_from(RefPtr<net::Socket> socket, ReceiveMessage& first,
                                         const FromArgument& argument) {
  auto made = make_unique<Receiving>();
  if (!made) return SysResult(fail(Errno::NOMEM));
  Receiving& receiving = **made;
  receiving.socket = std::move(socket);
  ReceiveMessage& message = receiving.message.emplace(first.data, first.flags);
  message.done = first.done;
  if (!argument.address.is_null()) message.from = &receiving.from;
  fs::File::Transferred transfer = receiving.socket->receive(message);
  if (transfer.ready()) return finish_from(argument, receiving.from, transfer.value());
  return finish_from_later(*std::move(made), std::move(transfer), argument);
}

// --- recvmsg

ErrnoOr<ReceivingPtr> prepare(RefPtr<net::Socket> socket, VirtAddr where, uint32_t flags) {
  auto receiving = TRY(to_errno(make_unique<Receiving>()));
  receiving->socket = std::move(socket);
  receiving->where = where;
  receiving->header = TRY(get(UserIn<abi::msghdr>(where)));
  const abi::msghdr& header = receiving->header;
  if (header.vector_count > IoVectors::kMost) return fail(Errno::MSGSIZE);
  if (static_cast<int32_t>(header.name_size) < 0) return fail(Errno::INVAL);
  receiving->vectors =
      TRY(IoVectors::read(UserIn<abi::iovec>(VirtAddr{header.vector}), header.vector_count));
  ReceiveMessage& message =
      receiving->message.emplace(fs::IoTarget::user(receiving->vectors.list()), flags);
  if (header.name != 0) message.from = &receiving->from;
  return receiving;
}

// IP_PKTINFO and IPV6_PKTINFO: to which of this machine's addresses the datagram was sent, and by
// which device it came.
void put_packet_info(ControlWriter& control, const net::SocketAddress& to) {
  constexpr uint32_t kDevice = 1;  // all come by the loopback device
  namespace level = net::level;
  if (to.family() == net::kInet) {
    struct {
      uint32_t device = kDevice;
      std::array<std::byte, 4> local{}, destination{};
    } info;
    std::copy_n(to.bytes.begin() + 4, 4, info.local.begin());
    info.destination = info.local;
    control.put(level::kIp, net::inet::ip_option::kPacketInfo, std::as_bytes(std::span(&info, 1)));
    return;
  }
  struct {
    std::array<std::byte, 16> destination{};
    uint32_t device = kDevice;
  } info;
  std::copy_n(to.bytes.begin() + 8, 16, info.destination.begin());
  control.put(level::kIpv6, net::inet::ipv6_option::kPacketInfo,
              std::as_bytes(std::span(&info, 1)));
}

// Tells the program what came with the message.
SysResult finish_now(SyscallContext& ctx, Receiving& receiving, const ErrnoOr<size_t>& received) {
  if (!received) return fail(received.error());
  ReceiveMessage& message = *receiving.message;
  abi::msghdr& header = receiving.header;
  net::Socket& socket = *receiving.socket;
  ControlWriter control(VirtAddr{header.control}, header.control_size);
  if (socket.options().pass_credentials && message.credentials)
    control.put(net::level::kSocket, net::kControlCredentials,
                std::as_bytes(std::span(&*message.credentials, 1)));
  if (message.to) put_packet_info(control, *message.to);
  if (message.files) control.put_files(ctx, *message.files, (message.flags & kCloseOnExec) != 0);
  if (control.faulted()) return fail(Errno::FAULT);
  if (header.name != 0) {
    const UserOut<std::byte> name(VirtAddr{header.name});
    const auto part = receiving.from.used().first(std::min(header.name_size, receiving.from.size));
    TRY(fault_of(name.write_array(part)));
    const UserOut<uint32_t> size(receiving.where + offsetof(abi::msghdr, name_size));
    TRY(put(size, receiving.from.size));
  }
  uint32_t flags = message.result_flags | (message.flags & kCloseOnExec);
  if (control.cut()) flags |= kControlCut;
  TRY(put(UserOut<uint32_t>(receiving.where + offsetof(abi::msghdr, flags)), flags));
  TRY(put(UserOut<uint64_t>(receiving.where + offsetof(abi::msghdr, control_size)),
          header.control_size - control.left()));
  return uint64_t{*received};
}

exec::Task<SysResult> finish(SyscallContext ctx, ReceivingPtr receiving,
                             fs::File::Transferred transfer) {
  const ErrnoOr<size_t> received = co_await std::move(transfer);
  co_return finish_now(ctx, *receiving, received);
}

exec::Eventually<SysResult> receive_message(SyscallContext& ctx, RefPtr<net::Socket> socket,
                                            VirtAddr where, uint32_t flags) {
  auto receiving = prepare(std::move(socket), where, flags);
  if (!receiving) return SysResult(fail(receiving.error()));
  Receiving& here = **receiving;
  fs::File::Transferred transfer = here.socket->receive(*here.message);
  if (transfer.ready()) return finish_now(ctx, here, transfer.value());
  return finish(ctx, *std::move(receiving), std::move(transfer));
}

// The limit of time is looked at after each message, as on Linux: it ends no wait.
exec::Task<SysResult> receive_messages(SyscallContext ctx, RefPtr<net::Socket> socket,
                                       VirtAddr messages, uint32_t count, uint32_t flags,
                                       Instant deadline) {
  uint32_t done = 0;
  uint32_t now = flags & ~kWaitForOne;
  while (done < count) {
    const VirtAddr at = messages + uint64_t{done} * sizeof(abi::mmsghdr);
    const SysResult received = co_await receive_message(ctx, socket, at, now);
    if (!received && done == 0) co_return received;
    if (!received) break;
    const UserOut<uint32_t> bytes(at + offsetof(abi::mmsghdr, bytes));
    CO_TRY(put(bytes, static_cast<uint32_t>(*received)));
    ++done;
    if ((flags & kWaitForOne) != 0) now |= kDontWait;
    if (hal::has_passed(deadline)) break;
  }
  co_return uint64_t{done};
}

}  // namespace

exec::Eventually<SysResult> sys_recvfrom(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                         size_t count, uint32_t flags, UserOut<std::byte> address,
                                         UserInOut<uint32_t> size) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  const FromArgument argument{address, size};
  const auto target = fs::IoTarget::user(buffer.address(), std::min(count, fs::kMaxTransfer));
  ReceiveMessage message(target, flags);
  net::SocketAddress from;
  if (!address.is_null()) message.from = &from;
  if (const auto received = (*socket)->receive_at_once(message))
    return finish_from(argument, from, *received);
  return receive_from(*std::move(socket), message, argument);
}

exec::Eventually<SysResult> sys_recvmsg(SyscallContext& ctx, int32_t fd,
                                        UserInOut<std::byte> message, uint32_t flags) {
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  return receive_message(ctx, *std::move(socket), message.address(), flags);
}

exec::Eventually<SysResult> sys_recvmmsg(SyscallContext& ctx, int32_t fd,
                                         UserInOut<std::byte> messages, uint32_t count,
                                         uint32_t flags, UserInOut<abi::timespec> timeout) {
  Instant deadline = kForever;
  if (!timeout.is_null()) {
    const auto limit = read_duration(timeout.in());
    if (!limit) return SysResult(fail(limit.error()));
    deadline = hal::now() + *limit;
  }
  auto socket = get_socket(ctx, fd);
  if (!socket) return SysResult(fail(socket.error()));
  return receive_messages(ctx, *std::move(socket), messages.address(),
                          std::min<uint32_t>(count, IoVectors::kMost), flags, deadline);
}

}  // namespace jacinth::linux
