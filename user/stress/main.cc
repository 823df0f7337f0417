// stress SEED SECONDS [PROCESSES]          the mix, and what it has lost
// stress mix SEED MILLISECONDS PROCESSES   the mix alone
// stress worker SEED                       one of its processes
#include <string_view>

#include "audit.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/startup.h"
#include "supervisor.h"
#include "worker.h"

namespace {

constexpr uint64_t kUsualProcesses = 6;
constexpr uint64_t kMostTime = 1'000'000'000;

int usage() {
  user::print_error("usage: stress SEED SECONDS [PROCESSES]   (1 to {} processes)\n",
                    stress::kMostProcesses);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  const bool is_worker = role == "worker";
  const bool is_mix = role == "mix";
  const int first = is_worker || is_mix ? 2 : 1;
  if (argc <= first || argc > first + 3) return usage();
  const auto seed = user::parse_number(argv[first]);
  if (!seed) return usage();
  if (is_worker) return stress::run_worker(*seed);

  const auto time = argc > first + 1 ? user::parse_number(argv[first + 1]) : std::nullopt;
  const auto processes =
      argc > first + 2 ? user::parse_number(argv[first + 2]) : std::optional(kUsualProcesses);
  if (!time || *time > kMostTime || !processes || *processes == 0 ||
      *processes > stress::kMostProcesses)
    return usage();
  const auto duration = static_cast<zx_duration_t>(*time);
  stress::Options options{.seed = *seed, .duration = 0, .processes = *processes};
  options.duration = is_mix ? ZX_MSEC(duration) : ZX_SEC(duration);
  return is_mix ? stress::supervise(options) : stress::audit(options);
}
