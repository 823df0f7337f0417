// Calls that are given memory whose pages a pager must bring first.
#pragma once

#include "exec/task.h"
#include "object/task/thread.h"
#include "zircon/dispatch.h"

namespace jacinth::zircon {

// A call copies from and to its caller's memory in the middle of its work, where it cannot wait. So
// when a pager's pages are mapped, all that the call may touch is fetched before it begins: each
// pointer argument with what it points to, and what a channel call or a stream's vectors point to
// in turn. A page that is taken away again in between is a fault.
//
// OK; INTERNAL_INTR_RETRY; what the pager said.
exec::Task<Status> fetch_arguments(Thread& thread, uint64_t number,
                                   const SyscallArguments& arguments);

}  // namespace jacinth::zircon
