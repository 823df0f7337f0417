// InotifyFile: what has happened to files and directories, as records to be read (inotify).
#pragma once

#include <string_view>

#include "base/spinlock.h"
#include "base/vector.h"
#include "fs/notify.h"
#include "linux/events/anonymous_file.h"

namespace jacinth::linux {

// Locks: on_event() is called under the node's lock, so the queue has a lock of its own, of a
// higher rank than that; that of the watches, which start and stop under it, has a lower one.
class InotifyFile final : public AnonymousFile {
 public:
  static ErrnoOr<RefPtr<InotifyFile>> create(uint32_t flags);
  // Null when the file is no inotify.
  static InotifyFile* of(fs::File& file);
  const void* kind() const override;

  // Watches the node for the events of `mask`, or changes what it is watched for; its number.
  // EXIST: watched already, and IN_MASK_CREATE. NOSPC: too many; NOMEM.
  ErrnoOr<int32_t> watch(RefPtr<fs::Node> node, uint32_t mask);
  // INVAL: no such watch.
  ErrnoOr<> forget(int32_t number);

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Signals poll_mask() override { return fs::ready::kIn; }
  exec::Eventually<ErrnoOr<int64_t>> ioctl(uint32_t command, uint64_t argument) override;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);

  // Ends by itself when its node goes, or after one event; then it is taken down when the file is
  // next used.
  class NodeWatch final : public HeapAllocated, public fs::Watch {
   public:
    NodeWatch(InotifyFile& to, RefPtr<fs::Node> watched, int32_t as, uint32_t wanted)
        : owner(to), node(std::move(watched)), number(as), mask(wanted) {}
    void on_event(uint32_t events, std::string_view name, uint32_t cookie) override;

    InotifyFile& owner;
    const RefPtr<fs::Node> node;
    const int32_t number;
    std::atomic<uint32_t> mask;
    bool ended = false;  // under queue_lock_
    TreeHook link;       // under watches_lock_
  };
  struct NumberOf {
    using type = int32_t;
    const int32_t& operator()(const NodeWatch& watch) const { return watch.number; }
  };
  using Watches = IntrusiveTree<NodeWatch, &NodeWatch::link, NumberOf>;

  struct Event : HeapAllocated {
    int32_t watch = 0;
    uint32_t mask = 0;
    uint32_t cookie = 0;
    Vector<char> name;  // with its NUL, padded
    ListHook link;
  };
  using Events = IntrusiveList<Event, &Event::link>;

  InotifyFile(RefPtr<fs::Node> node, uint32_t flags);
  ~InotifyFile() override;

  NodeWatch* find(const fs::Node& node) REQUIRES(watches_lock_);
  void note(NodeWatch& watch, uint32_t events, std::string_view name, uint32_t cookie);
  void end(NodeWatch& watch) REQUIRES(queue_lock_);
  void push(int32_t watch, uint32_t mask, uint32_t cookie, std::string_view name)
      REQUIRES(queue_lock_);
  void free_ended();
  void free_all();
  ErrnoOr<size_t> take(fs::IoTarget& to);
  UniquePtr<Event> take_one(size_t room, ErrnoOr<>& outcome);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<InotifyFile> file, fs::IoTarget to);

  SpinLock watches_lock_{LockRank::FsFile};
  Watches watches_ GUARDED_BY(watches_lock_);
  int32_t last_number_ GUARDED_BY(watches_lock_) = 0;
  uint32_t watch_count_ GUARDED_BY(watches_lock_) = 0;

  SpinLock queue_lock_{LockRank::Object};
  Events queue_ GUARDED_BY(queue_lock_);
  size_t queued_ GUARDED_BY(queue_lock_) = 0;
  size_t queued_bytes_ GUARDED_BY(queue_lock_) = 0;
  bool overflown_ GUARDED_BY(queue_lock_) = false;
  uint32_t ended_ GUARDED_BY(queue_lock_) = 0;  // watches that are to be taken down
};

}  // namespace jacinth::linux
