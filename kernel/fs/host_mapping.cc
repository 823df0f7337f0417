#include "fs/host_mapping.h"

#include <algorithm>
#include <utility>

#include "fs/host_file.h"

namespace jacinth::fs {
namespace {

// The first of those that programs may write to. The lock is held while all write back, which is
// long, but happens once; whoever ends waits for it.
constinit Guarded<HostMapping*, LockRank::FsFile> first_writable;

bool same(const hal::HostAttributes& one, const hal::HostAttributes& other) {
  auto equal = [](const auto& a, const auto& b) {
    return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
  };
  return one.size == other.size && equal(one.modified, other.modified) &&
         equal(one.changed, other.changed);
}

}  // namespace

HostMapping::~HostMapping() {
  leave_list();
  LockGuard guard(lock_);
  if (writer_ >= 0) hal::host_close(writer_);
}

ErrnoOr<RefPtr<vm::Vmo>> HostMapping::show(hal::HostFile file, hal::HostFile opened,
                                           bool for_writing) {
  {
    LockGuard guard(lock_);
    if (!pieces_) pieces_ = TRY(to_errno(make_unique<Pieces>()));
    if (!now_) now_ = TRY(to_errno(vm::Vmo::create(0, vm::Resizable::Yes)));
    shown_.store(true, std::memory_order_release);
    TRY(bring_up_to_date(opened));
    if (!for_writing || before_) return now_;
    TRY(begin_writing(file));
  }
  enlist();
  LockGuard guard(lock_);
  return now_;
}

ErrnoOr<> HostMapping::begin_writing(hal::HostFile file) {
  if (writer_ < 0)
    writer_ =
        static_cast<hal::HostFile>(TRY(host_result(hal::host_open(file, open_flags::kReadWrite))));
  before_ = TRY(
      to_errno(now_->create_child(vm::ChildKind::Snapshot, 0, now_->size(), vm::Resizable::Yes)));
  return {};
}

// --- From the host

ErrnoOr<> HostMapping::bring_up_to_date(hal::HostFile opened) {
  hal::HostAttributes about;
  TRY(host_result(hal::host_attributes(opened, about)));
  if (same(about, as_of_)) return {};
  TRY(write_back_locked(0, about.size));
  TRY(resize(about.size));
  auto& [from_host, shown] = *pieces_;
  for (uint64_t at = 0; at < about.size;) {
    const int64_t got = TRY(host_result(hal::host_read(opened, from_host, at)));
    if (got == 0) break;
    // Not beyond the size: the file may have become longer.
    const size_t bytes = std::min<uint64_t>(static_cast<uint64_t>(got), about.size - at);
    const auto fresh = std::span(from_host).first(bytes);
    const auto old = std::span(shown).first(bytes);
    TRY(to_errno(now_->read(at, old)));
    if (!std::ranges::equal(old, fresh)) TRY(put(at, fresh));
    at += bytes;
  }
  as_of_ = about;
  return {};
}

ErrnoOr<> HostMapping::put(uint64_t at, std::span<const std::byte> bytes) {
  TRY(to_errno(now_->write(at, bytes)));
  if (before_) TRY(to_errno(before_->write(at, bytes)));
  return {};
}

// What programs have left in the last page behind the end is no part of the file.
ErrnoOr<> HostMapping::clear_behind(uint64_t size) {
  const uint64_t end = std::min(page_ceil(size), now_->size());
  for (const auto& vmo : {now_, before_}) {
    if (!vmo || size >= end) continue;
    vm::ByteRange rest{.offset = size, .size = end - size};
    TRY(to_errno(vmo->zero(rest)));
  }
  return {};
}

ErrnoOr<> HostMapping::resize(uint64_t size) {
  if (page_ceil_overflows(size)) return fail(Errno::FBIG);
  for (const auto& vmo : {now_, before_})
    if (vmo && vmo->size() != page_ceil(size)) TRY(to_errno(vmo->set_size(page_ceil(size))));
  return clear_behind(size);
}

// --- Changes by calls

// Where memory is missing, the next mapping compares everything again.
void HostMapping::note_written(uint64_t old_size, uint64_t offset,
                               std::span<const std::byte> bytes) {
  LockGuard guard(lock_);
  const uint64_t end = offset + bytes.size();
  const bool longer = end > old_size;
  if ((longer && (!clear_behind(old_size) || !resize(end))) || !put(offset, bytes)) as_of_ = {};
}

void HostMapping::note_resized(uint64_t old_size, uint64_t size) {
  LockGuard guard(lock_);
  if ((size > old_size && !clear_behind(old_size)) || !resize(size)) as_of_ = {};
}

// --- To the host

ErrnoOr<> HostMapping::write_back(uint64_t offset, uint64_t size) {
  LockGuard guard(lock_);
  return write_back_locked(offset, size);
}

ErrnoOr<> HostMapping::write_back_locked(uint64_t offset, uint64_t size) {
  if (!before_) return {};
  hal::HostAttributes about;
  TRY(host_result(hal::host_attributes(writer_, about)));
  const uint64_t there = std::min({about.size, now_->size(), before_->size()});
  const uint64_t end = offset < there ? offset + std::min(size, there - offset) : 0;
  for (uint64_t at = page_floor(offset); at < end; at += kPiece)
    TRY(write_back_piece(at, std::min<uint64_t>(kPiece, there - at)));
  return {};
}

// Only the bytes from the first to the last that differ: others may be the host's new ones.
ErrnoOr<> HostMapping::write_back_piece(uint64_t at, size_t bytes) {
  const auto now = std::span(pieces_->now).first(bytes);
  const auto before = std::span(pieces_->before).first(bytes);
  TRY(to_errno(now_->read(at, now)));
  TRY(to_errno(before_->read(at, before)));
  const auto first = std::ranges::mismatch(now, before).in1;
  if (first == now.end()) return {};
  size_t end = bytes;
  while (now[end - 1] == before[end - 1]) --end;
  const auto start = static_cast<size_t>(first - now.begin());
  const auto changed = now.subspan(start, end - start);
  for (size_t done = 0; done < changed.size();) {
    const auto rest = changed.subspan(done);
    const int64_t put = TRY(host_result(hal::host_write(writer_, rest, at + start + done)));
    if (put == 0) return fail(Errno::IO);
    done += static_cast<size_t>(put);
  }
  // Without memory for it the same bytes are written again next time.
  (void)before_->write(at + start, changed);
  return {};
}

// --- All of them

void HostMapping::enlist() {
  auto first = first_writable.lock();
  if (std::exchange(listed_, true)) return;
  next_ = *first;
  if (next_ != nullptr) next_->previous_ = this;
  *first = this;
}

void HostMapping::leave_list() {
  auto first = first_writable.lock();
  if (!listed_) return;
  (previous_ != nullptr ? previous_->next_ : *first) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

void HostMapping::write_back_every_file() {
  auto first = first_writable.lock();
  for (HostMapping* mapping = *first; mapping != nullptr; mapping = mapping->next_)
    (void)mapping->write_back_all();
}

}  // namespace jacinth::fs
