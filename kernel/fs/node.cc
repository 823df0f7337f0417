#include "fs/node.h"

#include "fs/devices.h"
#include "fs/directory_file.h"
#include "fs/file.h"
#include "fs/file_locks.h"
#include "fs/file_system.h"
#include "fs/pipe.h"
#include "fs/pipe_ring.h"
#include "object/sync/utc.h"

namespace jacinth::fs {
namespace {

constexpr int64_t kDaySeconds = 24 * 60 * 60;

}  // namespace

Timestamp Timestamp::now() {
  const int64_t ns = utc_now_ns();
  return {.seconds = ns / 1'000'000'000, .nanoseconds = static_cast<uint32_t>(ns % 1'000'000'000)};
}

Node::Node(RefPtr<FileSystem> file_system, uint64_t number, const NewNode& what)
    : file_system_(std::move(file_system)),
      number_(number),
      type_(what.type),
      device_(what.device),
      mode_(what.mode),
      user_(what.user),
      group_(what.group),
      created_(Timestamp::now()) {
  accessed_ = modified_ = changed_ = created_;
}

Node::~Node() {
  ASSERT(watches_.empty());
  delete file_locks_.load(std::memory_order_relaxed);
  if (Pipe* pipe = pipe_if_any(); pipe != nullptr) pipe->release();
}

// --- attributes ---

ErrnoOr<Attributes> Node::attributes() {
  Attributes found{.file_system = file_system_->device(),
                   .number = number_,
                   .mode = mode_of(type_, mode()),
                   .links = links(),
                   .user = user(),
                   .group = group(),
                   .device = device_,
                   .size = size(),
                   .blocks = allocated_bytes() / 512,
                   .created = created_};
  LockGuard guard(lock_);
  found.accessed = accessed_;
  found.modified = modified_;
  found.changed = changed_;
  return found;
}

ErrnoOr<> Node::set_attributes(const AttributeChange& change) {
  const Timestamp now = Timestamp::now();
  {
    LockGuard guard(lock_);
    if ((change.fields & AttributeChange::kMode) != 0) set_mode(change.mode & mode::kAll);
    if ((change.fields & AttributeChange::kUser) != 0)
      user_.store(change.user, std::memory_order_relaxed);
    if ((change.fields & AttributeChange::kGroup) != 0)
      group_.store(change.group, std::memory_order_relaxed);
    if ((change.fields & AttributeChange::kAccessed) != 0) accessed_ = change.accessed;
    if ((change.fields & AttributeChange::kModified) != 0) modified_ = change.modified;
    changed_ = now;
  }
  notify(event::kAttributes);
  return {};
}

// "relatime": only when that tells something new about changes, or the last is a day old.
void Node::note_access() {
  const Timestamp now = Timestamp::now();
  LockGuard guard(lock_);
  if (accessed_ > modified_ && accessed_ > changed_ &&
      now.seconds - accessed_.seconds < kDaySeconds)
    return;
  accessed_ = now;
}

void Node::note_modification() {
  const Timestamp now = Timestamp::now();
  LockGuard guard(lock_);
  modified_ = changed_ = now;
}

void Node::note_change() {
  const Timestamp now = Timestamp::now();
  LockGuard guard(lock_);
  changed_ = now;
}

// --- what a file system need not support ---

ErrnoOr<RefPtr<Node>> Node::lookup(std::string_view) { return fail(Errno::NOENT); }
ErrnoOr<RefPtr<Node>> Node::make_child(std::string_view, const NewNode& wanted) {
  return fail(wanted.type == FileType::Regular ? Errno::ACCES : Errno::PERM);
}
ErrnoOr<RefPtr<Node>> Node::make_symlink(std::string_view, std::string_view, const NewNode&) {
  return fail(Errno::PERM);
}
ErrnoOr<RefPtr<Node>> Node::make_unnamed(const NewNode&) { return fail(Errno::OPNOTSUPP); }
ErrnoOr<> Node::add_link(std::string_view, Node&) { return fail(Errno::PERM); }
ErrnoOr<> Node::remove_child(std::string_view, Node&) { return fail(Errno::PERM); }
ErrnoOr<> Node::move_child(const Move&) { return fail(Errno::PERM); }
ErrnoOr<> Node::list(uint64_t, DirectorySink&) { return {}; }
ErrnoOr<LinkTarget> Node::read_link(const Credentials&) { return fail(Errno::INVAL); }
ErrnoOr<RefPtr<vm::Vmo>> Node::contents() { return fail(Errno::NODEV); }
ErrnoOr<> Node::resize(uint64_t) { return fail(Errno::INVAL); }
ErrnoOr<> Node::allocate(Allocate, uint64_t, uint64_t) { return fail(Errno::OPNOTSUPP); }
ErrnoOr<size_t> Node::get_xattr(std::string_view, std::span<std::byte>) {
  return fail(Errno::OPNOTSUPP);
}
ErrnoOr<> Node::set_xattr(std::string_view, std::span<const std::byte>, SetXattr) {
  return fail(Errno::OPNOTSUPP);
}
ErrnoOr<> Node::remove_xattr(std::string_view) { return fail(Errno::OPNOTSUPP); }
ErrnoOr<size_t> Node::list_xattrs(std::span<char>) { return 0; }

exec::Eventually<ErrnoOr<RefPtr<File>>> Node::open(const Path& place, uint32_t flags) {
  switch (type_) {
    case FileType::Directory:
      return open_directory(place, *this, flags);
    case FileType::CharDevice:
    case FileType::BlockDevice:
      return open_device(place, *this, flags);
    case FileType::Fifo:
      return open_fifo(place, *this, flags);
    case FileType::Symlink:
      return ErrnoOr<RefPtr<File>>(fail(Errno::LOOP));
    default:
      return ErrnoOr<RefPtr<File>>(fail(Errno::NXIO));
  }
}

// --- what hangs on a node ---

ErrnoOr<FileLocks*> Node::locks() {
  FileLocks* there = locks_if_any();
  if (there != nullptr) return there;
  auto* fresh = new (std::nothrow) FileLocks();
  if (fresh == nullptr) return fail(Errno::NOMEM);
  if (file_locks_.compare_exchange_strong(there, fresh, std::memory_order_acq_rel)) return fresh;
  delete fresh;
  return there;
}

ErrnoOr<Pipe*> Node::pipe() {
  Pipe* there = pipe_if_any();
  if (there != nullptr) return there;
  RefPtr<Pipe> fresh = TRY(Pipe::create());
  if (pipe_.compare_exchange_strong(there, fresh.get(), std::memory_order_acq_rel))
    return fresh.leak();
  return there;
}

ErrnoOr<> Node::begin_writing() {
  int32_t count = writers_.load(std::memory_order_relaxed);
  do {
    if (count < 0) return fail(Errno::TXTBSY);
  } while (!writers_.compare_exchange_weak(count, count + 1, std::memory_order_acq_rel));
  return {};
}

void Node::end_writing() { writers_.fetch_sub(1, std::memory_order_acq_rel); }

ErrnoOr<> Node::deny_writing() {
  int32_t count = writers_.load(std::memory_order_relaxed);
  do {
    if (count > 0) return fail(Errno::TXTBSY);
  } while (!writers_.compare_exchange_weak(count, count - 1, std::memory_order_acq_rel));
  return {};
}

void Node::allow_writing() { writers_.fetch_add(1, std::memory_order_acq_rel); }

void Node::tell_watches(uint32_t events, std::string_view name, uint32_t cookie) {
  if (is_directory() && name.empty()) events |= event::kIsDirectory;
  LockGuard guard(lock_);
  for (Watch& watch : watches_) watch.on_event(events, name, cookie);
}

}  // namespace jacinth::fs
