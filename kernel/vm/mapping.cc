#include "vm/mapping.h"

#include <algorithm>

#include "vm/vmar.h"

namespace jacinth::vm {
namespace {

// A fault maps what it can of this many aligned pages around it.
constexpr uint64_t kFaultWindow = 16 * kPageSize;
// What one populate() looks at.
constexpr uint64_t kPopulatePages = 1024;

}  // namespace

Mapping::Mapping(hal::AddressSpace& machine, VirtAddr base, uint64_t size, RefPtr<Vmo> vmo,
                 uint64_t vmo_offset, hal::Access access, hal::Access max_access, bool immutable,
                 MappingNote note)
    : Region(Kind::Mapping, base, size, nullptr),
      VmoWindow(machine, base, vmo_offset >> kPageShift, size >> kPageShift, access),
      vmo_(std::move(vmo)),
      max_access_(max_access),
      immutable_(immutable),
      note_(std::move(note)) {}

void Mapping::attach(Vmar& parent) {
  parent.insert(*this);
  LockGuard guard(vmo_->lock());
  vmo_->add_window(*this);
}

void Mapping::detach() {
  parent_->remove(*this);
  LockGuard guard(vmo_->lock());
  vmo_->remove_window(*this);
  machine_.unmap(address_, page_count_);
}

// At no time is a page shown that no window tells of.
void Mapping::split_off(Mapping& back) {
  LockGuard guard(vmo_->lock());
  const uint64_t keep = back.base_ - base_;
  back.size_ = size_ - keep;
  back.page_count_ = back.size_ >> kPageShift;
  size_ = keep;
  page_count_ = keep >> kPageShift;
  vmo_->add_window(back);
  parent_->insert(back);
}

void Mapping::cut_front(uint64_t bytes) {
  LockGuard guard(vmo_->lock());
  machine_.unmap(address_, bytes >> kPageShift);
  base_ = address_ = base_ + bytes;
  size_ -= bytes;
  first_page_ += bytes >> kPageShift;
  page_count_ -= bytes >> kPageShift;
}

void Mapping::cut_back(uint64_t keep) {
  LockGuard guard(vmo_->lock());
  machine_.unmap(address_ + keep, (size_ - keep) >> kPageShift);
  size_ = keep;
  page_count_ = keep >> kPageShift;
}

void Mapping::grow_back(uint64_t bytes) {
  LockGuard guard(vmo_->lock());
  size_ += bytes;
  page_count_ = size_ >> kPageShift;
}

// Nothing lies between the old beginning and the new one: the order of regions stays as it is.
void Mapping::grow_front(uint64_t bytes) {
  LockGuard guard(vmo_->lock());
  size_ += bytes;
  base_ = address_ = base_ + -bytes;
  first_page_ -= bytes >> kPageShift;
  page_count_ = size_ >> kPageShift;
}

void Mapping::set_access(hal::Access access) {
  LockGuard guard(vmo_->lock());
  access_ = access;
  if (access == hal::Access::None) {
    machine_.unmap(address_, page_count_);
  } else {
    // Which pages may be written only the next fault can tell.
    machine_.protect(address_, page_count_, machine_access(false));
  }
}

hal::Access Mapping::machine_access(bool writable) const {
  if (writable) return access_;
  return access_ & (hal::Access::Read | hal::Access::Execute);
}

Result<> Mapping::map_run(const Vmo::Run& run) {
  const VirtAddr at = address_ + ((run.first_page - first_page_) << kPageShift);
  vmo_->lock().assert_held();
  const Result<> mapped = machine_.map(at, run.memory, run.pages, machine_access(run.writable),
                                       vmo_->cache_policy_locked());
  if (!mapped) machine_.unmap(at, run.pages);
  return mapped;
}

Result<> Mapping::fault(VirtAddr at, bool write) {
  const uint64_t window = raw(at) & ~(kFaultWindow - 1);
  const uint64_t from = std::max(window, raw(base_));
  const uint64_t to = std::min(window + kFaultWindow, end());
  LockGuard guard(vmo_->lock());
  const Vmo::Run run =
      TRY(vmo_->fault(*this, page_at(at), page_at(VirtAddr{from}), page_at(VirtAddr{to}), write));
  return map_run(run);
}

Result<uint64_t> Mapping::populate(VirtAddr at, uint64_t most) {
  const uint64_t bytes = std::min({most, end() - raw(at), kPopulatePages * kPageSize});
  if (access_ == hal::Access::None) return bytes;
  LockGuard guard(vmo_->lock());
  const uint64_t end_page = page_at(at) + (bytes >> kPageShift);
  for (uint64_t page = page_at(at); page < end_page;) {
    const Vmo::Run run = vmo_->present_run(page, page, end_page);
    if (run.pages != 0) TRY(map_run(run));
    page += std::max(run.pages, size_t{1});
  }
  return bytes;
}

bool Mapping::reap(exec::Portion& portion) {
  portion.use(1);
  delete this;
  return true;
}

Mapping* Region::as_mapping() {
  return kind_ == Kind::Mapping ? static_cast<Mapping*>(this) : nullptr;
}
Vmar* Region::as_vmar() { return kind_ == Kind::Vmar ? static_cast<Vmar*>(this) : nullptr; }

}  // namespace jacinth::vm
