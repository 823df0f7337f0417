// Reading and writing a VMO's contents.
//
// Bytes go straight between user memory and the page's frame. No lock is held while a fault in user
// memory is resolved: a reader keeps the frame alive by a reference of its own, which makes others
// copy the page before they write to it; a writer copies under the lock what needs no resolving.
#include <algorithm>
#include <cstring>

#include "hal/user.h"
#include "vm/vmo.h"

namespace jacinth::vm {
namespace {

constexpr uint64_t left_in_page(uint64_t offset) { return kPageSize - offset % kPageSize; }
constexpr uint64_t pages_of(uint64_t offset, uint64_t bytes) {
  return page_ceil(offset % kPageSize + bytes) >> kPageShift;
}

}  // namespace

Result<Frame*> Vmo::page_for_reading(uint64_t offset) {
  Vmo& pages = store();
  pages.lock().assert_held();
  return pages.visible_page(root_page_ + (offset >> kPageShift));
}

Result<> Vmo::write_locked(uint64_t offset, std::span<const std::byte> from) {
  Vmo& pages = store();
  pages.lock().assert_held();
  Frame* frame = TRY(pages.page_for_writing(root_page_ + (offset >> kPageShift)));
  memcpy(frames().bytes_of(*frame) + offset % kPageSize, from.data(), from.size());
  return {};
}

Result<> Vmo::read(uint64_t offset, std::span<std::byte> to) {
  LockGuard guard(lock());
  TRY(check_contents(offset, to.size()));
  while (!to.empty()) {
    const size_t bytes = std::min<uint64_t>(to.size(), left_in_page(offset));
    const Frame* frame = TRY(page_for_reading(offset));
    if (frame != nullptr) {
      memcpy(to.data(), frames().bytes_of(*frame) + offset % kPageSize, bytes);
    } else {
      memset(to.data(), 0, bytes);
    }
    to = to.subspan(bytes);
    offset += bytes;
  }
  return {};
}

Result<> Vmo::write(uint64_t offset, std::span<const std::byte> from) {
  LockGuard guard(lock());
  TRY(check_contents(offset, from.size()));
  while (!from.empty()) {
    const size_t bytes = std::min<uint64_t>(from.size(), left_in_page(offset));
    TRY(write_locked(offset, from.first(bytes)));
    from = from.subspan(bytes);
    offset += bytes;
  }
  return {};
}

Result<Vmo::HeldPage> Vmo::hold_page(const ByteRange& range) {
  LockGuard guard(lock());
  TRY(check_contents(range.offset, range.size));
  Frame* frame = TRY(page_for_reading(range.offset));
  if (frame == nullptr) return HeldPage(nullptr);
  FrameAllocator::add_ref(*frame);
  return HeldPage(frame);
}

Result<> Vmo::read(ByteRange& range, UserOut<std::byte>& to) {
  uint64_t budget = kCopyChunk;
  do {
    const HeldPage page = TRY(hold_page(range));
    const size_t bytes = std::min({range.size, left_in_page(range.offset), budget});
    const std::byte* from = page.bytes() + range.offset % kPageSize;
    TRY(to.write_array({from, bytes}));
    to = to.at(bytes);
    range.advance(bytes);
    budget -= bytes;
  } while (range.size != 0 && budget != 0);
  return {};
}

Result<> Vmo::write(ByteRange& range, UserIn<std::byte>& from) {
  const uint64_t end = range.size - std::min(range.size, kCopyChunk);
  do {
    ByteRange part{.offset = range.offset, .size = range.size - end};
    const Result<> written = write_now(part, from);
    range.advance(part.offset - range.offset);
    if (written) continue;
    if (written.error() != Status::ShouldWait) return written;
    // Resolves the fault, and passes that byte by hand: however often the translation is lost
    // again, the copy gets on.
    std::byte first;
    TRY(from.read_array({&first, 1}));
    TRY(write(range.offset, std::span<const std::byte>(&first, 1)));
    from = from.at(1);
    range.advance(1);
  } while (range.size > end);
  return {};
}

Result<> Vmo::read_now(ByteRange& range, UserOut<std::byte>& to) {
  while (range.size != 0) {
    LockGuard guard(lock());
    TRY(check_contents(range.offset, range.size));
    const size_t bytes = std::min(range.size, left_in_page(range.offset));
    const Frame* frame = TRY(page_for_reading(range.offset));
    const std::byte* page =
        frame != nullptr ? frames().bytes_of(*frame) : hal::phys_to_virt(zero_run());
    const size_t done = hal::copy_to_user(to.address(), page + range.offset % kPageSize, bytes);
    to = to.at(done);
    range.advance(done);
    if (done != bytes) return fail(Status::ShouldWait);
  }
  return {};
}

Result<> Vmo::write_now(ByteRange& range, UserIn<std::byte>& from) {
  while (range.size != 0) {
    LockGuard guard(lock());
    TRY(check_contents(range.offset, range.size));
    Vmo& pages = store();
    pages.lock().assert_held();
    const size_t bytes = std::min(range.size, left_in_page(range.offset));
    Frame* frame = TRY(pages.page_for_writing(root_page_ + (range.offset >> kPageShift),
                                              pages_of(range.offset, range.size)));
    const size_t done = hal::copy_from_user(frames().bytes_of(*frame) + range.offset % kPageSize,
                                            from.address(), bytes);
    from = from.at(done);
    range.advance(done);
    if (done != bytes) return fail(Status::ShouldWait);
  }
  return {};
}

}  // namespace jacinth::vm
