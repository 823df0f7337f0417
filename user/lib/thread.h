// Threads of one's own program.
//
//   user::Thread worker;
//   if (user::Thread::start("worker", &work, &its_data, &worker) != ZX_OK) …
//   worker.join();
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <string_view>

#include "lib/handle.h"

namespace user {

class Thread {
 public:
  using Entry = void (*)(void* argument);
  static constexpr size_t kDefaultStack = 64 * 1024;

  // Runs entry(argument) on a stack of `stack_bytes`, rounded up to pages, with a guard page below
  // it. The thread ends when `entry` returns; its stack goes with it, or stays for a next thread's
  // (a few of the default size do). On failure nothing is left behind.
  static zx_status_t start(std::string_view name, Entry entry, void* argument, Thread* out,
                           size_t stack_bytes = kDefaultStack);

  Thread() = default;
  // Dropping the object does not end the thread: it then simply cannot be joined any more.

  // Waits until the thread has ended and its stack is no longer in use. ZX_ERR_TIMED_OUT.
  zx_status_t join(zx_time_t deadline = ZX_TIME_INFINITE) const;
  zx_handle_t handle() const { return handle_.get(); }

 private:
  Handle handle_;
};

}  // namespace user
