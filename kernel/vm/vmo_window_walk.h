// Vmo's loop over the windows onto some of its pages.
#pragma once

#include <algorithm>

#include "vm/vmo.h"

namespace jacinth::vm {

template <typename F>
void Vmo::for_each_window(uint64_t first, uint64_t count, F&& body) {
  const auto in_vmo = [&](Vmo& vmo, uint64_t from, uint64_t to) {
    vmo.lock().assert_held();
    for (VmoWindow& window : vmo.windows_) {
      const uint64_t low = std::max(from, window.first_page());
      const uint64_t high = std::min(to, window.first_page() + window.page_count());
      if (low < high) body(window, low, high - low);
    }
  };
  in_vmo(*this, first, first + count);
  for (Vmo& slice : slices_) {
    slice.lock().assert_held();
    const uint64_t begin = slice.root_page_;
    const uint64_t low = std::max(first, begin);
    const uint64_t high = std::min(first + count, begin + (slice.size_ >> kPageShift));
    if (low < high) in_vmo(slice, low - begin, high - begin);
  }
  for (Vmo& clone : clones_) {
    clone.lock().assert_held();
    const uint64_t begin = clone.backing_page_;
    const uint64_t low = std::max(first, begin);
    const uint64_t high = std::min(first + count, begin + clone.backing_pages_);
    if (low < high) clone.for_each_window(low - begin, high - low, body);
  }
}

}  // namespace jacinth::vm
