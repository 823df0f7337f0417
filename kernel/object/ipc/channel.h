// Channel: one end of a two-way queue of messages, with calls that wait for their reply.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/intrusive_index.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "object/ipc/message.h"
#include "object/ipc/peered.h"

namespace jacinth {

class Channel;

// What a function makes of a call's reply.
template <typename F>
using ReplyThen = std::remove_cvref_t<std::invoke_result_t<F&, Result<MessagePtr>>>;

// A thread's channel call. Part of the thread, because a call outlives the system call that made
// it: an interrupted caller (suspended, say) comes back for its reply, which meanwhile must go to
// the call and not into the queue.
//
//               Channel::call()              reply, or an end closed
//      idle ─────────────────────► waiting ─────────────────────────► answered
//       ▲                           │ │ ▲                                │
//       │       deadline, abandon() │ └─┘ interrupted:                   │ resume() (or still
//       └───────────────────────────┴──── INTERNAL_INTR_RETRY ◄──────────┘ in call()) collects
//
// Only the owning thread calls its functions, except for abandon() when the thread has ended.
class MessageWaiter {
 public:
  MessageWaiter() = default;
  MessageWaiter(const MessageWaiter&) = delete;
  MessageWaiter& operator=(const MessageWaiter&) = delete;
  ~MessageWaiter() { abandon(); }

  // An interrupted call has not been collected yet.
  bool pending() const { return static_cast<bool>(channel_); }
  // Whether the request has flooded the other end: see Channel::write().
  bool flooded() const { return flooded_; }

  // Waits on in an interrupted call; ends as Channel::call() does, with BAD_STATE when there is
  // none.
  template <typename F = std::identity>
  exec::Eventually<ReplyThen<F>> resume(Instant deadline, exec::Slack slack = {}, F then = {}) {
    if (!pending()) return then(Result<MessagePtr>(fail(Status::BadState)));
    exec::Task<ReplyThen<F>> waiting = wait(deadline, slack, std::move(then));
    // Without a frame there is no way to wait; the caller is not coming back either.
    if (!waiting.allocated()) abandon();
    return waiting;
  }

  // Forgets the call; its reply will be an ordinary message. A thread calls this when it exits.
  void abandon();

 private:
  friend class Channel;
  struct TxidOf {
    using type = uint32_t;
    const uint32_t& operator()(const MessageWaiter& call) const { return call.txid_; }
  };

  template <typename F>
  exec::Task<ReplyThen<F>> wait(Instant deadline, exec::Slack slack, F then) {
    exec::Waiter sleeper;
    begin_wait(sleeper);
    const Status status = co_await sleeper.wait(deadline, slack);
    co_return then(collect(status));
  }
  void begin_wait(exec::Waiter& sleeper);
  Result<MessagePtr> collect(Status wait_status);

  RefPtr<Channel> channel_;
  bool flooded_ = false;
  // The rest is the channel's, under its lock.
  bool waiting_ = false;
  TreeHook link_;
  uint32_t txid_ = 0;
  Status outcome_ = Status::Ok;
  MessagePtr reply_;
  exec::Waiter* sleeper_ = nullptr;
};

// READABLE while messages are queued here; WRITABLE until the peer closes.
//
// `caller` in reading and writing is the process the call is made for: when the end has been moved
// to another one between looking the handle up and the call, the call ends with BAD_HANDLE. kNoKoid
// is the kernel, which may always.
class Channel final : public PeeredObject<Channel> {
 public:
  static constexpr ObjectType kType = ObjectType::Channel;
  static constexpr Rights kDefaultRights =
      (rights::kBasic & ~rights::kDuplicate) | rights::kIo | rights::kSignal | rights::kSignalPeer;

  // A reader that is so far behind is not there. Who writes on gets a policy exception for it.
  static constexpr size_t kMaxPending = 3500;

  // Transaction ids with this bit are the kernel's, for calls.
  static constexpr uint32_t kKernelTxid = 0x80000000;

  // NO_MEMORY.
  static Result<HandlePair> create() { return make_pair(); }
  explicit Channel(RefPtr<PeerHolder> holder)
      : PeeredObject(std::move(holder), signals::kWritable) {}

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return kDefaultRights; }

  // The process that holds this end's handle; kNoKoid while in transit.
  void set_owner(Koid owner);

  // What to do with a message larger than the reader's buffers.
  enum class TooLarge : bool { Keep, Discard };

  // Takes the first message. SHOULD_WAIT when there is none, PEER_CLOSED when there never will be;
  // BUFFER_TOO_SMALL when it exceeds `limits`; NEXT when it does not but has more handles than the
  // caller has made `room` for: then it stays. In all but the first two cases `*actual` gets the
  // message's size.
  Result<MessagePtr> read(MessageSize limits, TooLarge too_large, MessageSize* actual,
                          Koid caller = kNoKoid, uint32_t room = kMaxMessage.handles);

  // Whether a writer has gone too far: more messages are waiting at the other end than kMaxPending.
  enum class Flooded : bool { No, Yes };

  // Queues the message at the peer, or hands it to the call there that waits for it. PEER_CLOSED,
  // BAD_HANDLE; then the message is destroyed.
  Result<Flooded> write(MessagePtr message, Koid caller = kNoKoid);

  // Writes `request` with a fresh transaction id and waits for the message that carries it back.
  // INVALID_ARGS below four bytes, BAD_STATE when `waiter` has a pending call; BAD_HANDLE,
  // PEER_CLOSED, TIMED_OUT (the request has been sent even if the deadline had passed); CANCELED
  // when this end's last handle is closed; NO_MEMORY; INTERNAL_INTR_RETRY, after which
  // MessageWaiter::resume() goes on. Brings what then(Result<MessagePtr>) makes of the reply, which
  // runs in the coroutine that waited.
  template <typename F = std::identity>
  exec::Eventually<ReplyThen<F>> call(MessageWaiter& waiter, MessagePtr request, Instant deadline,
                                      exec::Slack slack = {}, Koid caller = kNoKoid, F then = {}) {
    const Result<> sent = send_request(waiter, std::move(request), caller);
    if (!sent) return then(Result<MessagePtr>(fail(sent.error())));
    return waiter.resume(deadline, slack, std::move(then));
  }

  // Whether a message written here may carry `handle`: ACCESS_DENIED without kTransfer,
  // NOT_SUPPORTED for a handle to this very end, which would keep itself alive.
  Result<> check_carried(const Handle& handle) const;

  // Messages queued here.
  size_t message_count() const;
  uint64_t ready_count() const override { return message_count(); }

 private:
  friend class MessageWaiter;
  using Calls = IntrusiveIndex<MessageWaiter, &MessageWaiter::link_, MessageWaiter::TxidOf>;

  void on_zero_handles() override;

  bool owned_by(Koid caller) const REQUIRES(lock_) { return caller == kNoKoid || caller == owner_; }
  Result<> send_request(MessageWaiter& call, MessagePtr request, Koid caller);
  void enqueue(MessagePtr message) REQUIRES(lock_);
  // True when a call here was waiting for the message, which it has now got.
  bool answer(MessagePtr& message) REQUIRES(lock_);
  void end_call(MessageWaiter& call, Status outcome) REQUIRES(lock_);
  void end_all_calls(Status outcome) REQUIRES(lock_);
  uint32_t unused_txid() REQUIRES(lock_);

  MessageQueue queue_ GUARDED_BY(lock_);
  Calls calls_ GUARDED_BY(lock_);
  Koid owner_ GUARDED_BY(lock_) = kNoKoid;
  uint32_t last_txid_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth
