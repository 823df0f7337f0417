// throughput [MILLISECONDS]             every kind of work, by one process and by one for each CPU
// throughput worker WORK MILLISECONDS   one of these processes; its exit code is the portions done
//
// Prints "WORK PROCESSES PORTIONS LEAST MOST", the last two being those of single processes, and
// after the line of several processes where CPUs have spun for one another meanwhile.
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/info.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "text/format.h"
#include "works.h"

namespace throughput {
namespace {

constexpr std::string_view kProgram = "bin/throughput";
constexpr uint64_t kUsualMilliseconds = 500;
constexpr int64_t kFailed = -1;

const Work* find_work(std::string_view name) {
  const auto found = std::ranges::find(works(), name, &Work::name);
  return found == works().end() ? nullptr : &*found;
}

// The signal that starts all at once is on the event in PA_USER0.
int64_t run_worker(const Work& work, uint64_t milliseconds) {
  zx_object_wait_one(user::startup().handle(PA_USER0), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE,
                     nullptr);
  const zx_time_t end = zx_deadline_after(ZX_MSEC(static_cast<zx_duration_t>(milliseconds)));
  int64_t done = 0;
  for (; zx_clock_get_monotonic() < end; ++done)
    if (work.portion() != ZX_OK) return kFailed;
  return done;
}

class Measurement {
 public:
  Measurement(const user::BootFiles& files, const Work& work, uint64_t milliseconds)
      : files_(files), work_(work), milliseconds_(milliseconds) {}

  // False: it could not be done.
  bool run(size_t processes) const {
    user::Handle start;
    if (zx_event_create(0, start.out()) != ZX_OK) return false;
    std::vector<user::Handle> workers(processes);
    for (user::Handle& worker : workers)
      if (spawn(start, &worker) != ZX_OK) return false;
    zx_object_signal(start.get(), 0, ZX_EVENT_SIGNALED);
    std::vector<int64_t> portions;
    for (const user::Handle& worker : workers) {
      zx_object_wait_one(worker.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
      portions.push_back(
          user::get_info<zx_info_process_t>(worker.get(), ZX_INFO_PROCESS).return_code);
    }
    const auto [least, most] = std::ranges::minmax(portions);
    int64_t all = 0;
    for (const int64_t each : portions) all += each;
    user::print("{} {} {} {} {}\n", work_.name, processes, all, least, most);
    return least >= 0;
  }

 private:
  zx_status_t spawn(const user::Handle& start, user::Handle* worker) const {
    user::GivenHandle handles[] = {{PA_HND(PA_USER0, 0), start.duplicate()}};
    char milliseconds[24];
    const std::string_view arguments[] = {kProgram, "worker", work_.name,
                                          jacinth::format_into(milliseconds, "{}", milliseconds_)};
    user::Program program;
    program.name = work_.name;
    const zx_status_t found = user::find_program(files_, kProgram, &program);
    if (found != ZX_OK) return found;
    program.arguments = arguments;
    program.job = user::default_job();
    program.vdso = user::startup().handle(PA_VMO_VDSO);
    program.handles = handles;
    return user::spawn(program, worker);
  }

  const user::BootFiles& files_;
  const Work& work_;
  const uint64_t milliseconds_;
};

void print_spins() {
  constexpr std::string_view kCommand = "spins";
  zx_debug_send_command(user::startup().handle(PA_RESOURCE), kCommand.data(), kCommand.size());
}

int measure_all(uint64_t milliseconds) {
  const auto files = user::BootFiles::open_given();
  if (!files) return 1;
  for (const Work& work : works()) {
    const Measurement measurement(*files, work, milliseconds);
    print_spins();
    if (!measurement.run(1) || !measurement.run(zx_system_get_num_cpus())) {
      user::print_error("throughput: {}: failed\n", work.name);
      return 1;
    }
    print_spins();
  }
  return 0;
}

int usage() {
  user::print_error("usage: throughput [MILLISECONDS]\n");
  return 2;
}

}  // namespace
}  // namespace throughput

int main(int argc, char** argv) {
  using namespace throughput;
  if (argc == 4 && std::string_view(argv[1]) == "worker") {
    const Work* work = find_work(argv[2]);
    const auto milliseconds = user::parse_number(argv[3]);
    if (work == nullptr || !milliseconds) return usage();
    zx_process_exit(run_worker(*work, *milliseconds));
  }
  const auto milliseconds =
      argc > 1 ? user::parse_number(argv[1]) : std::optional(kUsualMilliseconds);
  if (argc > 2 || !milliseconds) return usage();
  return measure_all(*milliseconds);
}
