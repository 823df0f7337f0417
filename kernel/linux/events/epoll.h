// EpollFile: a set of files, and which of them something has happened to.
#pragma once

#include <atomic>

#include "abi/linux/types.h"
#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/waiter.h"
#include "linux/events/anonymous_file.h"

namespace jacinth::linux {

// abi::epoll_event::events, besides poll's bits.
namespace epoll_flag {
inline constexpr uint32_t kExclusive = 1u << 28, kWakeUp = 1u << 29, kOneShot = 1u << 30,
                          kEdge = 1u << 31;
}

// Each registered file has an item, which observes the edges of the file's signals and, when one
// comes, puts itself on the list of those to look at:
//
//              an edge, or ready when registered or changed
//      idle ────────────────────────────────────────────────► listed
//        ▲                                                      │ harvest() looks at the file:
//        │  not ready after all; or told, and edge-triggered    │
//        ├──────────────────────────────────────────────────────┤
//        │  told, and one-shot: deaf until it is changed        │ told, and level-triggered
//        └──────────────────────────────────────────────────────┘ ──► listed again
//
// An item does not keep its file: a file whose last descriptor is closed leaves all sets
// (fs::File, "Lifetime"). Then the item is dead, and is freed when the set is next used.
//
// Locks: an observer is called under its object's signal lock, so the list has a lock of a higher
// rank, and an epoll file that is itself watched tells so later, without locks (exec::Deferred).
class EpollFile final : public AnonymousFile {
 public:
  static ErrnoOr<RefPtr<EpollFile>> create();
  // Null when the file is no epoll.
  static EpollFile* of(fs::File& file);
  const void* kind() const override;

  // epoll_ctl(). A file is registered once for each descriptor it was found by. EXIST, NOENT; PERM:
  // cannot be waited for; INVAL: itself, or an exclusive one that cannot be; LOOP: epolls in a
  // circle or too deep; NOMEM.
  ErrnoOr<> add(fs::File& file, int32_t fd, const abi::epoll_event& event);
  ErrnoOr<> modify(fs::File& file, int32_t fd, const abi::epoll_event& event);
  ErrnoOr<> remove(fs::File& file, int32_t fd);

  // Takes what has happened, at most `most`; as many as `sink` could be told. FAULT.
  class Sink {
   public:
    virtual ErrnoOr<> add(const abi::epoll_event& event) = 0;

   protected:
    ~Sink() = default;
  };
  ErrnoOr<uint32_t> harvest(uint32_t most, Sink& sink);
  // Until there may be something to harvest. Ok; TIMED_OUT; INTERNAL_INTR_RETRY.
  static exec::Task<Status> wait(RefPtr<EpollFile> file, Instant deadline);

  KernelObject& poll_object() override;
  Signals poll_mask() override { return fs::ready::kIn; }
  Signals readiness() override;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);

  // The koid is never used again, other than the file's address.
  struct Key {
    int32_t fd;
    Koid file;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  class Item final : public RefCounted, public SignalObserver {
   public:
    Item(EpollFile& set, fs::File& registered, const Key& known_as, const abi::epoll_event& wanted)
        : owner(set), key(known_as), event(wanted), file(&registered) {}
    Next on_match(Signals now) override;
    void on_handle_closed(Signals now) override;

    EpollFile& owner;  // lives longer: it forgets all its items before it goes
    const Key key;
    TreeHook tree_link;  // under items_lock_
    // Under the owner's list_lock_:
    abi::epoll_event event;
    uint32_t changes = 0;  // how often `event` has been replaced
    bool deaf = false;     // a one-shot one that has been told
    fs::File* file;        // null: closed, or removed from the set
    ListHook ready_link;
    ListHook dead_link;
  };
  struct KeyOf {
    using type = Key;
    const Key& operator()(const Item& item) const { return item.key; }
  };
  using Items = IntrusiveTree<Item, &Item::tree_link, KeyOf>;
  using ReadyItems = IntrusiveList<Item, &Item::ready_link>;
  using DeadItems = IntrusiveList<Item, &Item::dead_link>;
  struct Sleeper {
    exec::Waiter waiter;
    ListHook link;
  };

  explicit EpollFile(RefPtr<fs::Node> node);
  ~EpollFile() override;

  // --- epolls in epolls
  struct Nested {
    RefPtr<EpollFile> file;
    uint32_t depth;
  };
  ErrnoOr<> check_nesting(EpollFile& inner, Vector<Nested>& below);
  ErrnoOr<> enter_epoll(EpollFile& inner, const Key& key, const abi::epoll_event& event);
  ErrnoOr<> push_inner(uint32_t depth, Vector<Nested>& below);
  void tell_watchers();
  static void tell_all();

  // --- items
  ErrnoOr<> enter(fs::File& file, const Key& key, const abi::epoll_event& event);
  RefPtr<Item> find(const Key& key) REQUIRES(items_lock_);
  void detach(Item& item, fs::File* file);
  void free_dead();

  // --- the list
  struct Listed {
    RefPtr<Item> item;
    RefPtr<fs::File> file;  // none: closed meanwhile
    abi::epoll_event event{};
    uint32_t changes = 0;
  };
  // Something has happened to it.
  void note(Item& item) REQUIRES(list_lock_);
  void list(Item& item) REQUIRES(list_lock_);
  void unlist(Item& item) REQUIRES(list_lock_);
  void wake_one() REQUIRES(list_lock_);
  uint32_t listed_count();
  bool take(Listed& listed) REQUIRES(list_lock_);  // into an empty one
  void put_back(const Listed& listed, bool told) REQUIRES(list_lock_);
  static ErrnoOr<uint32_t> tell(const Listed& listed, Sink& sink);

  SpinLock items_lock_{LockRank::Object};
  Items items_ GUARDED_BY(items_lock_);

  SpinLock list_lock_{LockRank::Port};
  ReadyItems ready_ GUARDED_BY(list_lock_);
  uint32_t ready_count_ GUARDED_BY(list_lock_) = 0;
  DeadItems dead_ GUARDED_BY(list_lock_);
  IntrusiveList<Sleeper, &Sleeper::link> sleepers_ GUARDED_BY(list_lock_);

  // How many epolls are above this one at most; only grows. Under the lock of all nesting.
  uint32_t above_ = 0;
  // dead_ may have some.
  std::atomic<bool> has_dead_{false};
  // Somebody may be observing this file's own signal.
  std::atomic<bool> watched_{false};
  // In the list of those that have something to tell, which holds a reference.
  std::atomic<bool> telling_{false};
  EpollFile* next_telling_ = nullptr;
};

}  // namespace jacinth::linux
