#include "linux/ipc/posix_queue.h"

#include <algorithm>

#include "base/never_destroyed.h"
#include "fs/internal_fs.h"
#include "fs/node.h"
#include "linux/signals/send.h"
#include "text/format.h"

namespace jacinth::linux {
namespace {

constexpr char kKind = 0;
constexpr uint32_t kMagic = 0x19800202;
constinit fs::LazyFs queue_fs{"mqueue", kMagic};

constexpr size_t kMostQueues = 256;
constexpr int64_t kUsualMessages = 10, kUsualSize = 8192;
constexpr int64_t kMostMessages = 65536, kMostSize = 16 << 20;  // for the privileged

class QueueNode final : public fs::Node {
 public:
  QueueNode(const fs::NewNode& what, Vector<char> name, RefPtr<PosixQueue> queue)
      : Node(RefPtr<fs::FileSystem>(&queue_fs.get()), queue_fs.get().next_node_number(), what),
        name_(std::move(name)),
        queue_(std::move(queue)) {}

  std::string_view name() const { return {name_.data(), name_.size()}; }
  PosixQueue& queue() const { return *queue_; }
  void unlinked() { set_links(0); }
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "/{}", name());
  }

 private:
  const Vector<char> name_;
  const RefPtr<PosixQueue> queue_;
};

class QueueFile final : public fs::File {
 public:
  QueueFile(RefPtr<QueueNode> node, uint32_t flags)
      : File({}, RefPtr<fs::Node>(node), flags), queue_node_(std::move(node)) {}
  const void* kind() const override { return &kKind; }
  PosixQueue& queue() const { return queue_node_->queue(); }
  KernelObject& poll_object() override { return queue(); }
  Signals poll_mask() override { return fs::ready::kIn | fs::ready::kOut; }

 private:
  const RefPtr<QueueNode> queue_node_;
};

struct Names {
  SpinLock lock{LockRank::FsFile};
  Vector<RefPtr<QueueNode>> nodes GUARDED_BY(lock);

  QueueNode* find(std::string_view name) REQUIRES(lock) {
    const auto found =
        std::ranges::find_if(nodes, [&](const auto& n) { return n->name() == name; });
    return found == nodes.end() ? nullptr : found->get();
  }
};
constinit NeverDestroyed<Names> names;

ErrnoOr<QueueAttributes> checked(const QueueRequest& request, const CredentialSet& who) {
  QueueAttributes attributes{};
  attributes.most_messages = kUsualMessages;
  attributes.message_size = kUsualSize;
  if (request.attributes == nullptr) return attributes;
  attributes.most_messages = request.attributes->most_messages;
  attributes.message_size = request.attributes->message_size;
  const bool privileged = (who.capabilities.effective & fs::capability::kSysResource) != 0;
  if (attributes.most_messages <= 0 || attributes.message_size <= 0 ||
      attributes.most_messages > (privileged ? kMostMessages : kUsualMessages) ||
      attributes.message_size > (privileged ? kMostSize : kUsualSize))
    return fail(Errno::INVAL);
  return attributes;
}

// What users have queues of, in bytes. A user without queues is not there.
class Charges {
 public:
  // MFILE, NOMEM.
  ErrnoOr<> add(uint32_t user, uint64_t bytes, uint64_t most) {
    LockGuard guard(lock_);
    const auto entry = std::ranges::find(entries_, user, &Entry::user);
    const uint64_t now = entry == entries_.end() ? 0 : entry->bytes;
    if (most != kUnlimited && (now > most || bytes > most - now)) return fail(Errno::MFILE);
    if (entry == entries_.end()) return to_errno(entries_.push_back({user, bytes}));
    entry->bytes += bytes;
    return {};
  }
  void take_back(uint32_t user, uint64_t bytes) {
    LockGuard guard(lock_);
    const auto entry = std::ranges::find(entries_, user, &Entry::user);
    entry->bytes -= bytes;
    if (entry->bytes != 0) return;
    entries_.erase(static_cast<size_t>(entry - entries_.begin()));
    if (entries_.empty()) entries_ = {};  // its memory too
  }

 private:
  struct Entry {
    uint32_t user;
    uint64_t bytes;
  };
  SpinLock lock_{LockRank::LinuxPart};
  Vector<Entry> entries_ GUARDED_BY(lock_);
};
constinit NeverDestroyed<Charges> charges;

ErrnoOr<RefPtr<PosixQueue>> make_queue(const QueueRequest& request, const CredentialSet& who) {
  const QueueAttributes attributes = TRY(checked(request, who));
  const uint64_t cost = PosixQueue::cost_of(attributes);
  TRY(charges->add(who.user.real, cost, request.most_bytes));
  auto queue = make_ref<PosixQueue>(attributes, who.user.real);
  if (!queue) charges->take_back(who.user.real, cost);
  return to_errno(std::move(queue));
}

ErrnoOr<RefPtr<QueueNode>> make_node(const QueueRequest& request, const CredentialSet& who) {
  auto queue = TRY(make_queue(request, who));
  auto text = TRY(to_errno(Vector<char>::with_size(request.name.size())));
  std::ranges::copy(request.name, text.begin());
  const fs::NewNode what{.type = fs::FileType::Regular,
                         .mode = request.mode,
                         .user = who.user.file_system,
                         .group = who.group.file_system};
  return to_errno(make_ref<QueueNode>(what, std::move(text), std::move(queue)));
}

ErrnoOr<> check_name(std::string_view name) {
  if (name.empty()) return fail(Errno::NOENT);
  if (name.contains('/')) return fail(Errno::ACCES);
  if (name.size() > fs::kMaxName) return fail(Errno::NAMETOOLONG);
  return {};
}

uint32_t access_of(uint32_t flags) {
  switch (flags & fs::open_flags::kAccessMode) {
    case fs::open_flags::kReadOnly:
      return fs::access::kRead;
    case fs::open_flags::kWriteOnly:
      return fs::access::kWrite;
    default:
      return fs::access::kRead | fs::access::kWrite;
  }
}

// The node of that name, made where the flags say so. A new one may be opened in any way.
ErrnoOr<RefPtr<QueueNode>> find_or_make(const QueueRequest& request, const CredentialSet& who) {
  const bool creates = (request.flags & fs::open_flags::kCreate) != 0;
  RefPtr<QueueNode> there;
  {
    LockGuard guard(names->lock);
    there = RefPtr<QueueNode>(names->find(request.name));
  }
  if (!there && !creates) return fail(Errno::NOENT);
  if (!there) {
    auto made = TRY(make_node(request, who));
    LockGuard guard(names->lock);
    if (names->find(request.name) == nullptr) {
      if (names->nodes.size() >= kMostQueues) return fail(Errno::NOSPC);
      TRY(to_errno(names->nodes.push_back(made)));
      return made;
    }
    there = RefPtr<QueueNode>(names->find(request.name));
  }
  if (creates && (request.flags & fs::open_flags::kExclusive) != 0) return fail(Errno::EXIST);
  TRY(fs::check_access(*there, who.for_files(), access_of(request.flags)));
  return there;
}

}  // namespace

// What Linux counts: for each message its bytes, its head, and as long as there are not as many as
// priorities, the head of a list.
uint64_t PosixQueue::cost_of(const QueueAttributes& attributes) {
  constexpr uint64_t kHeadBytes = 48, kListBytes = 48;
  const auto messages = static_cast<uint64_t>(attributes.most_messages);
  return messages * (kHeadBytes + static_cast<uint64_t>(attributes.message_size)) +
         std::min<uint64_t>(messages, kPriorities) * kListBytes;
}

PosixQueue::~PosixQueue() {
  charges->take_back(maker_, cost_of(attributes_));
  LockGuard guard(lock_);
  while (!messages_.empty()) {
    Message& message = messages_.front();
    messages_.pop_front();
    delete &message;
  }
}

void PosixQueue::show() {
  Signals now = 0;
  if (attributes_.messages != 0) now |= fs::ready::kIn;
  if (attributes_.messages < attributes_.most_messages) now |= fs::ready::kOut;
  update_signals((fs::ready::kIn | fs::ready::kOut) & ~now, now);
}

QueueAttributes PosixQueue::attributes() {
  LockGuard guard(lock_);
  return attributes_;
}

ErrnoOr<> PosixQueue::put(UniquePtr<Message>& message, LinuxProcess& sender) {
  Notice due;
  {
    LockGuard guard(lock_);
    if (message->bytes.size() > static_cast<uint64_t>(attributes_.message_size))
      return fail(Errno::MSGSIZE);
    if (attributes_.messages >= attributes_.most_messages) return fail(Errno::AGAIN);
    const uint32_t priority = message->priority;
    const auto before = std::ranges::find_if(
        messages_, [&](const Message& other) { return other.priority < priority; });
    messages_.insert(before, *message.release());
    if (attributes_.messages++ == 0) due = std::exchange(notice_, Notice());
    show();
  }
  if (!due.process || due.signal == 0) return {};
  abi::siginfo info = signal_from(sender, due.signal, signal_code::kMesgq);
  info.sender.value = due.value;
  LockGuard guard(tasks_lock);
  (void)send_signal(*due.process, info);
  return {};
}

ErrnoOr<UniquePtr<PosixQueue::Message>> PosixQueue::take() {
  LockGuard guard(lock_);
  if (messages_.empty()) return fail(Errno::AGAIN);
  Message& first = messages_.front();
  messages_.pop_front();
  --attributes_.messages;
  show();
  return UniquePtr<Message>(&first);
}

ErrnoOr<> PosixQueue::ask_notice(Notice notice) {
  LockGuard guard(lock_);
  if (notice_.process) return fail(Errno::BUSY);
  std::swap(notice_, notice);
  return {};
}

void PosixQueue::forget_notice(const LinuxProcess& process) {
  Notice gone;
  LockGuard guard(lock_);
  if (notice_.process == &process) std::swap(notice_, gone);
}

ErrnoOr<RefPtr<fs::File>> open_queue(const QueueRequest& request, const CredentialSet& who) {
  TRY(check_name(request.name));
  auto node = TRY(find_or_make(request, who));
  return RefPtr<fs::File>(TRY(to_errno(make_ref<QueueFile>(std::move(node), request.flags))));
}

ErrnoOr<> unlink_queue(std::string_view name, const CredentialSet& who) {
  TRY(check_name(name));
  RefPtr<QueueNode> gone;
  LockGuard guard(names->lock);
  QueueNode* const node = names->find(name);
  if (node == nullptr) return fail(Errno::NOENT);
  // The file system's root is sticky.
  if (!who.for_files().owns(*node)) return fail(Errno::PERM);
  gone = RefPtr<QueueNode>(node);
  node->unlinked();
  const auto place = std::ranges::find_if(names->nodes, [&](const auto& n) { return n == gone; });
  names->nodes.erase(static_cast<size_t>(place - names->nodes.begin()));
  if (names->nodes.empty()) names->nodes = {};  // its memory too
  return {};
}

PosixQueue* queue_of(fs::File& file) {
  return file.kind() == &kKind ? &static_cast<QueueFile&>(file).queue() : nullptr;
}

}  // namespace jacinth::linux
