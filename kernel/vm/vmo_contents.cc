// Reading and writing a VMO's contents.
//
// No lock is held while user memory is copied. A reader keeps the page's frame alive by a reference
// of its own, which makes others copy the page before they write to it; a writer goes through a
// buffer, so that its bytes land in whatever frame the page has when they are there.
#include <algorithm>
#include <cstring>

#include "vm/vmo.h"

namespace jacinth::vm {
namespace {

constexpr size_t kBounceBytes = 1024;

constexpr uint64_t left_in_page(uint64_t offset) { return kPageSize - offset % kPageSize; }

}  // namespace

Frame* Vmo::page_for_reading(uint64_t offset) {
  Vmo& pages = store();
  pages.lock().assert_held();
  return pages.tree_.find(root_page_ + (offset >> kPageShift)).frame;
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
    const Frame* frame = page_for_reading(offset);
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
  Frame* frame = page_for_reading(range.offset);
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
  uint64_t budget = kCopyChunk;
  do {
    std::byte buffer[kBounceBytes];
    const size_t bytes = std::min({range.size, left_in_page(range.offset), kBounceBytes, budget});
    {
      LockGuard guard(lock());
      TRY(check_contents(range.offset, range.size));
    }
    TRY(from.read_array({buffer, bytes}));
    TRY(write(range.offset, std::span<const std::byte>(buffer, bytes)));
    from = from.at(bytes);
    range.advance(bytes);
    budget -= bytes;
  } while (range.size != 0 && budget != 0);
  return {};
}

}  // namespace jacinth::vm
