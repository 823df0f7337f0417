// bench                       measures everything
// bench growth                measures what should grow no faster than what it is about
// bench only FIGURE ROUNDS    measures one, for as long as a profiler needs
// bench hold EVENTS THREADS   how much can exist at once
// bench answer                the other process of a measurement
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/startup.h"
#include "measure.h"

namespace bench {

void require(zx_status_t status, std::string_view what) {
  if (status == ZX_OK) return;
  user::print_error("bench: {}: {}\n", what, zx_status_get_string(status));
  zx_process_exit(1);
}

void Best::report(std::string_view name, uint64_t operations) const {
  const double seconds =
      static_cast<double>(shortest_) / static_cast<double>(zx_ticks_per_second());
  const auto tenths = static_cast<uint64_t>(seconds * 1e10 / static_cast<double>(operations));
  user::print("{} {}.{}\n", name, tenths / 10, tenths % 10);
}

}  // namespace bench

int main(int argc, char** argv) {
  const zx_ticks_t started = zx_ticks_get();
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "answer") return bench::answer_calls();
  if (mode == "hold" && argc == 4) {
    const auto events = user::parse_number(argv[2]);
    const auto threads = user::parse_number(argv[3]);
    if (events && threads) return bench::hold(*events, *threads);
  }
  const auto rounds = mode == "only" && argc == 4 ? user::parse_number(argv[3]) : std::nullopt;
  if (rounds) {
    bench::only = argv[2];
    bench::rounds = static_cast<int>(*rounds);
  } else if (!mode.empty() && mode != "start" && mode != "growth") {
    user::print_error(
        "usage: bench [start | answer | growth | only FIGURE ROUNDS | hold EVENTS THREADS]\n");
    return 2;
  }
  if (mode == "growth") {
    bench::measure_growth();
    return 0;
  }
  user::print("started_at_tick {}\n", started);
  if (mode == "start") return 0;
  bench::measure_calls();
  bench::measure_messages();
  bench::measure_memory();
  bench::measure_tasks();
  return 0;
}
