// Whether programs are promised more memory than there is: /proc/sys/vm/overcommit_memory.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/errno.h"
#include "text/format.h"

namespace jacinth::linux {

// As Linux numbers them. Guess: all but a single request for more than the machine has. Never: what
// has been promised to all programs together stays below commit_limit().
enum class Overcommit : uint32_t { Guess = 0, Always = 1, Never = 2 };
Overcommit overcommit();

// Whether a program may have `bytes` more that nobody can take away again. `no_reserve`: it said
// that it will not use them all (MAP_NORESERVE).
bool may_promise(uint64_t bytes, bool no_reserve);

// In bytes: what all programs have been promised, and could be.
uint64_t promised_bytes();
uint64_t commit_limit();

// The files of /proc/sys/vm.
ErrnoOr<> tell_overcommit_memory(TextSink& out);
ErrnoOr<> set_overcommit_memory(std::string_view text);
ErrnoOr<> tell_overcommit_ratio(TextSink& out);
ErrnoOr<> set_overcommit_ratio(std::string_view text);

}  // namespace jacinth::linux
