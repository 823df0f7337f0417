// From a system call's number to the function that implements it, and to what the tracer prints.
//
// The table is generated from abi/linux/syscalls.txt (call_table.inc): the sys_ functions that are
// defined somewhere in kernel/linux, ENOSYS for all others.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "linux/syscall_context.h"

namespace jacinth::linux {

inline constexpr size_t kMaxArguments = 6;
// The argument registers as they are: narrower arguments have garbage above.
using Arguments = std::array<uint64_t, kMaxArguments>;

enum class ArgumentKind : uint8_t {
  Int32,
  Uint32,
  Int64,
  Uint64,
  Signal,
  Flags,  // hexadecimal
  Mode,   // octal
  Address,
  Pointer,     // to memory that the call reads, and perhaps writes
  OutPointer,  // to memory that the call only writes
  Text,        // to bytes that the call reads; another argument tells how many
  String,      // to bytes that end with a NUL
};

struct ArgumentDescription {
  uint16_t name_at;  // among the names
  ArgumentKind kind;
  int8_t length_argument;  // -1: none

  const char* name() const;
};

namespace detail {

template <typename T>
constexpr T argument_from_register(uint64_t value) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(value);
  } else {
    return T{VirtAddr{value}};  // an address, or a user pointer
  }
}

template <auto kFunction>
struct Call;
template <typename R, typename... Args, R (*kFunction)(SyscallContext&, Args...)>
struct Call<kFunction> {
  using Return = R;
  static R invoke(SyscallContext& context, const Arguments& registers) {
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return kFunction(context, argument_from_register<Args>(registers[kIndex])...);
    }(std::index_sequence_for<Args...>());
  }
};

}  // namespace detail

// One of them is set, or neither where the call is not implemented.
struct CallFunction {
  SysResult (*plain)(SyscallContext&, const Arguments&) = nullptr;
  exec::Eventually<SysResult> (*blocking)(SyscallContext&, const Arguments&) = nullptr;
};

template <auto kFunction>
constexpr CallFunction implemented() {
  using Call = detail::Call<kFunction>;
  CallFunction function;
  if constexpr (std::is_same_v<typename Call::Return, SysResult>) {
    function.plain = &Call::invoke;
  } else {
    function.blocking = &Call::invoke;
  }
  return function;
}
constexpr CallFunction missing() { return {}; }

struct CallEntry {
  const char* name;
  CallFunction function;
  const ArgumentDescription* arguments;
  uint8_t argument_count;
  bool registers;  // looks at more of the caller's registers than the call's own, or changes them
};

// The entry for a number as it came from the program; null when this architecture has no such call.
const CallEntry* find_call(uint64_t number);

// For calls that are not implemented: counts it, and names it in the log the first time.
void note_missing_call(uint64_t number, const CallEntry* entry);

}  // namespace jacinth::linux
