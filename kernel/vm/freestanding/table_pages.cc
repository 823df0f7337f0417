#include "hal/table_pages.h"

#include "base/check.h"
#include "vm/frames.h"

namespace jacinth {

std::byte* take_table_page() {
  vm::Frame* frame = vm::frames().allocate(0, vm::FrameUse::PageTable);
  return frame == nullptr ? nullptr : vm::frames().bytes_of(*frame);
}

void give_table_page(void* page) {
  vm::Frame* frame = vm::frames().find(hal::virt_to_phys(page));
  ASSERT(frame != nullptr);
  vm::frames().free(frame, 1);
}

}  // namespace jacinth
