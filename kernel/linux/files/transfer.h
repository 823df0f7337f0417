// What the calls that make files and move bytes share.
#pragma once

#include "fs/file.h"
#include "linux/syscall_context.h"

namespace jacinth::linux {

// SIGPIPE: nobody reads what the thread has tried to write.
void raise_broken_pipe(LinuxThread& self);
// Whether writing to the file so ends with the signal too: not to sockets that send datagrams.
bool raises_broken_pipe(fs::File& file);

// The soft limit on descriptors.
uint64_t file_limit(SyscallContext& ctx);

// A new descriptor for the file; of `flags` O_CLOEXEC counts. MFILE, NOMEM.
SysResult install(SyscallContext& ctx, RefPtr<fs::File> file, uint32_t flags);

// SIGXFSZ: the caller has tried to make a file longer than RLIMIT_FSIZE lets it.
void raise_too_long(SyscallContext& ctx);
// RLIMIT_FSIZE. FBIG, with SIGXFSZ: no file may become as long as that. What is that long already
// may stay so.
ErrnoOr<> check_file_size(SyscallContext& ctx, uint64_t size, uint64_t size_now = 0);

}  // namespace jacinth::linux
