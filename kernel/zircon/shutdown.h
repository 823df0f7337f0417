// The end of the system: when no process is left, nobody can ever start one again.
#pragma once

#include "object/task/job.h"

namespace jacinth::zircon {

// From now on: once `root` has neither processes nor jobs, the machine turns itself off with the
// return code of the process that ended last; killed ones other than the `first` do not count.
// NO_MEMORY.
Result<> power_off_after(RefPtr<Job> root, Koid first);

// Told by the personality for each process that ends.
void note_process_end(Koid process, int64_t return_code);

}  // namespace jacinth::zircon
