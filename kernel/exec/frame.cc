#include "exec/activity.h"
#include "exec/executor.h"
#include "exec/task.h"

namespace jacinth::exec {

FrameArena* current_frame_arena() { return Executor::current().frame_arena_; }

namespace detail {

// Not inlined: tests/frame_sizes.py finds frames by the calls of it.
[[gnu::noinline]] void* allocate_frame(size_t bytes) noexcept {
  FrameArena* arena = current_frame_arena();
  return arena != nullptr ? arena->allocate(bytes) : FrameArena::allocate_apart(bytes);
}

void free_frame(void* frame) noexcept { FrameArena::free(frame); }

}  // namespace detail
}  // namespace jacinth::exec
