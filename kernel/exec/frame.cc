#include "exec/activity.h"
#include "exec/executor.h"
#include "exec/task.h"

namespace jacinth::exec {

FrameArena* current_frame_arena() { return Executor::current().frame_arena_; }

namespace detail {

void* allocate_frame(size_t bytes) noexcept {
  FrameArena* arena = current_frame_arena();
  const size_t total = bytes + sizeof(FrameHeader);
  void* block = arena != nullptr ? arena->allocate(total) : heap_allocate(total);
  if (block == nullptr) return nullptr;
  return new (block) FrameHeader{arena} + 1;
}

void free_frame(void* frame, size_t bytes) noexcept {
  auto* header = static_cast<FrameHeader*>(frame) - 1;
  if (header->arena != nullptr) return header->arena->free(header, bytes + sizeof(FrameHeader));
  heap_free(header);
}

}  // namespace detail
}  // namespace jacinth::exec
