// Operations on ranges of a VMO: commit, decommit, zero, cache maintenance, pins.
//
// Those that may be long do a bounded piece of work for each call, under one hold of the lock.
#include <algorithm>
#include <cstring>
#include <limits>

#include "vm/vmo.h"

namespace jacinth::vm {
namespace {

// What one call does at most, about 100 us: pages to clear or copy …
constexpr uint64_t kPagesToFill = 64;
// … and pages to look at or to free.
constexpr uint64_t kPagesToVisit = 1024;

}  // namespace

Result<> Vmo::commit(ByteRange& range) {
  LockGuard guard(lock());
  TRY(check_range(range.offset, range.size));
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ == Kind::Physical) range.advance(range.size);
  for (uint64_t done = 0; range.size != 0 && done < kPagesToFill;) {
    const uint64_t left = page_of(page_ceil(range.offset % kPageSize + range.size));
    const uint64_t count = TRY(pages.commit_some(root_page_ + page_of(range.offset), left));
    range.advance_pages(count);
    done += count;
  }
  return {};
}

// Commits some of the `most` pages from `first` on; returns how many.
Result<uint64_t> Vmo::commit_some(uint64_t first, uint64_t most) {
  constexpr uint64_t kRun = 16;
  if (tree_.find(first) || sourced(first)) {
    TRY(page_for_writing(first));
    return 1;
  }
  uint64_t count = 1;
  while (count < std::min(most, kRun) && !tree_.find(first + count)) ++count;
  TRY(commit_run(first, count));
  return count;
}

Result<> Vmo::decommit(ByteRange& range) {
  LockGuard guard(lock());
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ != Kind::Paged || pages.snapshot_ || pages.source_)
    return fail(Status::NotSupported);
  if (!is_page_aligned(range.offset) || !is_page_aligned(range.size))
    return fail(Status::InvalidArgs);
  TRY(check_range(range.offset, range.size));
  const uint64_t first = root_page_ + page_of(range.offset);
  if (pages.has_pins(first, page_of(range.size))) return fail(Status::BadState);
  const uint64_t count = pages.stretch_of(first, page_of(range.size));
  TRY(pages.remove_pages(first, count));
  range.advance(count << kPageShift);
  return {};
}

uint64_t Vmo::find_page(uint64_t offset, bool committed) {
  LockGuard guard(lock());
  if (offset >= size_) return size_;
  Vmo& pages = store();
  pages.lock().assert_held();
  const uint64_t first = page_of(offset);
  const uint64_t count = page_of(size_) - first;
  uint64_t found = committed ? first + count : first;
  pages.tree_.for_each(root_page_ + first, count, [&](uint64_t index, PageTree::Page) {
    if (committed) found = index - root_page_;
    if (committed || index - root_page_ != found) return false;
    ++found;
    return true;
  });
  return std::max(offset, found << kPageShift);
}

// The largest part of [first, first + count) from `first` on that has at most kPagesToVisit pages.
uint64_t Vmo::stretch_of(uint64_t first, uint64_t count) {
  uint64_t seen = 0;
  tree_.for_each(first, count, [&](uint64_t index, PageTree::Page) {
    if (seen++ < kPagesToVisit) return true;
    count = index - first;
    return false;
  });
  return count;
}

Result<> Vmo::zero(ByteRange& range) {
  {
    LockGuard guard(lock());
    TRY(zero_some(range));
  }
  Vmo& pages = store();
  if (pages.source_) pages.source_->changed(pages);  // somebody may wait for what is zero now
  return {};
}

Result<> Vmo::zero_some(ByteRange& range) {
  TRY(check_range(range.offset, range.size));
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ == Kind::Physical) return fail(Status::NotSupported);
  if (range.size == 0) return {};
  const uint64_t first = root_page_ + page_of(range.offset);
  const uint64_t begin = range.offset % kPageSize;
  if (begin != 0 || range.size < kPageSize) {
    const uint64_t end = std::min(kPageSize, begin + range.size);
    TRY(pages.zero_part(first, begin, end));
    range.advance(end - begin);
    return {};
  }
  if (pages.sourced(first)) {
    range.advance(TRY(pages.zero_sourced(first, page_of(range.size))) << kPageShift);
    return {};
  }
  const uint64_t count = pages.stretch_of(first, page_of(range.size));
  TRY(pages.zero_pages(first, count));
  range.advance(count << kPageShift);
  return {};
}

Result<> Vmo::zero_part(uint64_t page, uint64_t begin, uint64_t end) {
  if (!tree_.find(page) && !sourced(page)) return {};
  Frame* frame = TRY(page_for_writing(page));
  memset(frames().bytes_of(*frame) + begin, 0, end - begin);
  return {};
}

// A page without a frame reads as zeros; only frames that must stay are cleared.
Result<> Vmo::zero_pages(uint64_t first, uint64_t count) {
  if (!has_pins(first, count)) return remove_pages(first, count);
  const uint64_t end = first + count;
  for (uint64_t at = first; at < end; ++at) {
    PageTree::Page page;
    tree_.for_each(at, end - at, [&](uint64_t index, PageTree::Page next) {
      at = index;
      page = next;
      return false;
    });
    if (!page) break;
    if (kind_ == Kind::Contiguous || page.frame->pins_ != 0) {
      memset(frames().bytes_of(*page.frame), 0, kPageSize);
    } else {
      TRY(remove_pages(at, 1));
    }
  }
  return {};
}

Result<> Vmo::cache_op(hal::CacheOp op, ByteRange& range) {
  if (range.size == 0) return fail(Status::InvalidArgs);
  LockGuard guard(lock());
  TRY(check_range(range.offset, range.size));
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ == Kind::Physical) {
    range.advance(range.size);
    return {};
  }
  const uint64_t first = root_page_ + page_of(range.offset);
  const uint64_t end = page_of(page_ceil(range.offset % kPageSize + range.size));
  const uint64_t count = pages.stretch_of(first, end);
  pages.tree_.for_each(first, count, [op](uint64_t, PageTree::Page page) {
    hal::cache_op(op, {frames().bytes_of(*page.frame), kPageSize});
    return true;
  });
  range.advance_pages(count);
  return {};
}

// --- Pins
// -----------------------------------------------------------------------------------------

Result<> Vmo::pin(uint64_t offset, uint64_t size) {
  if (!is_page_aligned(offset) || !is_page_aligned(size)) return fail(Status::InvalidArgs);
  LockGuard guard(lock());
  TRY(check_range(offset, size));
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ == Kind::Physical) return {};
  const uint64_t first = root_page_ + page_of(offset);
  const uint64_t count = page_of(size);
  for (uint64_t i = 0; i < count; ++i) {
    const Result<Frame*> frame = pages.page_for_writing(first + i);
    const bool full = frame && (*frame)->pins_ == std::numeric_limits<uint32_t>::max();
    if (!frame || full) {
      pages.drop_pins(first, i);
      return fail(full ? Status::Unavailable : frame.error());
    }
    ++(*frame)->pins_;
    ++pages.pins_;
  }
  return {};
}

void Vmo::unpin(uint64_t offset, uint64_t size) {
  LockGuard guard(lock());
  Vmo& pages = store();
  pages.lock().assert_held();
  if (pages.kind_ == Kind::Physical) return;
  pages.drop_pins(root_page_ + page_of(offset), page_of(size));
}

void Vmo::drop_pins(uint64_t first, uint64_t count) {
  tree_.for_each(first, count, [this](uint64_t, PageTree::Page page) {
    lock().assert_held();
    --page.frame->pins_;
    --pins_;
    return true;
  });
}

Result<PhysAddr> Vmo::physical_address(uint64_t offset) {
  LockGuard guard(lock());
  if (offset >= size_) return fail(Status::OutOfRange);
  Vmo& pages = store();
  pages.lock().assert_held();
  const uint64_t page = root_page_ + page_of(offset);
  if (pages.kind_ == Kind::Physical)
    return pages.physical_base_ + (page << kPageShift) + offset % kPageSize;
  const PageTree::Page found = pages.tree_.find(page);
  if (!found) return fail(Status::NotFound);
  return frames().address_of(*found.frame) + offset % kPageSize;
}

}  // namespace jacinth::vm
