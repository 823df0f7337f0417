// Making VMOs, their sizes and what is known about them.
#include "vm/vmo.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace jacinth::vm {

Vmo::Vmo(Kind kind, Resizable resizable, RefPtr<VmoFamily> family, uint64_t size)
    : kind_(kind),
      resizable_(resizable),
      family_(std::move(family)),
      content_size_(size),
      size_(page_ceil(size)) {
  LockGuard guard(lock());
  family_->join(*this);
}

Vmo::~Vmo() {
  leave_family();
  if (source_) source_->vmo_gone();
  tree_.clear_in_portions();
}

Result<RefPtr<Vmo>> Vmo::make(Kind kind, Resizable resizable, uint64_t size) {
  if (size > kMaxSize) return fail(Status::OutOfRange);
  return make_ref<Vmo>(kind, resizable, TRY(make_ref<VmoFamily>()), size);
}

Result<RefPtr<Vmo>> Vmo::create(uint64_t size, Resizable resizable) {
  return make(Kind::Paged, resizable, size);
}

Result<RefPtr<Vmo>> Vmo::create_contiguous(uint64_t size, unsigned align_log2) {
  if (align_log2 == 0) align_log2 = kPageShift;
  if (size == 0 || align_log2 < kPageShift || align_log2 > 63) return fail(Status::InvalidArgs);
  auto vmo = TRY(make(Kind::Contiguous, Resizable::No, size));
  const uint64_t pages = page_ceil(size) >> kPageShift;
  Frame* const first = frames().allocate_contiguous(pages, align_log2, FrameUse::Vmo);
  if (first == nullptr) return fail(Status::NoMemory);
  frames().clear(*first, pages);
  LockGuard guard(vmo->lock());
  for (uint64_t page = 0; page < pages; ++page) {
    if (!vmo->tree_.put(page, first + page)) {
      frames().free(first + page, pages - page);
      return fail(Status::NoMemory);
    }
    vmo->charge(first[page]);
  }
  return vmo;
}

Result<RefPtr<Vmo>> Vmo::create_physical(PhysAddr base, uint64_t size) {
  if (!is_page_aligned(raw(base)) || size == 0 || page_ceil_overflows(size))
    return fail(Status::InvalidArgs);
  uint64_t end = 0;
  if (__builtin_add_overflow(raw(base), page_ceil(size) - 1, &end))
    return fail(Status::InvalidArgs);
  auto vmo = TRY(make(Kind::Physical, Resizable::No, size));
  vmo->physical_base_ = base;
  LockGuard guard(vmo->lock());
  vmo->policy_ = hal::CachePolicy::Uncached;
  return vmo;
}

uint64_t Vmo::size() {
  LockGuard guard(lock());
  return size_;
}

Result<> Vmo::set_size(uint64_t size) {
  exec::Portion portion = exec::Portion::unlimited();
  TRY(set_size_some(size, portion));
  return {};
}

Result<bool> Vmo::set_size_some(uint64_t size, exec::Portion& portion) {
  if (resizable_ == Resizable::No) return fail(Status::Unavailable);
  if (size > kMaxSize) return fail(Status::OutOfRange);
  const uint64_t rounded = page_ceil(size);
  {
    LockGuard guard(lock());
    if (rounded < size_) {
      const uint64_t first = rounded >> kPageShift;
      const uint64_t count = (size_ - rounded) >> kPageShift;
      if (has_pins(first, count)) return fail(Status::BadState);
      if (!TRY(remove_some_pages(first, count, portion))) return false;
      cut_backing(first);
    }
    size_ = rounded;
    set_content_size(size);
  }
  if (source_) source_->changed(*this);
  return true;
}

// --- Range checks
// ---------------------------------------------------------------------------------

Result<> Vmo::check_range(uint64_t offset, uint64_t size) {
  if (offset > size_ || size > size_ - offset) return fail(Status::OutOfRange);
  return {};
}

Result<> Vmo::check_contents(uint64_t offset, uint64_t size) {
  if (cache_policy_locked() != hal::CachePolicy::Cached) return fail(Status::BadState);
  if (store().kind_ == Kind::Physical) return fail(Status::NotSupported);
  return check_range(offset, size);
}

// --- Cache policy
// ---------------------------------------------------------------------------------

hal::CachePolicy Vmo::cache_policy() {
  LockGuard guard(lock());
  return cache_policy_locked();
}

hal::CachePolicy Vmo::cache_policy_locked() {
  Vmo& pages = store();
  pages.lock().assert_held();
  return pages.policy_;
}

Result<> Vmo::set_cache_policy(hal::CachePolicy policy) {
  LockGuard guard(lock());
  if (kind_ == Kind::Physical && policy_ == policy) return {};
  if (window_count_ != 0) return fail(Status::BadState);
  if (child_count_ != 0 || snapshot_ || root_) return fail(Status::BadState);
  if (kind_ == Kind::Paged && !tree_.empty()) return fail(Status::BadState);
  policy_ = policy;
  return {};
}

// --- Identity and statistics
// ----------------------------------------------------------------------

void Vmo::set_name(std::string_view name) {
  LockGuard guard(lock());
  name_ = {};
  memcpy(name_.data(), name.data(), std::min(name.size(), name_.size() - 1));
}

std::array<char, 32> Vmo::name() {
  LockGuard guard(lock());
  return name_;
}

uint64_t Vmo::num_children() {
  LockGuard guard(lock());
  return child_count_;
}

VmoInfo Vmo::info() {
  LockGuard guard(lock());
  return {
      .koid = koid(),
      .parent_koid = parent_koid_,
      .name = name_,
      .size = size_,
      .num_children = child_count_,
      .num_mappings = window_count_,
      .share_count = share_count_,
      .committed_bytes = committed_bytes_locked(0, size_),
      .paged = store().kind_ != Kind::Physical,
      .resizable = resizable(),
      .snapshot = snapshot_,
      .contiguous = store().kind_ == Kind::Contiguous,
      .pager_backed = pager_backed(),
      .cache_policy = cache_policy_locked(),
  };
}

uint64_t Vmo::size_locked() { return size_; }
uint64_t Vmo::share_count_locked() { return share_count_; }

// A slice owns no pages: its parent is charged for them.
uint64_t Vmo::committed_bytes_locked(uint64_t offset, uint64_t size) {
  if (root_ || kind_ == Kind::Physical) return 0;
  claim_orphans();
  if (offset == 0 && size >= size_) return charged_ << kPageShift;
  uint64_t pages = 0;
  tree_.for_each(offset >> kPageShift, page_ceil(size) >> kPageShift,
                 [&](uint64_t, PageTree::Page page) {
                   if (page.frame->owner_ == member_id_) ++pages;
                   return true;
                 });
  return pages << kPageShift;
}

}  // namespace jacinth::vm
