// What the host's signals mean here.
#pragma once

namespace jacinth::host {

// Installs the handlers and blocks everything else on this thread and all it makes.
void set_up_signals();
// Has the host turn system calls that a program makes on this thread into signals.
void guard_host_calls();

}  // namespace jacinth::host
