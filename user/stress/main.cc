// stress SEED SECONDS [PROCESSES]   the mix
// stress worker SEED                one of its processes
#include <string_view>

#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/startup.h"
#include "supervisor.h"
#include "worker.h"

namespace {

int usage() {
  user::print_error("usage: stress SEED SECONDS [PROCESSES]   (1 to {} processes)\n",
                    stress::kMostProcesses);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) return usage();
  const auto last = user::parse_number(argv[2]);
  if (argv[1] == std::string_view("worker")) return last ? stress::run_worker(*last) : usage();
  const auto seed = user::parse_number(argv[1]);
  const auto processes = argc == 4 ? user::parse_number(argv[3]) : 6;
  if (!seed || !last || *last > 1'000'000 || !processes || *processes == 0 ||
      *processes > stress::kMostProcesses)
    return usage();
  return stress::supervise({.seed = *seed,
                            .duration = static_cast<zx_duration_t>(ZX_SEC(*last)),
                            .processes = *processes});
}
