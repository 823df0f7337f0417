// table [NAME…]         measures all lines of the table, or those named
// table --endless NAME   repeats one for ever
#include "lib/io.h"

#include <algorithm>

#include "measure.h"

namespace table {
namespace {

constinit std::span<char* const> chosen;
constinit bool is_endless = false;

}  // namespace

void require(zx_status_t status, std::string_view what) {
  if (status == ZX_OK) return;
  user::print_error("table: {}: {}\n", what, zx_status_get_string(status));
  zx_process_exit(1);
}

void choose(std::span<char* const> names, bool endless) {
  chosen = names;
  is_endless = endless;
}

bool endless() { return is_endless; }

void announce(std::string_view name) { user::print("endless {}\n", name); }

bool wanted(std::string_view name) {
  if (chosen.empty()) return true;
  return std::any_of(chosen.begin(), chosen.end(), [&](const char* one) { return name == one; });
}

void report(std::string_view name, zx_ticks_t ticks, uint64_t rounds) {
  const double seconds = static_cast<double>(ticks) / static_cast<double>(zx_ticks_per_second());
  const auto tenths =
      static_cast<uint64_t>(std::max(seconds, 0.0) * 1e10 / static_cast<double>(rounds));
  user::print("{} {}.{}\n", name, tenths / 10, tenths % 10);
}

}  // namespace table

int main(int argc, char** argv) {
  const bool endless = argc == 3 && argv[1] == std::string_view("--endless");
  const int first = endless ? 2 : 1;
  table::choose({argv + first, argv + std::max(argc, first)}, endless);
  table::measure_calls();
  table::measure_objects();
  table::measure_messages();
  table::measure_turns();
  table::measure_memory();
  table::measure_tasks();
  return 0;
}
