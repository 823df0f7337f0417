#include "zircon/dispatch.h"

#include <iterator>

#include "vm/user_memory.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// For calls of the table that nothing defines.
[[maybe_unused]] constexpr SyscallEntry not_supported(uint8_t argument_count) {
  return {.plain = [](SyscallContext,
                      SyscallArguments) { return detail::result_register(Status::NotSupported); },
          .argument_count = argument_count};
}

#include "zircon/dispatch.inc"

}  // namespace

Result<> SyscallArguments::read_stack_slots(size_t count) {
  return vm::copy_in(on_stack_, context_->syscall_stack_args(), count * sizeof(uint64_t));
}

const SyscallEntry* find_syscall(uint64_t number) {
  if (number < std::size(kSyscalls)) [[likely]]
    return &kSyscalls[number];
  // Numbers below the first private one wrap to huge indices.
  const uint64_t index = number - kFirstPrivateSyscall;
  return index < std::size(kPrivateSyscalls) ? &kPrivateSyscalls[index] : nullptr;
}

}  // namespace jacinth::zircon
