// Commands that the shell carries out itself, because they are about the shell or its handles.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace shell {

class Shell;

struct Builtin {
  std::string_view name;
  std::string_view usage;    // its arguments
  std::string_view meaning;  // for `help`
  // Returns the exit code. `words` begins with the name.
  int64_t (*run)(Shell& shell, std::span<const std::string_view> words);
};

std::span<const Builtin> builtins();
// nullptr when it is the name of none.
const Builtin* find_builtin(std::string_view name);

}  // namespace shell
