#include "supervisor.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/object.h>

#include <array>
#include <optional>
#include <span>

#include "check.h"
#include "episodes.h"
#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/info.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "random.h"
#include "text/format.h"
#include "worker.h"

namespace stress {
namespace {

constexpr std::string_view kProgram = "bin/stress";
// Between two acts of violence, at most.
constexpr uint64_t kMostPause = ZX_MSEC(4);

// Something without which nothing can be tried.
void require(zx_status_t status, std::string_view what) {
  if (status == ZX_OK) return;
  user::print_error("stress: {}: {}\n", what, zx_status_get_string(status));
  zx_process_exit(1);
}

// A place in the mix, and the worker that has it now.
struct Place {
  user::Handle job, process, control, token;
  bool killed = false;
};

class Supervisor {
 public:
  explicit Supervisor(const Options& options);

  // Runs the mix for so long, then ends all workers.
  void run(zx_duration_t duration);
  int sum_up(zx_duration_t took) const;

 private:
  std::span<Place> places() { return {places_.data(), options_.processes}; }
  void start(Place& place);
  void introduce(size_t index);
  void act();
  void end(Place& place);
  void kill(Place& place);
  void hear(Place& place);
  void reap(Place& place);
  void watch(zx_time_t deadline);

  const Options options_;
  Random random_;
  const std::optional<user::BootFiles> files_ = user::BootFiles::open_given();
  user::Handle shared_;
  Statistics* statistics_ = nullptr;
  std::array<Place, kMostProcesses> places_;
  uint64_t started_ = 0, killed_ = 0, suspended_ = 0, finished_ = 0, failed_ = 0;
};

Supervisor::Supervisor(const Options& options) : options_(options), random_(options.seed) {
  if (!files_) require(ZX_ERR_NOT_FOUND, "boot files");
  require(zx_vmo_create(sizeof(Statistics), 0, shared_.out()), "shared memory");
  statistics_ = map_statistics(shared_.get());
  if (statistics_ == nullptr) require(ZX_ERR_NO_MEMORY, "mapping shared memory");
}

void Supervisor::start(Place& place) {
  user::Handle theirs;
  require(zx_job_create(user::default_job(), 0, place.job.out()), "job");
  require(zx_channel_create(0, place.control.out(), theirs.out()), "control channel");
  char seed[24];
  const std::string_view arguments[] = {kProgram, "worker",
                                        jacinth::format_into(seed, "{}", random_.next())};
  user::GivenHandle handles[] = {{PA_HND(PA_USER0, kControlArgument), std::move(theirs)},
                                 {PA_HND(PA_USER1, kSharedArgument), shared_.duplicate()}};
  user::Program program;
  program.name = "worker";
  require(user::find_program(*files_, kProgram, &program), "program");
  program.arguments = arguments;
  program.job = place.job.get();
  program.vdso = user::startup().handle(PA_VMO_VDSO);
  program.handles = handles;
  require(user::spawn(program, &place.process), "worker");
  place.killed = false;
  ++started_;
}

// Connects a worker with its neighbour.
void Supervisor::introduce(size_t index) {
  const size_t neighbour = index ^ 1;
  if (neighbour >= options_.processes || !places_[neighbour].process) return;
  zx_handle_t one = ZX_HANDLE_INVALID, other = ZX_HANDLE_INVALID;
  require(zx_channel_create(0, &one, &other), "partners' channel");
  // Either may be gone already.
  zx_channel_write(places_[index].control.get(), 0, nullptr, 0, &one, 1);
  zx_channel_write(places_[neighbour].control.get(), 0, nullptr, 0, &other, 1);
}

void Supervisor::kill(Place& place) {
  place.killed = true;
  ++killed_;
  zx_task_kill(random_.chance(50) ? place.process.get() : place.job.get());
}

void Supervisor::act() {
  Place& place = places_[random_.below(options_.processes)];
  if (place.token) {
    place.token.reset();
  } else if (random_.chance(30)) {
    // BAD_STATE: it is just coming to its end.
    if (zx_task_suspend(place.process.get(), place.token.out()) == ZX_OK) ++suspended_;
  } else if (random_.chance(25)) {
    kill(place);
  }
}

void Supervisor::hear(Place& place) {
  char text[160];
  uint32_t bytes = 0;
  while (zx_channel_read(place.control.get(), 0, text, nullptr, sizeof(text), 0, &bytes, nullptr) ==
         ZX_OK) {
    ++failed_;
    user::print("stress: FAILED {}\n", std::string_view(text, bytes));
  }
}

// A worker has ended: its exit code must tell why.
void Supervisor::reap(Place& place) {
  hear(place);
  const auto info = user::get_info<zx_info_process_t>(place.process.get(), ZX_INFO_PROCESS);
  const bool good =
      info.return_code == 0 || (place.killed && info.return_code == ZX_TASK_RETCODE_SYSCALL_KILL);
  if (good && info.return_code == 0) ++finished_;
  if (!good && info.return_code != kFailedCode) {
    ++failed_;
    user::print("stress: FAILED a worker ended with {}\n", info.return_code);
  }
  end(place);
}

// Ends a worker with everything that it has started.
void Supervisor::end(Place& place) {
  zx_task_kill(place.job.get());
  zx_object_wait_one(place.process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
  zx_object_wait_one(place.job.get(), ZX_JOB_NO_PROCESSES, ZX_TIME_INFINITE, nullptr);
  place = Place();
}

// Waits for the end of some worker until `deadline`, and starts others in the places of those that
// have ended.
void Supervisor::watch(zx_time_t deadline) {
  std::array<zx_wait_item_t, kMostProcesses> items;
  for (size_t i = 0; i < options_.processes; ++i)
    items[i] = {places_[i].process.get(), ZX_PROCESS_TERMINATED, 0};
  if (zx_object_wait_many(items.data(), options_.processes, deadline) != ZX_OK) return;
  for (size_t i = 0; i < options_.processes; ++i) {
    if ((items[i].pending & ZX_PROCESS_TERMINATED) == 0) continue;
    reap(places_[i]);
    start(places_[i]);
    introduce(i);
  }
}

void Supervisor::run(zx_duration_t duration) {
  const zx_time_t stop = zx_deadline_after(duration);
  for (size_t i = 0; i < options_.processes; ++i) {
    start(places_[i]);
    introduce(i);
  }
  while (zx_clock_get_monotonic() < stop) {
    watch(zx_deadline_after(static_cast<zx_duration_t>(random_.below(kMostPause))));
    act();
  }
  for (Place& place : places()) {
    hear(place);
    end(place);
  }
}

int Supervisor::sum_up(zx_duration_t took) const {
  user::print("stress: episodes:");
  for (size_t i = 0; i < episodes().size(); ++i)
    user::print(" {} {}", episodes()[i].name, statistics_->episodes[i].load());
  user::print(
      "\nstress: seed {}, {} ms: {} workers started, {} finished, {} killed, {} suspended; "
      "{} failures\n",
      options_.seed, took / ZX_MSEC(1), started_, finished_, killed_, suspended_, failed_);
  return failed_ == 0 ? 0 : 1;
}

}  // namespace

int supervise(const Options& options) {
  Supervisor supervisor(options);
  const zx_time_t began = zx_clock_get_monotonic();
  supervisor.run(options.duration);
  return supervisor.sum_up(zx_clock_get_monotonic() - began);
}

}  // namespace stress
