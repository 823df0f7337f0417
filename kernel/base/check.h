// Assertions and the end of the kernel.
#pragma once

#include "base/print.h"

namespace jacinth {

// Each machine defines this: writes the message, the registers and a backtrace, and stops for good.
[[noreturn]] void machine_panic(std::string_view message);

// For kernel bugs alone: no input of a user program may lead here.
template <typename... Args>
[[noreturn, gnu::noinline, gnu::cold]] void panic(FormatString<Args...> format,
                                                  const Args&... args) {
  char buffer[256];
  machine_panic(format_into(buffer, format, args...));
}

[[noreturn, gnu::cold]] void assertion_failed(const char* file, int line, const char* condition);

#if defined(JACINTH_CHECKS)
inline constexpr bool kChecksEnabled = true;
#else
inline constexpr bool kChecksEnabled = false;
#endif

}  // namespace jacinth

// ASSERT holds in every build: it guards against kernel bugs, never against user input.
#define ASSERT(condition)                                               \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::jacinth::assertion_failed(__FILE_NAME__, __LINE__, #condition); \
  } while (false)

// For checks too costly for a release build; on in debug builds and in the simulator.
#define DEBUG_ASSERT(condition)                                 \
  do {                                                          \
    if constexpr (::jacinth::kChecksEnabled) ASSERT(condition); \
  } while (false)
