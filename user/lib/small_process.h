// The smallest process there is: a page of code that loops for ever, the vDSO, a stack, one thread.
// For programs that try or measure what happens to processes.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"
#include "lib/spawn.h"

namespace user {

// What all of them share.
class SmallProgram {
 public:
  SmallProgram() = default;
  SmallProgram(const SmallProgram&) = delete;
  SmallProgram& operator=(const SmallProgram&) = delete;
  ~SmallProgram();

  // Once, before the first start(). Needs the vDSO among the program's handles.
  zx_status_t make();
  // A process in `job` that runs until it is killed. Handles of it and of its thread. One that
  // could not be started is killed.
  zx_status_t start(zx_handle_t job, Handle* process, Handle* thread) const;

 private:
  zx_status_t fill(zx_handle_t vmar, zx_vaddr_t* entry, zx_vaddr_t* stack, zx_vaddr_t* vdso) const;

  Handle code_;
  Handle argument_;
  FileView vdso_;
};

}  // namespace user
