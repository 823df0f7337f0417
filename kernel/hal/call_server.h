// Serving system calls where they arrive: the short way for calls that need no more.
#pragma once

#include "hal/user.h"

namespace jacinth::hal {

// Not virtual: assembler calls it.
struct CallServer {
  // The program has made a system call. True: its result is set, and the program goes on at once.
  // False: enter_user() returns with Reason::Syscall, whether anything has been done about the call
  // or not.
  //
  // Of the context only the call is there meanwhile: number, arguments, program counter and stack
  // pointer; other registers are brought there when the answer is false, and nothing but the result
  // may be changed. On the CPU and in the address space of enter_user(), without any lock.
  using Serve = bool (*)(CallServer& self);
  Serve serve;
};

// Leaves every call to whoever has entered the program.
inline constexpr CallServer kNoServer{.serve = [](CallServer&) { return false; }};

// enter_user() as in hal/user.h, but `server` sees each system call first.
UserExit enter_user(UserContext& context, CallServer& server);

}  // namespace jacinth::hal
