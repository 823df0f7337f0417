// The streams of whoever started the machine, as the first program's descriptors 0, 1 and 2.
#pragma once

#include "fs/file.h"
#include "hal/console.h"

namespace jacinth::linux {

// Before the first stream is opened: listens for input.
ErrnoOr<> start_streams();
// A file for the stream. NOMEM.
ErrnoOr<RefPtr<fs::File>> open_stream(hal::Stream stream);

}  // namespace jacinth::linux
