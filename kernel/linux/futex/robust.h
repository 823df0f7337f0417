// What a thread that ends leaves locked.
#pragma once

#include "linux/task/linux_thread.h"

namespace jacinth::linux {

// Marks the locks on the thread's robust list as those of a dead owner, and wakes who waits for
// them; clears and wakes the word of set_tid_address(). For the current thread, whose memory may be
// as hostile as it likes.
void release_user_words(LinuxThread& self);

}  // namespace jacinth::linux
