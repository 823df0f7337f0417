// core-tests: drives the system calls as a program sees them.
//
//   core-tests [PATTERN…]   runs the cases that match (group.name, with * and ?), all without a
//   pattern core-tests --list       names them core-tests --child NAME runs code that a case wants
//   in a process of its own
#include <span>
#include <string_view>

#include "lib/startup.h"
#include "test.h"

int main(int argc, char** argv) {
  const std::span<char* const> arguments(argv + 1, argc > 1 ? static_cast<size_t>(argc - 1) : 0);
  if (arguments.size() == 2 && arguments[0] == std::string_view("--child"))
    return core::run_child(arguments[1]);
  if (!arguments.empty() && arguments[0] == std::string_view("--list")) {
    core::list_cases();
    return 0;
  }
  return core::run_cases(arguments);
}
