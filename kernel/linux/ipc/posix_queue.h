// POSIX message queues: files of their own file system, which is mounted nowhere, with messages
// that are taken by priority.
#pragma once

#include <string_view>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "fs/file.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

// struct mq_attr
struct QueueAttributes {
  int64_t flags, most_messages, message_size, messages;
  int64_t reserved[4];
};

// What a name stands for. Open files share it; its signals are those of poll: kIn, there is a
// message; kOut, there is room for one.
class PosixQueue final : public KernelObject {
 public:
  static constexpr uint32_t kPriorities = 32768;
  struct Message : HeapAllocated {
    uint32_t priority = 0;
    Vector<std::byte> bytes;
    ListHook link;
  };
  struct Notice {
    RefPtr<LinuxProcess> process;
    int32_t signal = 0;  // 0: nothing, but nobody else can ask either
    uint64_t value = 0;
  };

  // What a queue of `attributes` costs who makes it (RLIMIT_MSGQUEUE), in bytes.
  static uint64_t cost_of(const QueueAttributes& attributes);

  // `maker` has been charged with its cost, and gets it back in the end.
  PosixQueue(const QueueAttributes& attributes, uint32_t maker)
      : KernelObject(fs::ready::kOut), maker_(maker), attributes_(attributes) {}

  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }

  QueueAttributes attributes();
  // MSGSIZE: larger than messages may be; AGAIN: no room. Takes the message when it succeeds, and
  // tells whoever wants to know of the first one.
  ErrnoOr<> put(UniquePtr<Message>& message, LinuxProcess& sender);
  // AGAIN: there is none.
  ErrnoOr<UniquePtr<Message>> take();
  // BUSY: somebody else has asked.
  ErrnoOr<> ask_notice(Notice notice);
  void forget_notice(const LinuxProcess& process);

 private:
  ~PosixQueue() override;
  using Messages = IntrusiveList<Message, &Message::link>;
  void show() REQUIRES(lock_);

  const uint32_t maker_;  // the real user
  SpinLock lock_{LockRank::Object};
  QueueAttributes attributes_ GUARDED_BY(lock_);
  Messages messages_ GUARDED_BY(lock_);  // by priority, then age
  Notice notice_ GUARDED_BY(lock_);
};

// The names. MFILE: more bytes than the caller may have queues of. MSGSIZE, NOENT, EXIST, ACCES,
// NOSPC, NOMEM, INVAL.
struct QueueRequest {
  std::string_view name;
  uint32_t flags = 0;  // open_flags::…
  uint32_t mode = 0;
  const QueueAttributes* attributes = nullptr;  // null: the usual ones
  uint64_t most_bytes = kUnlimited;             // of all queues that the caller's user has made
};
ErrnoOr<RefPtr<fs::File>> open_queue(const QueueRequest& request, const CredentialSet& who);
ErrnoOr<> unlink_queue(std::string_view name, const CredentialSet& who);
// The queue behind a file; null for others.
PosixQueue* queue_of(fs::File& file);

}  // namespace jacinth::linux
