// The mappings that show a VMO's pages.
#include "vm/vmo_window.h"

#include <algorithm>

#include "vm/vmo_window_walk.h"

namespace jacinth::vm {

void VmoWindow::unmap_pages(uint64_t first, uint64_t count) {
  machine_.unmap(address_ + ((first - first_page_) << kPageShift), count);
}

void VmoWindow::forbid_writes(uint64_t first, uint64_t count) {
  if (!hal::includes(access_, hal::Access::Write)) return;
  const auto rest = hal::Access::Read | (access_ & hal::Access::Execute);
  machine_.protect(address_ + ((first - first_page_) << kPageShift), count, rest);
}

void Vmo::add_window(VmoWindow& window) {
  if (windows_.find(&window.machine_) == windows_.end()) ++share_count_;
  windows_.insert(window);
  ++window_count_;
}

void Vmo::remove_window(VmoWindow& window) {
  windows_.erase(windows_.iterator_to(window));
  --window_count_;
  if (windows_.find(&window.machine_) == windows_.end()) --share_count_;
  if (window_count_ == 0 && slices_.empty() && !root_) {
    zero_from_ = ~uint64_t{0};
    zero_to_ = 0;
  }
}

void Vmo::unmap_everywhere(uint64_t first, uint64_t count, const VmoWindow* but) {
  for_each_window(first, count, [but](VmoWindow& window, uint64_t from, uint64_t pages) {
    if (&window != but) window.unmap_pages(from, pages);
  });
}

// Before absent pages get frames: who reads zeros there must see the frames from now on.
void Vmo::forget_zero_mappings(uint64_t first, uint64_t count) {
  const uint64_t from = std::max(first, zero_from_);
  const uint64_t to = std::min(first + count, zero_to_);
  if (from < to) unmap_everywhere(from, to - from);
}

}  // namespace jacinth::vm
