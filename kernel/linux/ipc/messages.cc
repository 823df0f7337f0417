// System V message queues.
#include <algorithm>

#include "base/intrusive.h"
#include "base/never_destroyed.h"
#include "exec/waiter.h"
#include "linux/ipc/ipc_table.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

constexpr size_t kMostMessage = 8192;
constexpr uint64_t kMostInQueue = 16384;

constexpr uint32_t kNoError = 010000, kExcept = 020000, kCopy = 040000;

struct QueueStatus {  // struct msqid64_ds
  IpcPermissions permissions;
  int64_t sent_at, received_at, changed_at;
  uint64_t bytes, messages, most_bytes;
  int32_t sender, receiver;
  uint64_t unused1, unused2;
};
static_assert(sizeof(QueueStatus) == 120);

class MessageQueue final : public IpcObject {
 public:
  struct Message : HeapAllocated {
    int64_t type = 0;
    Vector<std::byte> bytes;
    ListHook link;
  };
  struct Wanted {
    int64_t type;
    uint32_t flags;
    size_t room;
  };

  static ErrnoOr<RefPtr<IpcObject>> make(size_t) {
    return RefPtr<IpcObject>(TRY(to_errno(make_ref<MessageQueue>())));
  }

  // AGAIN: no room. Takes the message when it succeeds.
  ErrnoOr<> put(UniquePtr<Message>& message, int32_t sender);
  // AGAIN: none of that kind; TOOBIG.
  ErrnoOr<UniquePtr<Message>> take(const Wanted& wanted, int32_t receiver);
  // Until something has changed. INTR, IDRM.
  static exec::Task<ErrnoOr<>> wait(RefPtr<MessageQueue> queue, uint64_t seen);
  // How often something has changed.
  uint64_t changes();
  QueueStatus status();
  ErrnoOr<> configure(const QueueStatus& wanted);
  void wake_everyone();

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  using Messages = IntrusiveList<Message, &Message::link>;
  struct Sleeper {
    exec::Waiter waiter;
    ListHook link;
  };

  MessageQueue() {
    status_.changed_at = ipc_now();
    status_.most_bytes = kMostInQueue;
  }
  ~MessageQueue() override;
  Messages::iterator find(const Wanted& wanted) REQUIRES(lock_);
  void note_change() REQUIRES(lock_);

  SpinLock lock_{LockRank::Object};
  Messages messages_ GUARDED_BY(lock_);
  QueueStatus status_ GUARDED_BY(lock_){};
  uint64_t changes_ GUARDED_BY(lock_) = 0;
  IntrusiveList<Sleeper, &Sleeper::link> sleepers_ GUARDED_BY(lock_);
};

MessageQueue::~MessageQueue() {
  LockGuard guard(lock_);
  while (!messages_.empty()) {
    Message& message = messages_.front();
    messages_.pop_front();
    delete &message;
  }
}

void MessageQueue::note_change() {
  ++changes_;
  while (!sleepers_.empty()) {
    Sleeper& sleeper = sleepers_.front();
    sleepers_.pop_front();
    sleeper.waiter.finish(Status::Ok);
  }
}

void MessageQueue::wake_everyone() {
  LockGuard guard(lock_);
  note_change();
}

uint64_t MessageQueue::changes() {
  LockGuard guard(lock_);
  return changes_;
}

ErrnoOr<> MessageQueue::put(UniquePtr<Message>& message, int32_t sender) {
  const int64_t now = ipc_now();
  LockGuard guard(lock_);
  if (is_removed()) return fail(Errno::IDRM);
  const size_t size = message->bytes.size();
  if (status_.bytes + size > status_.most_bytes || status_.messages + 1 > status_.most_bytes)
    return fail(Errno::AGAIN);
  status_.bytes += size;
  ++status_.messages;
  status_.sent_at = now;
  status_.sender = sender;
  messages_.push_back(*message.release());
  note_change();
  return {};
}

MessageQueue::Messages::iterator MessageQueue::find(const Wanted& wanted) {
  if (wanted.type == 0) return messages_.begin();
  if (wanted.type > 0) {
    const bool except = (wanted.flags & kExcept) != 0;
    return std::ranges::find_if(
        messages_, [&](const Message& message) { return (message.type == wanted.type) != except; });
  }
  // The lowest type of those up to a limit.
  const int64_t limit = wanted.type == std::numeric_limits<int64_t>::min()
                            ? std::numeric_limits<int64_t>::max()
                            : -wanted.type;
  auto lowest = messages_.end();
  for (auto at = messages_.begin(); at != messages_.end(); ++at) {
    if (at->type <= limit && (lowest == messages_.end() || at->type < lowest->type)) lowest = at;
  }
  return lowest;
}

ErrnoOr<UniquePtr<MessageQueue::Message>> MessageQueue::take(const Wanted& wanted,
                                                             int32_t receiver) {
  const int64_t now = ipc_now();
  LockGuard guard(lock_);
  if (is_removed()) return fail(Errno::IDRM);
  const auto found = find(wanted);
  if (found == messages_.end()) return fail(Errno::AGAIN);
  if (found->bytes.size() > wanted.room && (wanted.flags & kNoError) == 0)
    return fail(Errno::TOOBIG);
  Message& message = *found;
  messages_.erase(found);
  status_.bytes -= message.bytes.size();
  --status_.messages;
  status_.received_at = now;
  status_.receiver = receiver;
  note_change();
  return UniquePtr<Message>(&message);
}

exec::Task<ErrnoOr<>> MessageQueue::wait(RefPtr<MessageQueue> queue, uint64_t seen) {
  Sleeper sleeper;
  {
    LockGuard guard(queue->lock_);
    if (queue->changes_ != seen) co_return ErrnoOr<>();
    queue->sleepers_.push_back(sleeper);
  }
  const Status status = co_await sleeper.waiter.wait(kForever);
  LockGuard guard(queue->lock_);
  if (sleeper.link.is_linked()) queue->sleepers_.erase(queue->sleepers_.iterator_to(sleeper));
  if (status != Status::Ok) co_return fail(Errno::INTR);
  co_return ErrnoOr<>();
}

QueueStatus MessageQueue::status() {
  LockGuard guard(lock_);
  QueueStatus status = status_;
  status.permissions = permissions;
  return status;
}

ErrnoOr<> MessageQueue::configure(const QueueStatus& wanted) {
  const int64_t now = ipc_now();
  LockGuard guard(lock_);
  status_.most_bytes = wanted.most_bytes;
  status_.changed_at = now;
  change(wanted.permissions);
  note_change();
  return {};
}

constinit NeverDestroyed<IpcTable> queues;

ErrnoOr<RefPtr<MessageQueue>> find_queue(int32_t id) {
  return static_ref_cast<MessageQueue>(TRY(queues->find(id)));
}

exec::Task<SysResult> send_slowly(RefPtr<MessageQueue> queue,
                                  UniquePtr<MessageQueue::Message> message, int32_t sender) {
  for (;;) {
    const uint64_t seen = queue->changes();
    const auto done = queue->put(message, sender);
    if (done) co_return uint64_t{0};
    if (done.error() != Errno::AGAIN) co_return fail(done.error());
    CO_TRY(co_await MessageQueue::wait(queue, seen));
  }
}

SysResult deliver(const MessageQueue::Message& message, UserOut<std::byte> to, size_t room) {
  const size_t size = std::min(room, message.bytes.size());
  TRY(put(UserOut<int64_t>(to.address()), message.type));
  TRY(fault_of(
      to.write_array(std::span<const std::byte>(message.bytes).first(size), sizeof message.type)));
  return uint64_t{size};
}

exec::Task<SysResult> receive_slowly(RefPtr<MessageQueue> queue, MessageQueue::Wanted wanted,
                                     UserOut<std::byte> to, int32_t receiver) {
  for (;;) {
    const uint64_t seen = queue->changes();
    auto taken = queue->take(wanted, receiver);
    if (taken) co_return deliver(**taken, to, wanted.room);
    if (taken.error() != Errno::AGAIN) co_return fail(taken.error());
    CO_TRY(co_await MessageQueue::wait(queue, seen));
  }
}

}  // namespace

SysResult sys_msgget(SyscallContext& ctx, int32_t key, uint32_t flags) {
  const CredentialSet who = *ctx.process().credentials.lock();
  return static_cast<uint64_t>(
      TRY(queues->get({.key = key,
                       .flags = flags,
                       .size = 0,
                       .make = &MessageQueue::make,
                       .fits = [](const IpcObject&, size_t) { return true; }},
                      who)));
}

exec::Eventually<SysResult> sys_msgsnd(SyscallContext& ctx, int32_t id, UserIn<std::byte> message,
                                       size_t size, uint32_t flags) {
  RefPtr<MessageQueue> queue;
  auto prepare = [&]() -> ErrnoOr<UniquePtr<MessageQueue::Message>> {
    const int64_t type = TRY(get(UserIn<int64_t>(message.address())));
    if (size > kMostMessage || id < 0 || type < 1) return fail(Errno::INVAL);
    auto made = TRY(to_errno(make_unique<MessageQueue::Message>()));
    made->type = type;
    made->bytes = TRY(to_errno(Vector<std::byte>::with_size(size)));
    TRY(fault_of(message.read_array(made->bytes, sizeof type)));
    queue = TRY(find_queue(id));
    const CredentialSet who = *ctx.process().credentials.lock();
    TRY(queue->check_access(who, fs::access::kWrite));
    return made;
  };
  auto made = prepare();
  if (!made) return SysResult(fail(made.error()));
  const auto done = queue->put(*made, ctx.process().id());
  if (done) return SysResult(0);
  if (done.error() != Errno::AGAIN || (flags & ipc_flag::kNoWait) != 0)
    return SysResult(fail(done.error()));
  return send_slowly(std::move(queue), *std::move(made), ctx.process().id());
}

exec::Eventually<SysResult> sys_msgrcv(SyscallContext& ctx, int32_t id, UserOut<std::byte> message,
                                       size_t size, int64_t type, uint32_t flags) {
  if (id < 0 || static_cast<int64_t>(size) < 0) return SysResult(fail(Errno::INVAL));
  if ((flags & kCopy) != 0) return SysResult(fail(Errno::NOSYS));
  auto queue = find_queue(id);
  if (!queue) return SysResult(fail(queue.error()));
  const CredentialSet who = *ctx.process().credentials.lock();
  const auto allowed = (*queue)->check_access(who, fs::access::kRead);
  if (!allowed) return SysResult(fail(allowed.error()));
  const MessageQueue::Wanted wanted{.type = type, .flags = flags, .room = size};
  auto taken = (*queue)->take(wanted, ctx.process().id());
  if (taken) return deliver(**taken, message, size);
  if (taken.error() != Errno::AGAIN) return SysResult(fail(taken.error()));
  if ((flags & ipc_flag::kNoWait) != 0) return SysResult(fail(Errno::NOMSG));
  return receive_slowly(*std::move(queue), wanted, message, ctx.process().id());
}

namespace {

constexpr int32_t kQueueStatAt = 11, kMsgInfo = 12, kQueueStatAny = 13;

SysResult tell_queue_limits(VirtAddr buffer, bool use) {
  const IpcTable::Use found = queues->use();
  struct {
    int32_t pool, map, most_message, most_bytes, most_queues, segment, headers;
    uint16_t segments, padding;
  } info{};
  info.most_message = static_cast<int32_t>(kMostMessage);
  info.most_bytes = static_cast<int32_t>(kMostInQueue);
  info.most_queues = static_cast<int32_t>(IpcTable::kMost);
  if (use) {
    info.pool = static_cast<int32_t>(found.count);
    queues->for_each([&](IpcObject& object) {
      const QueueStatus status = static_cast<MessageQueue&>(object).status();
      info.map += static_cast<int32_t>(status.messages);
      info.headers += static_cast<int32_t>(status.bytes);
    });
  }
  TRY(put(UserOut<decltype(info)>(buffer), info));
  return static_cast<uint64_t>(std::max(found.last, 0));
}

}  // namespace

SysResult sys_msgctl(SyscallContext& ctx, int32_t id, int32_t command,
                     UserInOut<std::byte> buffer) {
  if (id < 0) return fail(Errno::INVAL);
  const CredentialSet who = *ctx.process().credentials.lock();
  const UserInOut<QueueStatus> status(buffer.address());
  switch (command) {
    case ipc_command::kInfo:
    case kMsgInfo:
      return tell_queue_limits(buffer.address(), command == kMsgInfo);
    case kQueueStatAt:
    case kQueueStatAny: {
      const auto queue = static_ref_cast<MessageQueue>(TRY(queues->at(id)));
      if (command == kQueueStatAt) TRY(queue->check_access(who, fs::access::kRead));
      TRY(put(status, queue->status()));
      return static_cast<uint64_t>(queue->id());
    }
    case ipc_command::kStat: {
      const auto queue = TRY(find_queue(id));
      TRY(queue->check_access(who, fs::access::kRead));
      TRY(put(status, queue->status()));
      return 0;
    }
    case ipc_command::kSet: {
      const auto wanted = TRY(get(status));
      const auto queue = TRY(find_queue(id));
      TRY(queue->check_owner(who));
      const bool more = wanted.most_bytes > kMostInQueue;
      if (more && (who.capabilities.effective & fs::capability::kSysResource) == 0)
        return fail(Errno::PERM);
      TRY(queue->configure(wanted));
      return 0;
    }
    case ipc_command::kRemove: {
      const auto queue = TRY(find_queue(id));
      TRY(queue->check_owner(who));
      queues->remove(*queue);
      queue->wake_everyone();
      return 0;
    }
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace jacinth::linux
