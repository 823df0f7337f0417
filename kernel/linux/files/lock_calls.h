// fcntl()'s locks, for fcntl_calls.cc.
#pragma once

#include "fs/file.h"
#include "linux/syscall_context.h"

namespace jacinth::linux {

// F_GETLK, F_SETLK and F_SETLKW: of the process, or (F_OFD_…) of the open file.
enum class LockCommand : uint8_t { Get, Set, SetAndWait };
exec::Eventually<SysResult> lock_command(SyscallContext& ctx, const RefPtr<fs::File>& file,
                                         LockCommand command, bool of_open_file, VirtAddr argument);

}  // namespace jacinth::linux
