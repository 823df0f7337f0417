// ld.so.1, the dynamic linker: what is started in place of a program that names it as its
// interpreter.
//
// Two messages wait in the bootstrap channel: the first for the linker (the file to load, and where
// to ask for libraries), the second for the program, which finds the channel as if it had been
// started itself.
#include <zircon/syscalls.h>

#include "ldso/failure.h"
#include "ldso/modules.h"
#include "lib/handle.h"
#include "lib/io.h"
#include "lib/relocate.h"
#include "lib/startup.h"

namespace ldso {

void fail(std::string_view what, std::string_view why) {
  user::print_error("ld.so.1: {}: {}\n", what, why);
  zx_process_exit(kFailureCode);
  __builtin_trap();
}

namespace {

using ProgramEntry = void (*)(zx_handle_t bootstrap, uintptr_t vdso_base);

ProgramEntry link(zx_handle_t bootstrap, uintptr_t vdso_base) {
  user::Startup& own = user::startup();
  own.read_first(bootstrap);
  const user::Handle file = own.take(PA_VMO_EXECUTABLE);
  const user::Handle service = own.take(PA_LDSVC_LOADER);
  if (!file || !service) fail("the program", "whoever started it did not say what to load");
  // What the program is to have comes with its own message.
  const user::Handle thread = own.take(PA_THREAD_SELF);
  Modules modules(service.get(), vdso_base);
  const zx_vaddr_t entry = modules.load_program(file.get());
  modules.relocate();
  modules.initialize();
  return reinterpret_cast<ProgramEntry>(entry);
}

}  // namespace
}  // namespace ldso

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t vdso_base) {
  if (!user::relocate_self(vdso_base)) __builtin_trap();
  const ldso::ProgramEntry enter = ldso::link(bootstrap, vdso_base);
  static_cast<void>(user::startup().take(PA_VMAR_ROOT));
  static_cast<void>(user::startup().take(PA_PROC_SELF));
  enter(bootstrap, vdso_base);
  __builtin_trap();
}
