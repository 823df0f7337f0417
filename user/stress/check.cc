#include "check.h"

#include <zircon/syscalls.h>

#include <algorithm>

#include "random.h"
#include "text/format.h"

namespace stress {
namespace {

constinit zx_handle_t the_control = ZX_HANDLE_INVALID;

}  // namespace

void report_failures_to(zx_handle_t control) { the_control = control; }

void fail(std::string_view what, zx_status_t status) {
  char text[160];
  const std::string_view line =
      status == ZX_OK ? what
                      : jacinth::format_into(text, "{}: {}", what, zx_status_get_string(status));
  zx_channel_write(the_control, 0, line.data(), static_cast<uint32_t>(line.size()), nullptr, 0);
  zx_process_exit(kFailedCode);
}

void fill(std::span<char> bytes, uint64_t seed) {
  Random random(seed);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random.next()); });
}

bool is_filled(std::span<const char> bytes, uint64_t seed) {
  Random random(seed);
  return std::all_of(bytes.begin(), bytes.end(),
                     [&](char byte) { return byte == static_cast<char>(random.next()); });
}

}  // namespace stress
