// The dynamic linker's way out.
#pragma once

#include <string_view>

namespace ldso {

inline constexpr int kFailureCode = 127;

// Says why the program cannot be started, and ends the process.
[[noreturn]] void fail(std::string_view what, std::string_view why);

}  // namespace ldso
