#include "linux/events/inotify.h"

#include <algorithm>

#include "fs/operations.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

constexpr char kInotifyKind = 0;

constexpr size_t kMostQueued = 16384;     // max_queued_events
constexpr uint32_t kMostWatches = 65536;  // max_user_watches, here for each file

constexpr uint32_t kAllEvents = 0xfff;
constexpr uint32_t kOverflow = 0x4000, kIgnored = 0x8000;
constexpr uint32_t kOnlyDirectory = 1u << 24, kDontFollow = 1u << 25, kExclUnlink = 1u << 26,
                   kMaskCreate = 1u << 28, kMaskAdd = 1u << 29, kOneShot = 1u << 31;

// struct inotify_event
struct Record {
  int32_t watch;
  uint32_t mask, cookie, length;
};

}  // namespace

ErrnoOr<RefPtr<InotifyFile>> InotifyFile::create(uint32_t flags) {
  return to_errno(make_ref<InotifyFile>(TRY(make_anonymous_node("inotify")), flags));
}

InotifyFile::InotifyFile(RefPtr<fs::Node> node, uint32_t flags)
    : AnonymousFile(std::move(node), flags | fs::open_flags::kReadOnly) {}

InotifyFile::~InotifyFile() {
  {
    LockGuard guard(watches_lock_);
    for (NodeWatch& watch : watches_) watch.stop(*watch.node);
  }
  // Nodes may go with their last reference: without locks, and nobody else is here any more.
  free_all();
}

InotifyFile* InotifyFile::of(fs::File& file) {
  return file.kind() == &kInotifyKind ? static_cast<InotifyFile*>(&file) : nullptr;
}

const void* InotifyFile::kind() const { return &kInotifyKind; }

void InotifyFile::free_all() NO_THREAD_SAFETY_ANALYSIS {
  while (!watches_.empty()) {
    NodeWatch& watch = *watches_.begin();
    watches_.erase(watches_.begin());
    delete &watch;
  }
  while (!queue_.empty()) {
    Event& event = queue_.front();
    queue_.pop_front();
    delete &event;
  }
}

// --- Watches

InotifyFile::NodeWatch* InotifyFile::find(const fs::Node& node) {
  for (NodeWatch& watch : watches_) {
    if (watch.node == &node) return &watch;
  }
  return nullptr;
}

ErrnoOr<int32_t> InotifyFile::watch(RefPtr<fs::Node> node, uint32_t mask) {
  free_ended();
  const uint32_t kept = mask & (kAllEvents | kExclUnlink | kOneShot);
  LockGuard guard(watches_lock_);
  if (NodeWatch* const there = find(*node); there != nullptr) {
    if ((mask & kMaskCreate) != 0) return fail(Errno::EXIST);
    const uint32_t before = (mask & kMaskAdd) != 0 ? there->mask.load() : 0;
    there->mask.store(before | kept);
    return there->number;
  }
  if (watch_count_ >= kMostWatches) return fail(Errno::NOSPC);
  auto made = TRY(to_errno(make_unique<NodeWatch>(*this, std::move(node), last_number_ + 1, kept)));
  NodeWatch& watch = *made.release();
  watches_.insert(watch);
  ++watch_count_;
  watch.start(*watch.node);
  return ++last_number_;
}

ErrnoOr<> InotifyFile::forget(int32_t number) {
  free_ended();
  {
    LockGuard guard(watches_lock_);
    const auto found = watches_.find(number);
    if (found == watches_.end()) return fail(Errno::INVAL);
    found->stop(*found->node);
    LockGuard queue_guard(queue_lock_);
    if (found->ended) return fail(Errno::INVAL);
    end(*found);
  }
  free_ended();
  return {};
}

// Takes down the watches that have ended; their nodes may go then, for which no lock may be held.
void InotifyFile::free_ended() {
  for (;;) {
    UniquePtr<NodeWatch> gone;
    LockGuard guard(watches_lock_);
    {
      LockGuard queue_guard(queue_lock_);
      if (ended_ == 0) return;
      --ended_;
      for (NodeWatch& watch : watches_) {
        if (watch.ended) gone = UniquePtr<NodeWatch>(&watch);
      }
    }
    watches_.erase(watches_.iterator_to(*gone));
    --watch_count_;
    gone->stop(*gone->node);
  }
}

// --- Events

void InotifyFile::NodeWatch::on_event(uint32_t events, std::string_view name, uint32_t cookie) {
  owner.note(*this, events, name, cookie);
}

void InotifyFile::note(NodeWatch& watch, uint32_t events, std::string_view name, uint32_t cookie) {
  const uint32_t mask = watch.mask.load(std::memory_order_relaxed);
  const bool over = (events & (fs::event::kDeleteSelf | fs::event::kUnmount)) != 0;
  if (over) events &= ~fs::event::kIsDirectory;
  const uint32_t told = events & (mask | fs::event::kUnmount) & ~fs::event::kIsDirectory;
  LockGuard guard(queue_lock_);
  if (watch.ended) return;
  if (told != 0) push(watch.number, told | (events & fs::event::kIsDirectory), cookie, name);
  if (over || (told != 0 && (mask & kOneShot) != 0)) end(watch);
}

void InotifyFile::end(NodeWatch& watch) {
  watch.ended = true;
  ++ended_;
  push(watch.number, kIgnored, 0, {});
}

void InotifyFile::push(int32_t watch, uint32_t mask, uint32_t cookie, std::string_view name) {
  if (!queue_.empty() && mask != kIgnored) {
    const Event& last = queue_.back();
    const std::string_view last_name(last.name.empty() ? "" : last.name.data());
    if (last.watch == watch && last.mask == mask && last_name == name) return;
  }
  if (overflown_) return;
  auto event = make_unique<Event>();
  const size_t padded = name.empty() ? 0 : (name.size() / sizeof(Record) + 1) * sizeof(Record);
  bool lost = !event || queued_ >= kMostQueued;
  if (!lost) {
    auto text = Vector<char>::with_size(padded);
    lost = !text;
    if (text) (*event)->name = std::move(*text);
  }
  if (lost) {
    // One record says so; without memory even for that, the next one that can be made does.
    overflown_ = true;
    if (!event) return;
    (*event)->watch = -1;
    (*event)->mask = kOverflow;
  } else {
    (*event)->watch = watch;
    (*event)->mask = mask;
    (*event)->cookie = cookie;
    std::ranges::copy(name, (*event)->name.begin());
  }
  queued_bytes_ += sizeof(Record) + (*event)->name.size();
  ++queued_;
  queue_.push_back(*event->release());
  if ((signals() & fs::ready::kIn) != 0) repeat_signals(fs::ready::kIn);
  update_signals(0, fs::ready::kIn);
}

// The first record, if it fits into `room`; else why there is none: AGAIN, INVAL.
UniquePtr<InotifyFile::Event> InotifyFile::take_one(size_t room, ErrnoOr<>& outcome) {
  LockGuard guard(queue_lock_);
  if (queue_.empty()) {
    overflown_ = false;
    outcome = fail(Errno::AGAIN);
    return nullptr;
  }
  Event& first = queue_.front();
  const size_t size = sizeof(Record) + first.name.size();
  if (size > room) {
    outcome = fail(Errno::INVAL);
    return nullptr;
  }
  queue_.pop_front();
  --queued_;
  queued_bytes_ -= size;
  if (queue_.empty()) {
    overflown_ = false;
    update_signals(fs::ready::kIn, 0);
  }
  return UniquePtr<Event>(&first);
}

ErrnoOr<size_t> InotifyFile::take(fs::IoTarget& to) {
  free_ended();
  size_t done = 0;
  for (;;) {
    ErrnoOr<> outcome;
    const UniquePtr<Event> event = take_one(to.remaining(), outcome);
    if (!event && done != 0) return done;
    if (!event) return fail(outcome.error());
    const Record record{.watch = event->watch,
                        .mask = event->mask,
                        .cookie = event->cookie,
                        .length = static_cast<uint32_t>(event->name.size())};
    for (const auto piece : {std::as_bytes(std::span(&record, 1)),
                             std::as_bytes(std::span<const char>(event->name))}) {
      fs::IoTarget part = to;
      part.limit(piece.size());
      if (!piece.empty() && TRY(part.put(piece)) != piece.size()) return fail(Errno::FAULT);
      to.skip(piece.size());
      done += piece.size();
    }
  }
}

exec::Task<ErrnoOr<size_t>> InotifyFile::read_slowly(RefPtr<InotifyFile> file, fs::IoTarget to) {
  for (;;) {
    const Status status = co_await fs::wait_for(file, fs::ready::kIn, kForever);
    const auto taken = file->take(to);
    if (taken || taken.error() != Errno::AGAIN) co_return taken;
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

fs::File::Transferred InotifyFile::read(fs::IoTarget to, fs::IoFlags how) {
  const auto taken = take(to);
  if (taken || taken.error() != Errno::AGAIN || how.no_wait || non_blocking()) return taken;
  return read_slowly(RefPtr<InotifyFile>(this), to);
}

exec::Eventually<ErrnoOr<int64_t>> InotifyFile::ioctl(uint32_t command, uint64_t argument) {
  constexpr uint32_t kBytesToRead = 0x541b;
  if (command != kBytesToRead) return ErrnoOr<int64_t>(fail(Errno::NOTTY));
  int32_t bytes = 0;
  {
    LockGuard guard(queue_lock_);
    bytes = static_cast<int32_t>(queued_bytes_);
  }
  const auto told = put(UserOut<int32_t>(VirtAddr{argument}), bytes);
  if (!told) return ErrnoOr<int64_t>(fail(told.error()));
  return ErrnoOr<int64_t>(0);
}

// --- The calls

SysResult sys_inotify_init1(SyscallContext& ctx, uint32_t flags) {
  using namespace fs::open_flags;
  if ((flags & ~(kNonBlock | kCloseOnExec)) != 0) return fail(Errno::INVAL);
  return install(ctx, TRY(InotifyFile::create(flags & kNonBlock)), flags);
}

SysResult sys_inotify_init(SyscallContext& ctx) { return sys_inotify_init1(ctx, 0); }

SysResult sys_inotify_add_watch(SyscallContext& ctx, int32_t fd, UserIn<char> path, uint32_t mask) {
  if ((mask & kAllEvents) == 0) return fail(Errno::INVAL);
  const auto file = TRY(ctx.self().files->get(fd));
  if ((mask & kMaskAdd) != 0 && (mask & kMaskCreate) != 0) return fail(Errno::INVAL);
  InotifyFile* const inotify = InotifyFile::of(*file);
  if (inotify == nullptr) return fail(Errno::INVAL);
  PathBuffer buffer;
  const auto text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(kAtCwd, text));
  uint32_t how = (mask & kDontFollow) != 0 ? 0 : fs::walk_flags::kFollow;
  if ((mask & kOnlyDirectory) != 0) how |= fs::walk_flags::kDirectory;
  const fs::Path found = TRY(fs::walk(start.from(), text, how));
  TRY(fs::check_access(found, start.who(), fs::access::kRead));
  return static_cast<uint64_t>(TRY(inotify->watch(RefPtr<fs::Node>(&found.node()), mask)));
}

SysResult sys_inotify_rm_watch(SyscallContext& ctx, int32_t fd, int32_t watch) {
  const auto file = TRY(ctx.self().files->get(fd));
  InotifyFile* const inotify = InotifyFile::of(*file);
  if (inotify == nullptr) return fail(Errno::INVAL);
  TRY(inotify->forget(watch));
  return 0;
}

}  // namespace jacinth::linux
