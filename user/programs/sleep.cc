// sleep SECONDS[.FRACTION]
#include <zircon/syscalls.h>

#include <optional>
#include <string_view>

#include "lib/io.h"
#include "lib/numbers.h"

namespace {

// Nanoseconds; at most a year, at most nine digits after the point.
std::optional<zx_duration_t> parse_seconds(std::string_view text) {
  constexpr uint64_t kYear = 365 * 24 * 3600;
  const size_t point = text.find('.');
  const auto seconds = user::parse_number(text.substr(0, point));
  if (!seconds || *seconds > kYear) return std::nullopt;
  zx_duration_t result = ZX_SEC(*seconds);
  if (point == std::string_view::npos) return result;
  const std::string_view fraction = text.substr(point + 1);
  const auto digits = user::parse_number(fraction);
  if (!digits || fraction.size() > 9) return std::nullopt;
  uint64_t nanoseconds = *digits;
  for (size_t i = fraction.size(); i < 9; ++i) nanoseconds *= 10;
  return result + static_cast<zx_duration_t>(nanoseconds);
}

}  // namespace

int main(int argc, char** argv) {
  const auto duration = argc == 2 ? parse_seconds(argv[1]) : std::nullopt;
  if (!duration) {
    user::print_error("usage: sleep SECONDS\n");
    return 2;
  }
  return zx_nanosleep(zx_deadline_after(*duration)) == ZX_OK ? 0 : 1;
}
