// From a system call's number and registers to the function that implements it.
//
// The table itself is generated from abi/zircon/syscalls.txt (dispatch.inc): the sys_ functions
// that are defined somewhere in kernel/zircon, NOT_SUPPORTED for all others. What is here turns
// registers into the typed arguments of such a function, and its result into the result register.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "base/units.h"
#include "exec/task.h"
#include "hal/user.h"

namespace jacinth::zircon {

class SyscallContext;

inline constexpr size_t kMaxSyscallArguments = 8;

// A call's arguments as they are, narrower ones with garbage above: in the registers of the
// program, where they stay until the call has ended, and in stack slots.
class SyscallArguments {
 public:
  explicit SyscallArguments(const hal::UserContext& context) : context_(&context) {}
  // Reads what of `count` arguments is on the stack. INVALID_ARGS, NO_MEMORY.
  Result<> read_stack(size_t count) {
    if (kMaxSyscallArguments <= kInRegisters || count <= kInRegisters) [[likely]]
      return {};
    return read_stack_slots(count - kInRegisters);
  }

  uint64_t operator[](size_t index) const {
    return index < kInRegisters ? context_->syscall_arg(index) : on_stack_[index - kInRegisters];
  }

 private:
  static constexpr size_t kInRegisters = hal::UserContext::kSyscallRegisterArgs;

  Result<> read_stack_slots(size_t count);

  const hal::UserContext* context_;
  uint64_t on_stack_[kMaxSyscallArguments - kInRegisters + 1];  // no array is empty
};

namespace detail {

template <typename T>
constexpr T argument_from_register(uint64_t value) {
  if constexpr (std::is_same_v<T, bool>) {
    return static_cast<uint8_t>(value) != 0;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<T>(value);
  } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, Duration>) {
    return T{static_cast<int64_t>(value)};
  } else {
    return T{VirtAddr{value}};  // a user pointer
  }
}

constexpr int64_t result_register(Status status) { return static_cast<int32_t>(status); }
constexpr int64_t result_register(const Result<>& result) {
  return result_register(to_status(result));
}
constexpr int64_t result_register(const Result<int64_t>& result) {
  return result ? *result : result_register(result.error());
}

// A sys_ function with its types taken apart.
template <auto kFunction>
struct Call;
template <typename R, typename Context, typename... Arguments,
          R (*kFunction)(Context&, Arguments...)>
struct Call<kFunction> {
  using Return = R;
  static constexpr uint8_t kArgumentCount = sizeof...(Arguments);
  static_assert(kArgumentCount <= kMaxSyscallArguments);

  template <typename Registers>
  static R invoke(Context& context, const Registers& registers) {
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return kFunction(context, argument_from_register<Arguments>(registers[kIndex])...);
    }(std::index_sequence_for<Arguments...>());
  }
  // For functions that are done when they return; what `void` ones leave is never seen.
  template <typename Registers>
  static int64_t finish(Context& context, const Registers& registers) {
    if constexpr (std::is_void_v<R>) {
      invoke(context, registers);
      return 0;
    } else {
      return result_register(invoke(context, registers));
    }
  }

  // What SyscallEntry has of it. Both arguments are light: they come in registers, and mostly stay
  // there.
  static int64_t plain(Context context, SyscallArguments registers) {
    return finish(context, registers);
  }
  static R blocking(Context context, SyscallArguments registers) {
    return invoke(context, registers);
  }
};

}  // namespace detail

// One of `plain` and `blocking` is set.
struct SyscallEntry {
  using Plain = int64_t (*)(SyscallContext context, SyscallArguments registers);
  using Blocking = exec::Eventually<Status> (*)(SyscallContext context, SyscallArguments registers);
  // Returns the value for the result register.
  Plain plain = nullptr;
  // The status, sign-extended, goes into the result register.
  Blocking blocking = nullptr;
  // How many elements of SyscallArguments it looks at.
  uint8_t argument_count = 0;
};

template <auto kFunction>
constexpr SyscallEntry implemented() {
  using Call = detail::Call<kFunction>;
  SyscallEntry entry{.argument_count = Call::kArgumentCount};
  if constexpr (std::is_same_v<typename Call::Return, exec::Eventually<Status>>) {
    entry.blocking = &Call::blocking;
  } else {
    entry.plain = &Call::plain;
  }
  return entry;
}

// The entry for a number as it came from the program, all 64 bits of it; null when there is no such
// call.
const SyscallEntry* find_syscall(uint64_t number);

}  // namespace jacinth::zircon
