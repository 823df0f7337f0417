#include "net/socket.h"

#include <algorithm>

#include "fs/internal_fs.h"
#include "fs/node.h"
#include "hal/clock.h"
#include "net/inet/interface_ioctl.h"
#include "text/format.h"
#include "vm/user_memory.h"

namespace jacinth::net {
namespace {

using namespace message_flag;
using fs::ready::kError;
using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;

constexpr uint32_t kSocketMagic = 0x534f434b;
constinit fs::LazyFs socket_fs{"sockfs", kSocketMagic};

class SocketNode final : public fs::Node {
 public:
  explicit SocketNode(const fs::NewNode& what)
      : Node(RefPtr<fs::FileSystem>(&socket_fs.get()), socket_fs.get().next_node_number(), what) {}
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "socket:[{}]", number());
  }
};

Instant deadline_for(Duration timeout) {
  return timeout == Duration{} ? kForever : hal::now() + timeout;
}

ErrnoOr<size_t> outcome(const ErrnoOr<>& result, size_t done) {
  if (result || done != 0) return done;
  return fail(result.error());
}

}  // namespace

Errno why_not(Status status, Instant deadline) {
  if (status == Status::TimedOut) return Errno::AGAIN;
  if (status == Status::InternalIntrRetry)
    return deadline == kForever ? Errno::RESTARTSYS : Errno::INTR;
  return to_errno(status);
}

ErrnoOr<RefPtr<fs::Node>> make_socket_node(uint32_t user, uint32_t group) {
  const fs::NewNode what{.type = fs::FileType::Socket, .mode = 0777, .user = user, .group = group};
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<SocketNode>(what))));
}

Socket* socket_of(fs::File& file) {
  return file.kind() == &socket_fs ? static_cast<Socket*>(&file) : nullptr;
}

Socket::Socket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
               const SocketOptions& options)
    : File({}, std::move(node), fs::open_flags::kReadWrite | (flags & fs::open_flags::kNonBlock)),
      kind_(kind),
      options_(std::in_place, options) {}

const void* Socket::kind() const { return &socket_fs; }

std::string_view Socket::describe(std::span<char> buffer) { return node().describe(buffer); }

ErrnoOr<> Socket::listen(int32_t, const Caller&) { return fail(Errno::OPNOTSUPP); }
ErrnoOr<RefPtr<Socket>> Socket::try_accept(uint32_t) { return fail(Errno::OPNOTSUPP); }

// --- sending ---

std::optional<ErrnoOr<size_t>> Socket::send_at_once(SendMessage& message) {
  const ErrnoOr<> now = try_send(message);
  const bool waits =
      !now && now.error() == Errno::AGAIN && (message.flags & kDontWait) == 0 && !non_blocking();
  if (waits) return std::nullopt;
  return outcome(now, message.done);
}

fs::File::Transferred Socket::send(SendMessage& message) {
  if (const auto now = send_at_once(message)) return *now;
  return send_slowly(RefPtr<Socket>(this), message);
}

exec::Task<ErrnoOr<size_t>> Socket::send_slowly(RefPtr<Socket> self, SendMessage& message) {
  const Instant deadline = deadline_for(self->options().send_timeout);
  for (;;) {
    const RefPtr<KernelObject> full = std::move(message.full);
    const RefPtr<KernelObject> object = full ? full : RefPtr<KernelObject>(&self->poll_object());
    const Signals wanted = full ? kHasRoom : kOut | kError | kHangUp;
    const Status status = co_await fs::wait_for(object, wanted, deadline);
    const ErrnoOr<> now = self->try_send(message);
    if (now || now.error() != Errno::AGAIN) co_return outcome(now, message.done);
    if (status != Status::Ok) co_return outcome(fail(why_not(status, deadline)), message.done);
  }
}

fs::File::Transferred Socket::write(fs::IoSource from, fs::IoFlags how) {
  if (from.empty() && is_stream()) return ErrnoOr<size_t>(size_t{0});
  SendMessage message(from, how.no_wait ? kDontWait : 0);
  if (const auto now = send_at_once(message)) return *now;
  return write_slowly(RefPtr<Socket>(this), message.data, message.done);
}

exec::Task<ErrnoOr<size_t>> Socket::write_slowly(RefPtr<Socket> self, fs::IoSource from,
                                                 size_t done) {
  SendMessage message(from, 0);
  message.done = done;
  co_return co_await self->send(message);
}

// --- receiving ---

// Whether what has come is less than the caller waits for.
bool Socket::wants_more(const ReceiveMessage& message) const {
  if (message.done == 0) return true;
  if (!is_stream() || message.data.empty() || (message.flags & kPeek) != 0) return false;
  if ((message.flags & kWaitAll) != 0) return true;
  return message.done < static_cast<size_t>(options().receive_low);
}

std::optional<ErrnoOr<size_t>> Socket::receive_at_once(ReceiveMessage& message) {
  const ErrnoOr<> now = try_receive(message);
  const bool waits = !now && now.error() == Errno::AGAIN && (message.flags & kDontWait) == 0 &&
                     !non_blocking() && wants_more(message);
  if (waits) return std::nullopt;
  return outcome(now, message.done);
}

fs::File::Transferred Socket::receive(ReceiveMessage& message) {
  if (const auto now = receive_at_once(message)) return *now;
  return receive_slowly(RefPtr<Socket>(this), message);
}

exec::Task<ErrnoOr<size_t>> Socket::receive_slowly(RefPtr<Socket> self, ReceiveMessage& message) {
  const Instant deadline = deadline_for(self->options().receive_timeout);
  for (;;) {
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(&self->poll_object()),
                                                kIn | kError | kHangUp, deadline);
    const ErrnoOr<> now = self->try_receive(message);
    const bool again = !now && now.error() == Errno::AGAIN && self->wants_more(message);
    if (!again) co_return outcome(now, message.done);
    if (status != Status::Ok) co_return outcome(fail(why_not(status, deadline)), message.done);
  }
}

fs::File::Transferred Socket::read(fs::IoTarget to, fs::IoFlags how) {
  if (to.empty()) return ErrnoOr<size_t>(size_t{0});
  ReceiveMessage message(to, how.no_wait ? kDontWait : 0);
  if (const auto now = receive_at_once(message)) return *now;
  return read_slowly(RefPtr<Socket>(this), message.data, message.done);
}

exec::Task<ErrnoOr<size_t>> Socket::read_slowly(RefPtr<Socket> self, fs::IoTarget to, size_t done) {
  ReceiveMessage message(to, 0);
  message.done = done;
  co_return co_await self->receive(message);
}

// --- accepting ---

exec::Eventually<ErrnoOr<RefPtr<Socket>>> Socket::accept(uint32_t flags) {
  auto now = try_accept(flags);
  if (now || now.error() != Errno::AGAIN || non_blocking()) return now;
  return accept_slowly(RefPtr<Socket>(this), flags);
}

exec::Task<ErrnoOr<RefPtr<Socket>>> Socket::accept_slowly(RefPtr<Socket> self, uint32_t flags) {
  const Instant deadline = deadline_for(self->options().receive_timeout);
  for (;;) {
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(&self->poll_object()),
                                                kIn | kError | kHangUp, deadline);
    auto now = self->try_accept(flags);
    if (now || now.error() != Errno::AGAIN) co_return now;
    if (status != Status::Ok) co_return fail(why_not(status, deadline));
  }
}

// --- options ---

SocketOptions Socket::options() const { return *options_.lock(); }

void Socket::change_options(const SocketOptions& options) {
  *options_.lock() = options;
  options_changed(options);
}

ErrnoOr<> Socket::set_option(int32_t which, int32_t option, std::span<const std::byte> value,
                             const Caller& caller) {
  if (which != level::kSocket) return set_other_option(which, option, value, caller);
  SocketOptions changed = options();
  TRY(set_socket_option(changed, option, value, caller));
  change_options(changed);
  return {};
}

ErrnoOr<size_t> Socket::get_option(int32_t which, int32_t option, std::span<std::byte> out) {
  if (which != level::kSocket) return get_other_option(which, option, out);
  switch (option) {
    case option::kType:
      return put_option(out, static_cast<int32_t>(kind_.type));
    case option::kDomain:
      return put_option(out, kind_.family);
    case option::kProtocol:
      return put_option(out, kind_.protocol);
    case option::kError:
      return put_option(out, static_cast<int32_t>(take_error()));
    case option::kAcceptsConnections:
      return put_option(out, is_listening() ? 1 : 0);
    case option::kCookie: {
      const uint64_t cookie = koid();
      if (out.size() < sizeof(cookie)) return fail(Errno::INVAL);
      return put_option(out, std::as_bytes(std::span(&cookie, 1)));
    }
    case option::kPeerCredentials: {
      const Sender peer = TRY(peer_credentials());
      return put_option(out, std::as_bytes(std::span(&peer, 1)));
    }
    default:
      return get_socket_option(options(), option, out);
  }
}

ErrnoOr<> Socket::set_other_option(int32_t, int32_t, std::span<const std::byte>, const Caller&) {
  return fail(Errno::OPNOTSUPP);
}
ErrnoOr<size_t> Socket::get_other_option(int32_t, int32_t, std::span<std::byte>) {
  return fail(Errno::OPNOTSUPP);
}

namespace {

ErrnoOr<int64_t> tell_number(uint64_t argument, int32_t value) {
  if (!vm::UserOut<int32_t>(VirtAddr{argument}).write(value)) return fail(Errno::FAULT);
  return 0;
}

ErrnoOr<int64_t> tell_bytes(uint64_t argument, const ErrnoOr<size_t>& bytes) {
  if (!bytes) return fail(bytes.error());
  constexpr size_t kMost = 0x7fffffff;
  return tell_number(argument, static_cast<int32_t>(std::min(*bytes, kMost)));
}

}  // namespace

exec::Eventually<ErrnoOr<int64_t>> Socket::ioctl(uint32_t command, uint64_t argument) {
  // Any socket will do to ask for interfaces.
  if (inet::is_interface_command(command))
    return inet::interface_ioctl(command, VirtAddr{argument});
  switch (command) {
    case command::kBytesToRead:
      return tell_bytes(argument, bytes_to_read());
    case command::kBytesToSend:
      return tell_bytes(argument, bytes_to_send());
    case command::kGetOwner:
    case command::kGetGroup:
      return tell_number(argument, signal_owner.load());
    case command::kAsync:
    case command::kSetOwner:
    case command::kSetGroup:
      return change_signals(command, argument);
    default:
      return ErrnoOr<int64_t>(fail(Errno::NOTTY));
  }
}

ErrnoOr<int64_t> Socket::change_signals(uint32_t command, uint64_t argument) {
  const auto value = vm::UserIn<int32_t>(VirtAddr{argument}).read();
  if (!value) return fail(Errno::FAULT);
  if (command != command::kAsync) {
    signal_owner.store(*value);
    return 0;
  }
  const uint32_t others = flags() & ~fs::open_flags::kAsync;
  TRY(set_flags(*value != 0 ? others | fs::open_flags::kAsync : others));
  return 0;
}

}  // namespace jacinth::net
