// The smallest process there is: a page of code that loops for ever, the vDSO, a stack, one thread.
// For programs that try or measure what happens to processes.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"
#include "lib/spawn.h"

namespace user {

struct SmallProcess {
  static constexpr size_t kCodeBytes = 4096;  // mapped at `entry`
  Handle process;
  Handle thread;
  Handle vmar;
  zx_vaddr_t entry = 0;
};

// What all of them share.
class SmallProgram {
 public:
  SmallProgram() = default;
  SmallProgram(const SmallProgram&) = delete;
  SmallProgram& operator=(const SmallProgram&) = delete;
  ~SmallProgram();

  // Once, before the first start(). Needs the vDSO among the program's handles.
  zx_status_t make();
  // A process in `job` that runs until it is killed. One that could not be started is killed.
  zx_status_t start(zx_handle_t job, SmallProcess* started) const;
  // Its code, executable and readable.
  zx_handle_t code() const { return code_.get(); }

 private:
  zx_status_t fill(SmallProcess& process, zx_vaddr_t* stack, zx_vaddr_t* vdso) const;

  Handle code_;
  Handle argument_;
  FileView vdso_;
};

}  // namespace user
