// The ends of pipes as open files; behind pipe() and FIFOs.
#pragma once

#include "fs/file.h"
#include "fs/pipe_ring.h"

namespace jacinth::fs {

struct PipeEnds {
  RefPtr<File> reader;
  RefPtr<File> writer;
};

// `flags`: O_NONBLOCK and O_DIRECT (packets), for both ends. ENOMEM.
ErrnoOr<PipeEnds> make_pipe(uint32_t flags, const Credentials& who);

// Waits for the other side, unless O_NONBLOCK: then ENXIO for a writer without a reader.
exec::Eventually<ErrnoOr<RefPtr<File>>> open_fifo(const Path& place, Node& node, uint32_t flags);

// The pipe behind a file; null when it is none. For fcntl, FIONREAD, splice, tee.
Pipe* pipe_of(File& file);

}  // namespace jacinth::fs
