// eventfd(): a number that is added to and taken.
#pragma once

#include "fs/file.h"

namespace jacinth::linux {

// `semaphore`: a read takes 1, else all there is. `flags`: O_NONBLOCK. NOMEM.
ErrnoOr<RefPtr<fs::File>> make_event_counter(uint64_t value, bool semaphore, uint32_t flags);

}  // namespace jacinth::linux
