// Where a Linux program calls the kernel by `syscall`, and how a jump to faster code fits there.
//
// A jump takes five bytes, `syscall` has two. What else it covers moves into the code it leads to,
// the site's *trampoline*. Two forms are safe, because they rest on what is known for certain where
// a program has just executed `syscall`: that an instruction begins there, and one behind it.
//
//   Next   the jump begins at the `syscall` and covers it and the instruction behind it, of three
//   bytes or more, which
//          the trampoline executes after the call. Who jumps to that instruction itself, or returns
//          there from a signal handler or a blocked call, meets the jump's third byte: the
//          trampoline's address is chosen such that this is no instruction, and the fault leads to
//          the moved one.
//
//              0f 05             syscall                      e9 .. BAD .. ..   jmp trampoline
//              48 3d 00 f0 ff ff cmp  $-4096, %rax     ->     f0 ff ff          (rest)
//
//   Move   the jump takes the place of `mov $number, %eax` in front of the `syscall`, which stays
//   as it is: who jumps
//          to it traps as before. For sites that `ret` follows with nothing behind it. That such a
//          move ends there is no certainty but a conclusion: its bytes are there, they cannot well
//          be the end of another instruction, and the program has just called the kernel with that
//          very number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/units.h"

namespace jacinth::host {

struct CallSite {
  enum class Form : uint8_t { Next, Move };
  Form form;
  uint8_t moved;  // bytes of the instruction that moves: the one behind, or the one before
};

inline constexpr size_t kSyscallBytes = 2;
inline constexpr size_t kJumpBytes = 5;
inline constexpr size_t kTrampolineBytes = 64;

// How the `syscall` at page[at], just executed with `number`, can become a jump. Nothing: not
// safely, or not within the page.
std::optional<CallSite> find_form(std::span<const uint8_t, kPageSize> page, size_t at,
                                  uint64_t number);

// Where things are; addresses are the program's.
struct Trampoline {
  CallSite site;
  uint64_t syscall;  // the instruction's address
  uint64_t start;    // the trampoline's

  uint64_t jump() const {
    return site.form == CallSite::Form::Next ? syscall : syscall - site.moved;
  }
  uint64_t after_call() const { return syscall + kSyscallBytes; }
  // Where the program goes on after the call.
  uint64_t resume() const;
  // True when a jump reaches it from the site and faults wherever it must.
  bool fits() const;
  // The place in the program's own code that corresponds to an address in the trampoline.
  uint64_t origin_of(uint64_t pc) const;
  // Writes the trampoline; `page` has the site's code as it was. The code leads to the kernel's
  // `entry` with the address behind the call in rcx and resume() in r11, which `syscall` changes
  // too, and uses no stack.
  void write_code(std::span<const uint8_t, kPageSize> page, uint64_t entry, uint8_t* code) const;
  // Writes the jump into a copy of the site's page.
  void write_jump(uint8_t* page) const;
};

}  // namespace jacinth::host
