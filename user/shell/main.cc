// The first program a person meets: an interactive shell on the console.
#include <new>

#include "lib/io.h"
#include "lib/startup.h"
#include "shell/shell.h"

namespace {

// Too large for a stack, and needed for ever.
union Storage {
  constexpr Storage() : none(0) {}
  ~Storage() {}
  char none;
  shell::Shell shell;
};
constinit Storage storage;

}  // namespace

int main(int, char**) {
  const auto files = user::BootFiles::open_given();
  if (!files) {
    user::print_error("shell: there is no file system to run programs from\n");
    return 1;
  }
  auto* shell = new (&storage.shell) shell::Shell(*files);
  if (const zx_status_t status = shell->open(); status != ZX_OK) {
    user::print_error("shell: cannot use the console: {}\n", zx_status_get_string(status));
    return 1;
  }
  return static_cast<int>(shell->run());
}
