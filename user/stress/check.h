// What must hold in a worker, and what happens when it does not.
#pragma once

#include <zircon/types.h>

#include <span>
#include <string_view>

namespace stress {

// The exit code of a worker in which something was wrong.
inline constexpr int64_t kFailedCode = 99;

// Where failures are told: the worker's channel to the supervisor.
void report_failures_to(zx_handle_t control);
// Tells the supervisor and ends the worker. `status` OK: no call failed, but `what` is wrong.
[[noreturn]] void fail(std::string_view what, zx_status_t status);

inline void check(bool good, std::string_view what) {
  if (!good) fail(what, ZX_OK);
}
inline void expect_ok(zx_status_t status, std::string_view what) {
  if (status != ZX_OK) fail(what, status);
}
// False when it ended as `allowed`; anything but that and OK is a failure.
inline bool expect(zx_status_t status, zx_status_t allowed, std::string_view what) {
  if (status != ZX_OK && status != allowed) fail(what, status);
  return status == ZX_OK;
}

// Bytes by chance that a reader can make again from the seed.
void fill(std::span<char> bytes, uint64_t seed);
bool is_filled(std::span<const char> bytes, uint64_t seed);

}  // namespace stress
