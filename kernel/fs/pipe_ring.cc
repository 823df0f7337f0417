#include "fs/pipe_ring.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace jacinth::fs {

ErrnoOr<RefPtr<Pipe>> Pipe::create() { return to_errno(make_ref<Pipe>()); }

Pipe::~Pipe() {
  LockGuard guard(lock_);
  drop_contents();
}

// --- ends ---

ErrnoOr<> Pipe::open(bool reads, bool writes) {
  auto slots = TRY(to_errno(Vector<Slot>::with_size(kDefaultSlots)));
  LockGuard guard(lock_);
  if (slots_.empty()) std::swap(slots_, slots);
  readers_ += reads ? 1 : 0;
  reader_opens_ += reads ? 1 : 0;
  writers_ += writes ? 1 : 0;
  writer_opens_ += writes ? 1 : 0;
  show();
  return {};
}

void Pipe::close(bool reads, bool writes) {
  Vector<Slot> slots;
  LockGuard guard(lock_);
  readers_ -= reads ? 1 : 0;
  writers_ -= writes ? 1 : 0;
  if (readers_ == 0 && writers_ == 0) {
    drop_contents();
    std::swap(slots_, slots);
  }
  show();
}

uint64_t Pipe::reader_opens() const {
  LockGuard guard(lock_);
  return reader_opens_;
}

uint64_t Pipe::writer_opens() const {
  LockGuard guard(lock_);
  return writer_opens_;
}

void Pipe::show() {
  constexpr Signals kAll =
      ready::kIn | ready::kOut | ready::kHangUp | ready::kError | kHasReader | kHasWriter;
  Signals now = 0;
  if (bytes_ != 0 || head_ != tail_) now |= ready::kIn;
  if (!slots_.empty() && !full()) now |= ready::kOut;
  if (writers_ == 0 && writer_opens_ != 0) now |= ready::kHangUp;
  if (readers_ == 0) now |= ready::kError;
  if (readers_ != 0) now |= kHasReader;
  if (writers_ != 0) now |= kHasWriter;
  if ((signals() & kAll) != now) update_signals(kAll & ~now, now);
}

// --- pages ---

vm::Frame* Pipe::take_page() {
  if (spare_ != nullptr) return std::exchange(spare_, nullptr);
  return vm::frames().allocate(0, vm::FrameUse::Other);
}

void Pipe::drop_page(vm::Frame* page) {
  if (spare_ == nullptr) {
    spare_ = page;
  } else {
    vm::frames().release(*page);
  }
}

void Pipe::drop_contents() {
  for (; tail_ != head_; ++tail_) vm::frames().release(*slot(tail_).page);
  if (spare_ != nullptr) vm::frames().release(*std::exchange(spare_, nullptr));
  bytes_ = 0;
}

// --- reading ---

ErrnoOr<size_t> Pipe::read(IoTarget& to) {
  size_t done = 0;
  if (to.empty()) return 0;
  for (;;) {
    ErrnoOr<> result;
    {
      LockGuard guard(lock_);
      result = read_locked(to, done);
      show();
    }
    if (result) return done;
    if (result.error() != Errno::FAULT) {
      if (done != 0) return done;
      return fail(result.error());
    }
    const ErrnoOr<> ready = to.make_ready();
    if (ready) continue;
    if (done != 0) return done;
    return fail(ready.error());
  }
}

// EFAULT: the target is to be made ready; EAGAIN: nothing there.
ErrnoOr<> Pipe::read_locked(IoTarget& to, size_t& done) {
  while (tail_ != head_) {
    Slot& first = slot(tail_);
    const size_t wanted = std::min(first.size(), to.remaining());
    const std::byte* page = vm::frames().bytes_of(*first.page);
    const size_t copied = to.put_now({page + first.begin, wanted});
    first.begin += static_cast<uint32_t>(copied);
    bytes_ -= copied;
    done += copied;
    if (copied != wanted) return fail(Errno::FAULT);
    const bool packet = first.packet;
    if (first.size() == 0 || packet) drop_first();
    if (packet || to.empty()) return {};
  }
  if (done != 0 || writers_ == 0) return {};
  return fail(Errno::AGAIN);
}

void Pipe::drop_first() {
  bytes_ -= slot(tail_).size();
  drop_page(slot(tail_).page);
  ++tail_;
}

ErrnoOr<size_t> Pipe::peek(std::span<std::byte> to) {
  LockGuard guard(lock_);
  if (tail_ == head_ && writers_ != 0) return fail(Errno::AGAIN);
  size_t done = 0;
  for (uint64_t i = tail_; i != head_ && done < to.size(); ++i) {
    const Slot& next = slot(i);
    if (next.packet && i != tail_) break;
    const size_t bytes = std::min(next.size(), to.size() - done);
    std::copy_n(vm::frames().bytes_of(*next.page) + next.begin, bytes, to.data() + done);
    done += bytes;
    if (next.packet) break;
  }
  return done;
}

void Pipe::discard(size_t bytes) {
  LockGuard guard(lock_);
  while (bytes != 0 && tail_ != head_) {
    Slot& first = slot(tail_);
    const size_t taken = std::min(bytes, first.size());
    first.begin += static_cast<uint32_t>(taken);
    bytes_ -= taken;
    bytes -= taken;
    if (first.size() == 0 || first.packet) drop_first();
  }
  show();
}

// --- writing ---

ErrnoOr<size_t> Pipe::write(IoSource& from, bool packet) {
  size_t done = 0;
  if (from.empty()) return 0;
  for (unsigned tries = 0;; ++tries) {
    IoSource attempt = from;
    const size_t before = done;
    ErrnoOr<> result;
    {
      LockGuard guard(lock_);
      result = write_locked(attempt, packet, done);
      if (done != before && (signals() & ready::kIn) != 0) repeat_signals(ready::kIn);
      show();
    }
    from.skip(done - before);
    if (result) return done;
    if (result.error() == Errno::FAULT && tries < kMostTries) {
      result = attempt.make_ready();
      if (result) continue;
    }
    if (done != 0) return done;
    return fail(result.error());
  }
}

// EFAULT: the source is to be made ready, from where it stopped. What counts as done has been made
// visible to readers, in pages as a whole.
ErrnoOr<> Pipe::write_locked(IoSource& from, bool packet, size_t& done) {
  if (readers_ == 0) return fail(Errno::PIPE);
  // As on Linux, the part that is not whole pages goes into the last page if it fits there.
  if (const size_t odd = from.remaining() % kPageSize; !packet && odd != 0 && tail_ != head_) {
    const Slot& last = slot(head_ - 1);
    if (!last.packet && last.end + odd <= kPageSize && !merge(from, odd, done))
      return fail(Errno::FAULT);
  }
  while (!from.empty()) {
    if (full()) return fail(Errno::AGAIN);
    vm::Frame* const page = take_page();
    if (page == nullptr) return fail(Errno::NOMEM);
    const size_t bytes = std::min(from.remaining(), kPageSize);
    if (from.take_now({vm::frames().bytes_of(*page), bytes}) != bytes) {
      drop_page(page);
      return fail(Errno::FAULT);
    }
    slot(head_++) = {.page = page, .end = static_cast<uint32_t>(bytes), .packet = packet};
    bytes_ += bytes;
    done += bytes;
  }
  return {};
}

bool Pipe::merge(IoSource& from, size_t bytes, size_t& done) {
  Slot& last = slot(head_ - 1);
  std::byte* const page = vm::frames().bytes_of(*last.page);
  if (from.take_now({page + last.end, bytes}) != bytes) return false;
  last.end += static_cast<uint32_t>(bytes);
  bytes_ += bytes;
  done += bytes;
  return true;
}

// --- size ---

size_t Pipe::bytes_queued() {
  LockGuard guard(lock_);
  return bytes_;
}

size_t Pipe::capacity() {
  LockGuard guard(lock_);
  return slots_.size() << kPageShift;
}

ErrnoOr<size_t> Pipe::set_capacity(size_t bytes) {
  if (bytes > size_t{1} << 31) return fail(Errno::INVAL);
  const size_t count = std::bit_ceil(std::max<size_t>(page_ceil(bytes) >> kPageShift, 1));
  auto fresh = TRY(to_errno(Vector<Slot>::with_size(count)));
  LockGuard guard(lock_);
  if (head_ - tail_ > count) return fail(Errno::BUSY);
  for (uint64_t i = tail_; i != head_; ++i) fresh[i & (count - 1)] = slot(i);
  std::swap(slots_, fresh);
  show();
  return count << kPageShift;
}

}  // namespace jacinth::fs
