// Pipes: a ring of pages between writers and readers; behind pipe() and FIFOs.
#pragma once

#include "fs/file.h"

namespace jacinth::fs {

struct PipeEnds {
  RefPtr<File> reader;
  RefPtr<File> writer;
};

// `flags`: O_NONBLOCK and O_DIRECT (packets), for both ends. ENOMEM.
ErrnoOr<PipeEnds> make_pipe(uint32_t flags, const Credentials& who);

// The pipe behind a file; null when it is none. For fcntl, FIONREAD, splice, tee.
Pipe* pipe_of(File& file);

}  // namespace jacinth::fs
