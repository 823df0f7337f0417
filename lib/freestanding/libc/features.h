// Present so that libc++ can look for a C library here; there is none.
#pragma once
