// The test calls (118–128): they show that arguments arrive and results come back.
#include "object/sync/event.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// Wraps around, as the register does.
template <typename... Numbers>
int64_t sum(Numbers... numbers) {
  return static_cast<int32_t>((static_cast<uint32_t>(numbers) + ...));
}

}  // namespace

Result<> sys_syscall_test_0(SyscallContext&) { return {}; }
Result<int64_t> sys_syscall_test_1(SyscallContext&, int32_t a) { return sum(a); }
Result<int64_t> sys_syscall_test_2(SyscallContext&, int32_t a, int32_t b) { return sum(a, b); }
Result<int64_t> sys_syscall_test_3(SyscallContext&, int32_t a, int32_t b, int32_t c) {
  return sum(a, b, c);
}
Result<int64_t> sys_syscall_test_4(SyscallContext&, int32_t a, int32_t b, int32_t c, int32_t d) {
  return sum(a, b, c, d);
}
Result<int64_t> sys_syscall_test_5(SyscallContext&, int32_t a, int32_t b, int32_t c, int32_t d,
                                   int32_t e) {
  return sum(a, b, c, d, e);
}
Result<int64_t> sys_syscall_test_6(SyscallContext&, int32_t a, int32_t b, int32_t c, int32_t d,
                                   int32_t e, int32_t f) {
  return sum(a, b, c, d, e, f);
}
Result<int64_t> sys_syscall_test_7(SyscallContext&, int32_t a, int32_t b, int32_t c, int32_t d,
                                   int32_t e, int32_t f, int32_t g) {
  return sum(a, b, c, d, e, f, g);
}
Result<int64_t> sys_syscall_test_8(SyscallContext&, int32_t a, int32_t b, int32_t c, int32_t d,
                                   int32_t e, int32_t f, int32_t g, int32_t h) {
  return sum(a, b, c, d, e, f, g, h);
}

Result<int64_t> sys_syscall_test_wrapper(SyscallContext&, int32_t a, int32_t b, int32_t c) {
  return sum(a, b, c);
}

// The handle is made first and goes again when the call is to fail: no failed call leaves one
// behind.
Result<> sys_syscall_test_handle_create(SyscallContext& ctx, zx_status_t return_value,
                                        UserOut<HandleValue> out) {
  Handle made(TRY(Event::create()));
  TRY(to_result(Status{return_value}));
  return ctx.deliver(out, std::move(made));
}

}  // namespace jacinth::zircon
