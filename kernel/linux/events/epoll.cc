#include "linux/events/epoll.h"

#include "exec/deferred.h"
#include "linux/files/poll_events.h"

namespace jacinth::linux {
namespace {

constexpr char kEpollKind = 0;

Signals observed(const abi::epoll_event& event, fs::File& file) {
  return to_signals(event.events) & file.poll_mask();
}

}  // namespace

ErrnoOr<RefPtr<EpollFile>> EpollFile::create() {
  return to_errno(make_ref<EpollFile>(TRY(make_anonymous_node("eventpoll"))));
}

EpollFile::EpollFile(RefPtr<fs::Node> node)
    : AnonymousFile(std::move(node), fs::open_flags::kReadWrite) {}

EpollFile::~EpollFile() {
  for (;;) {
    RefPtr<Item> item;
    RefPtr<fs::File> file;
    {
      LockGuard guard(items_lock_);
      if (items_.empty()) return;
      item = RefPtr<Item>::adopt(&*items_.begin());
      items_.erase(items_.begin());
      LockGuard list_guard(list_lock_);
      file = RefPtr<fs::File>(item->file);
    }
    detach(*item, file.get());
  }
}

EpollFile* EpollFile::of(fs::File& file) {
  return file.kind() == &kEpollKind ? static_cast<EpollFile*>(&file) : nullptr;
}

const void* EpollFile::kind() const { return &kEpollKind; }

// --- What happens to files

SignalObserver::Next EpollFile::Item::on_match(Signals) {
  LockGuard guard(owner.list_lock_);
  if (!deaf) owner.note(*this);
  return Next::Keep;
}

void EpollFile::Item::on_handle_closed(Signals) {
  LockGuard guard(owner.list_lock_);
  file = nullptr;
  owner.unlist(*this);
  owner.dead_.push_back(*this);
  owner.has_dead_.store(true, std::memory_order_relaxed);
}

void EpollFile::note(Item& item) {
  list(item);
  if (watched_.load(std::memory_order_relaxed)) tell_watchers();
}

void EpollFile::list(Item& item) {
  if (!item.ready_link.is_linked()) {
    ready_.push_back(item);
    ++ready_count_;
  }
  wake_one();
}

void EpollFile::unlist(Item& item) {
  if (!item.ready_link.is_linked()) return;
  ready_.erase(ready_.iterator_to(item));
  --ready_count_;
}

void EpollFile::wake_one() {
  while (!sleepers_.empty()) {
    Sleeper& sleeper = sleepers_.front();
    sleepers_.pop_front();
    if (sleeper.waiter.finish(Status::Ok)) return;
  }
}

// --- The set

RefPtr<EpollFile::Item> EpollFile::find(const Key& key) {
  const auto found = items_.find(key);
  return found == items_.end() ? nullptr : RefPtr<Item>(&*found);
}

ErrnoOr<> EpollFile::enter(fs::File& file, const Key& key, const abi::epoll_event& event) {
  RefPtr<Item> item = TRY(to_errno(make_ref<Item>(*this, file, key, event)));
  KernelObject& object = file.poll_object();
  {
    LockGuard guard(items_lock_);
    if (items_.find(key) != items_.end()) return fail(Errno::EXIST);
    item->add_ref();
    items_.insert(*item);
    object.observe(*item, observed(event, file), file.koid(), KernelObject::Edge::Yes);
    // The last descriptor may have been closed before anyone knew of the item.
    if (file.handle_count() == 0 && object.forget(*item)) item->on_handle_closed(0);
  }
  if (to_events(file.readiness(), event.events) == 0) return {};
  LockGuard guard(list_lock_);
  if (item->file != nullptr) note(*item);
  return {};
}

ErrnoOr<> EpollFile::add(fs::File& file, int32_t fd, const abi::epoll_event& event) {
  free_dead();
  const Key key{fd, file.koid()};
  EpollFile* const inner = of(file);
  if (inner == nullptr) return enter(file, key, event);
  return enter_epoll(*inner, key, event);
}

ErrnoOr<> EpollFile::modify(fs::File& file, int32_t fd, const abi::epoll_event& event) {
  free_dead();
  KernelObject& object = file.poll_object();
  RefPtr<Item> item;
  {
    LockGuard guard(items_lock_);
    item = find({fd, file.koid()});
    if (!item) return fail(Errno::NOENT);
    if ((item->event.events & epoll_flag::kExclusive) != 0) return fail(Errno::INVAL);
    // Not registered any more: closed meanwhile.
    if (!object.forget(*item)) return {};
    {
      LockGuard list_guard(list_lock_);
      item->event = event;
      item->deaf = false;
      ++item->changes;
      unlist(*item);
    }
    object.observe(*item, observed(event, file), file.koid(), KernelObject::Edge::Yes);
  }
  if (to_events(file.readiness(), event.events) == 0) return {};
  LockGuard guard(list_lock_);
  if (item->file != nullptr) note(*item);
  return {};
}

ErrnoOr<> EpollFile::remove(fs::File& file, int32_t fd) {
  free_dead();
  RefPtr<Item> item;
  {
    LockGuard guard(items_lock_);
    const auto found = items_.find(Key{fd, file.koid()});
    if (found == items_.end()) return fail(Errno::NOENT);
    item = RefPtr<Item>::adopt(&*found);
    items_.erase(found);
  }
  detach(*item, &file);
  return {};
}

// After this nobody but the caller knows the item.
void EpollFile::detach(Item& item, fs::File* file) {
  if (file != nullptr) (void)file->poll_object().forget(item);
  LockGuard guard(list_lock_);
  item.file = nullptr;
  unlist(item);
  if (item.dead_link.is_linked()) dead_.erase(dead_.iterator_to(item));
}

void EpollFile::free_dead() {
  LockGuard guard(items_lock_);
  for (;;) {
    Item* item = nullptr;
    {
      LockGuard list_guard(list_lock_);
      has_dead_.store(!dead_.empty(), std::memory_order_relaxed);
      if (dead_.empty()) return;
      item = &dead_.front();
      dead_.pop_front();
    }
    items_.erase(items_.iterator_to(*item));
    item->release();
  }
}

// --- Harvesting

uint32_t EpollFile::listed_count() {
  LockGuard guard(list_lock_);
  return ready_count_;
}

bool EpollFile::take(Listed& listed) {
  if (ready_.empty()) return false;
  Item& item = ready_.front();
  unlist(item);
  listed.item = RefPtr<Item>(&item);
  listed.file = RefPtr<fs::File>(item.file);
  listed.event = item.event;
  listed.changes = item.changes;
  return true;
}

void EpollFile::put_back(const Listed& listed, bool told) {
  Item& item = *listed.item;
  if (item.file == nullptr) return;
  const uint32_t flags = listed.event.events;
  if (told && (flags & epoll_flag::kOneShot) != 0) {
    if (item.changes != listed.changes) return;
    item.deaf = true;
    unlist(item);
  } else if (!told || (flags & epoll_flag::kEdge) == 0) {
    list(item);
  }
}

// What the program is told of it: 0, nothing.
ErrnoOr<uint32_t> EpollFile::tell(const Listed& listed, Sink& sink) {
  if (!listed.file) return 0;
  const uint32_t events = to_events(listed.file->readiness(), listed.event.events);
  if (events == 0) return 0;
  abi::epoll_event event{};  // with padding on some architectures
  event.events = events;
  event.data = listed.event.data;
  TRY(sink.add(event));
  return events;
}

ErrnoOr<uint32_t> EpollFile::harvest(uint32_t most, Sink& sink) {
  if (has_dead_.load(std::memory_order_relaxed)) free_dead();
  uint32_t told = 0;
  uint32_t left = 0;  // what is put back meanwhile is for the next time
  Listed listed;
  {
    LockGuard guard(list_lock_);
    left = ready_count_;
    if (most == 0 || !take(listed)) return 0;
  }
  for (;;) {
    const auto events = tell(listed, sink);
    bool more = false;
    Listed next;
    {
      LockGuard guard(list_lock_);
      if (!events || *events != 0) put_back(listed, events.has_value());
      if (events && *events != 0) ++told;
      more = events && --left != 0 && told < most && take(next);
      if (!more && ready_count_ != 0) wake_one();
    }
    if (!events && told == 0) return fail(events.error());
    if (!more) return told;
    listed = std::move(next);
  }
}

exec::Task<Status> EpollFile::wait(RefPtr<EpollFile> file, Instant deadline) {
  Sleeper sleeper;
  {
    LockGuard guard(file->list_lock_);
    if (file->ready_count_ != 0) co_return Status::Ok;
    file->sleepers_.push_back(sleeper);
  }
  const Status status = co_await sleeper.waiter.wait(deadline);
  LockGuard guard(file->list_lock_);
  if (sleeper.link.is_linked()) file->sleepers_.erase(file->sleepers_.iterator_to(sleeper));
  co_return status;
}

}  // namespace jacinth::linux
