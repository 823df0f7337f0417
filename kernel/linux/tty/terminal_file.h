// A terminal opened by a program.
#pragma once

#include "fs/file.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux {

// IO: hung up, or a pseudo-terminal that is still locked. BUSY: TIOCEXCL. `flags` as open() was
// given; without O_NOCTTY a session's leader that has no terminal gets this one.
ErrnoOr<RefPtr<fs::File>> open_terminal(RefPtr<Terminal> terminal, fs::Path path,
                                        RefPtr<fs::Node> node, uint32_t flags);

// The terminal behind a file; null when it is none.
Terminal* terminal_of(fs::File& file);

}  // namespace jacinth::linux
