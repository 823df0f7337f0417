// How much memory a process may have: RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK, and what the machine
// can promise (overcommit.h).
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// What a process wants to have more of.
struct MemoryWish {
  uint64_t bytes = 0;
  bool data = false;        // private and writable
  bool promised = false;    // will need memory of its own
  bool no_reserve = false;  // … but not all of it
  bool locked = false;
  // What gives way to it: bytes at [place, place + bytes) do not count twice. 0: nothing.
  uint64_t place = 0;
};
// AGAIN: more than may be locked. NOMEM.
ErrnoOr<> check_wish(LinuxProcess& process, const MemoryWish& wish);
// Whether memory that it has may become data as well. NOMEM.
ErrnoOr<> check_data(LinuxProcess& process, uint64_t bytes);

// Whether it may lock memory that altogether comes to `bytes`. PERM: it may lock nothing at all.
// `too_much`: not as much as that.
ErrnoOr<> check_locked(LinuxProcess& process, uint64_t bytes, Errno too_much);

// Whether a program whose memory is `memory` may begin to run, with `stack` bytes on its stack.
bool may_begin(LinuxProcess& process, LinuxMemory& memory, uint64_t stack);

}  // namespace jacinth::linux
