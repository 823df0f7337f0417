// The streams of whoever started the machine, as the first program's descriptors 0, 1 and 2, where
// they are no terminal.
#pragma once

#include "fs/file.h"
#include "hal/console.h"

namespace jacinth::linux {

// A file for the stream; each is opened once, before input can come. NOMEM.
ErrnoOr<RefPtr<fs::File>> open_stream(hal::Stream stream);

}  // namespace jacinth::linux
