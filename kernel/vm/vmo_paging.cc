// VMOs whose pages come from a page source, and the copy-on-write children of such.
//
// A child shows, where it has no page of its own, the page of the VMO that has the source (its
// *backing*), and copies it when it writes. Nothing is shared between the trees of the two, so the
// backing may write to its pages in place, and what it writes shows in the child until that has
// copied the page: it is a snapshot at least on write.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "vm/vmo.h"
#include "vm/vmo_window_walk.h"

namespace jacinth::vm {
namespace {

// How many pages move under one hold of the locks.
constexpr uint64_t kPagesToMove = 64;

// The first page at or after `page`, below `end`, that `tree` has; `end` when there is none.
uint64_t next_present(const PageTree& tree, uint64_t page, uint64_t end) {
  uint64_t found = end;
  tree.for_each(page, end - page, [&](uint64_t index, PageTree::Page) {
    found = index;
    return false;
  });
  return found;
}

}  // namespace

Result<RefPtr<Vmo>> Vmo::create_paged(RefPtr<PageSource> source, uint64_t size,
                                      Resizable resizable) {
  auto vmo = TRY(make(Kind::Paged, resizable, size));
  vmo->source_ = std::move(source);
  return vmo;
}

bool Vmo::sourced(uint64_t page) { return source_ || page < backing_pages_; }

// Why a page of this VMO, which has a source, is not there.
Status Vmo::why_absent() { return source_->attached() ? Status::Async : Status::BadState; }

// The frame that shows as `page`; null: zeros do.
Result<Frame*> Vmo::visible_page(uint64_t page) {
  if (const PageTree::Page found = tree_.find(page)) return found.frame;
  if (source_) return fail(why_absent());
  if (page >= backing_pages_) return nullptr;
  backing_->lock().assert_held();
  if (const PageTree::Page found = backing_->tree_.find(backing_page_ + page)) return found.frame;
  return fail(backing_->why_absent());
}

// Gives `page`, which this VMO shows but does not have, a frame of its own.
Result<Frame*> Vmo::copy_from_backing(uint64_t page) {
  const Frame* const shown = TRY(visible_page(page));
  Frame* const copy = frames().allocate(0, FrameUse::Vmo);
  if (copy == nullptr) return fail(Status::NoMemory);
  memcpy(frames().bytes_of(*copy), frames().bytes_of(*shown), kPageSize);
  if (!tree_.put(page, copy)) {
    frames().release(*copy);
    return fail(Status::NoMemory);
  }
  unmap_everywhere(page, 1);
  charge(*copy);
  return copy;
}

// A fault on a page that is not in this VMO's own tree.
Result<Vmo::Run> Vmo::sourced_fault(uint64_t page, uint64_t from, uint64_t to, bool write) {
  if (write) {
    TRY(copy_from_backing(page));
    return store_present_run(page, from, to);
  }
  Frame* const frame = TRY(visible_page(page));
  backing_->lock().assert_held();
  const uint64_t end = std::min(to, backing_pages_);
  uint64_t count = 1;
  while (page + count < end && !tree_.find(page + count) &&
         backing_->tree_.find(backing_page_ + page + count).frame == frame + count)
    ++count;
  return Run{
      .first_page = page, .memory = frames().address_of(*frame), .pages = count, .writable = false};
}

// Zeros must be there as pages, for absent ones show something else. Returns how many it has done.
Result<uint64_t> Vmo::zero_sourced(uint64_t first, uint64_t count) {
  count = std::min(count, kPagesToMove);
  for (uint64_t page = first; page < first + count; ++page) {
    if (!sourced(page)) return page - first;
    if (tree_.find(page)) {
      const Frame* frame = TRY(page_for_writing(page));
      memset(frames().bytes_of(*frame), 0, kPageSize);
    } else {
      unmap_everywhere(page, 1);
      TRY(commit_run(page, 1));
    }
  }
  return count;
}

// --- Children
// -------------------------------------------------------------------------------------

// Lets `child` show [first, first + count) of what this VMO shows of a source.
void Vmo::lend_backing(uint64_t first, uint64_t count, Vmo& child) {
  child.lock().assert_held();
  if (source_) {
    child.backing_ = RefPtr(this);
    child.backing_page_ = first;
    child.backing_pages_ = count;
  } else if (first < backing_pages_) {
    child.backing_ = backing_;
    child.backing_page_ = backing_page_ + first;
    child.backing_pages_ = std::min(count, backing_pages_ - first);
  } else {
    return;
  }
  child.backing_->lock().assert_held();
  child.backing_->clones_.push_back(child);
}

// This VMO has only `pages` pages now: what was beyond, and may come back, shows as zeros.
void Vmo::cut_backing(uint64_t pages) {
  backing_pages_ = std::min(backing_pages_, pages);
  for (Vmo& clone : clones_) {
    clone.lock().assert_held();
    const uint64_t left = pages > clone.backing_page_ ? pages - clone.backing_page_ : 0;
    clone.backing_pages_ = std::min(clone.backing_pages_, left);
  }
}

// --- Waiting for pages, and bringing them
// ---------------------------------------------------------

uint64_t Vmo::first_absent(uint64_t page, uint64_t end) {
  LockGuard guard(lock());
  end = std::min(end, page_of(size_));
  tree_.for_each(page, end > page ? end - page : 0, [&](uint64_t index, PageTree::Page) {
    if (index != page) return false;
    ++page;
    return true;
  });
  return page < end ? page : ~uint64_t{0};
}

// The absent pages from `offset` on, at most to the end of the range, of the VMO with the source.
Vmo::Absent Vmo::absent_pages(uint64_t offset, uint64_t size) {
  LockGuard guard(lock());
  if (offset >= size_) return {};
  size = std::min(size, size_ - offset);
  Vmo& pages = store();
  pages.lock().assert_held();
  const uint64_t page = root_page_ + page_of(offset);
  if (!pages.sourced(page) || pages.visible_page(page)) return {};
  uint64_t end = page + std::max<uint64_t>(page_of(page_ceil(offset % kPageSize + size)), 1);
  end = next_present(pages.tree_, page, end);
  if (pages.source_) return {.vmo = RefPtr(&pages), .first = page, .count = end - page};
  pages.backing_->lock().assert_held();
  const uint64_t first = pages.backing_page_ + page;
  end = std::min(end, pages.backing_pages_) + pages.backing_page_;
  end = next_present(pages.backing_->tree_, first, end);
  return {.vmo = pages.backing_, .first = first, .count = end - first};
}

exec::Task<Status> Vmo::fetch(RefPtr<Vmo> vmo, uint64_t offset, uint64_t size) {
  const Absent absent = vmo->absent_pages(offset, size);
  if (!absent.vmo) co_return Status::Ok;
  co_return co_await absent.vmo->source_->fetch(*absent.vmo, absent.first, absent.count);
}

// The donor's part: takes `count` frames out of it, each with its reference.
Result<> Vmo::take_pages(uint64_t offset, uint64_t count, Frame** taken) {
  LockGuard guard(lock());
  if (store().kind_ == Kind::Physical) return fail(Status::NotSupported);
  TRY(check_range(offset, count << kPageShift));
  const bool plain = kind_ == Kind::Paged && !snapshot_ && !root_ && !source_;
  if (!plain || child_count_ != 0 || window_count_ != 0 || pins_ != 0)
    return fail(Status::BadState);
  const uint64_t first = page_of(offset);
  uint64_t expected = first;
  tree_.for_each(first, count, [&](uint64_t index, PageTree::Page) {
    return index == expected && ++expected != 0;
  });
  if (expected != first + count) return fail(Status::BadState);
  return tree_.remove(first, count, [&](Frame& frame, bool last) {
    lock().assert_held();
    discharge(frame, last);
    FrameAllocator::add_ref(frame);
    *taken++ = &frame;
  });
}

// Takes over the frames; those for pages that are there already are dropped.
Result<> Vmo::put_pages(uint64_t offset, std::span<Frame* const> given) {
  LockGuard guard(lock());
  Result<> result = check_range(offset, given.size() << kPageShift);
  for (uint64_t page = page_of(offset); Frame * frame : given) {
    if (result && !tree_.find(page)) {
      if (tree_.put(page, frame)) {
        charge(*frame);
        frame = nullptr;
      } else {
        result = fail(Status::NoMemory);
      }
    }
    if (frame != nullptr) frames().release(*frame);
    ++page;
  }
  return result;
}

Result<> Vmo::supply(ByteRange& range, Vmo& donor, uint64_t& donor_offset) {
  Frame* moving[kPagesToMove];
  const uint64_t count = std::min(page_of(range.size), kPagesToMove);
  {
    LockGuard guard(lock());
    TRY(check_range(range.offset, range.size));
  }
  TRY(donor.take_pages(donor_offset, count, moving));
  const Result<> put = put_pages(range.offset, {moving, count});
  source_->changed(*this);
  if (!put) return put;
  range.advance(count << kPageShift);
  donor_offset += count << kPageShift;
  return {};
}

}  // namespace jacinth::vm
