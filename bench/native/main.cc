// native_bench CPUS             measures Linux's calls on that many CPUs
// native_bench start COMMAND…   measures how soon Jacinth's first program runs
#include "measure.h"

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench {

void require(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

void Best::report(const char* name, uint64_t operations) const {
  const double nanoseconds = std::chrono::duration<double, std::nano>(shortest_).count();
  std::printf("%s %.1f\n", name, nanoseconds / static_cast<double>(operations));
  std::fflush(stdout);
}

namespace {

// As many as asked for of those we may use; the first are those Jacinth takes.
void use_cpus(int count) {
  cpu_set_t allowed, chosen;
  require(sched_getaffinity(0, sizeof(allowed), &allowed) == 0, "affinity");
  CPU_ZERO(&chosen);
  for (int cpu = 0; cpu < CPU_SETSIZE && count > 0; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_SET(cpu, &chosen);
    --count;
  }
  require(sched_setaffinity(0, sizeof(chosen), &chosen) == 0, "affinity");
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc > 2 && std::strcmp(argv[1], "start") == 0) return bench::measure_start(argv + 2);
  const int cpus = argc == 2 ? std::atoi(argv[1]) : 0;
  if (cpus < 1) {
    std::fprintf(stderr, "usage: native_bench CPUS | native_bench start COMMAND...\n");
    return 2;
  }
  const std::string self = argv[0];
  bench::use_cpus(cpus);
  bench::measure_calls();
  bench::measure_messages();
  bench::measure_memory();
  bench::measure_tasks(self.substr(0, self.rfind('/') + 1) + "native_child");
  return 0;
}
