#include "linux/memory/out_of_memory.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "exec/activity.h"
#include "exec/log.h"
#include "linux/memory/linux_memory.h"
#include "linux/start.h"
#include "linux/task/task_table.h"
#include "vm/frames.h"

namespace jacinth::linux {
namespace {

constexpr int64_t kParts = 1000;
constexpr int32_t kNever = -1000;

// The process that is being ended; one at a time.
constinit std::atomic<int32_t> ending{0};
constexpr int32_t kChoosing = -1;

uint64_t resident_bytes(LinuxMemory& memory) {
  const auto stats = memory.space()->stats();
  return stats ? stats->private_bytes + stats->shared_bytes : 0;
}

struct Candidate {
  RefPtr<LinuxProcess> process;
  uint64_t bytes = 0;
  int64_t worth = 0;  // in bytes

  bool beats(const Candidate& other) const {
    if (!other.process) return true;
    const bool first = is_first_program(*process), others_first = is_first_program(*other.process);
    return first != others_first ? others_first : worth > other.worth;
  }
};

// None of that number; or one with nothing left to free.
Candidate candidate_of(int32_t id) {
  Candidate candidate;
  RefPtr<LinuxMemory> memory;
  {
    LockGuard guard(tasks_lock);
    LinuxProcess* const process = tasks().find_process(id);
    if (process == nullptr || process->state() != LinuxProcess::State::Alive) return {};
    candidate.process = RefPtr(process);
    memory = process->shared_memory();
  }
  const int32_t adjustment = candidate.process->oom_score_adjustment;
  if (!memory || adjustment == kNever) return {};
  candidate.bytes = resident_bytes(*memory);
  const auto total = static_cast<int64_t>(vm::frames().counts().total << kPageShift);
  candidate.worth = static_cast<int64_t>(candidate.bytes) + total / kParts * adjustment;
  return candidate;
}

Candidate choose() {
  Candidate worst;
  for (int32_t id = 0;;) {
    {
      LockGuard guard(tasks_lock);
      id = tasks().next_process(id);
    }
    if (id == 0) return worst;
    Candidate candidate = candidate_of(id);
    if (candidate.process && candidate.beats(worst)) worst = std::move(candidate);
  }
}

void end(LinuxProcess& process, uint64_t bytes) {
  std::array<char, 16> name;
  {
    LockGuard guard(tasks_lock);
    name = process.threads().empty() ? process.last_name() : process.threads().front().name;
  }
  klog(LogSeverity::Error, "out of memory: killed process {} ({}), which had {} KiB", process.id(),
       std::string_view(name.data(), std::ranges::find(name, '\0')), bytes / 1024);
  process.exit_group(kSigKill);
}

bool is_alive(int32_t id) {
  LockGuard guard(tasks_lock);
  const LinuxProcess* const process = tasks().find_process(id);
  return process != nullptr && process->state() == LinuxProcess::State::Alive;
}

// False: nobody can be ended.
bool end_one() {
  int32_t expected = 0;
  if (!ending.compare_exchange_strong(expected, kChoosing)) return true;
  Candidate worst = choose();
  if (worst.process) end(*worst.process, worst.bytes);
  ending = worst.process ? worst.process->id() : 0;
  return static_cast<bool>(worst.process);
}

}  // namespace

exec::Task<Status> make_room(LinuxThread& self) {
  if (!end_one()) {
    // Whatever keeps the others alive, this one cannot go on.
    self.process().exit_group(kSigKill);
    co_return Status::Ok;
  }
  for (;;) {
    int32_t waits_for = ending;
    if (waits_for == 0 || self.object().killed()) co_return Status::Ok;
    if (waits_for != kChoosing && !is_alive(waits_for)) {
      ending.compare_exchange_strong(waits_for, 0);
      co_return Status::Ok;
    }
    co_await exec::yield();
  }
}

int64_t oom_score(LinuxProcess& process) {
  RefPtr<LinuxMemory> memory;
  {
    LockGuard guard(tasks_lock);
    memory = process.shared_memory();
  }
  if (!memory) return 0;
  const uint64_t total = std::max<uint64_t>(vm::frames().counts().total << kPageShift, 1);
  const auto parts = static_cast<int64_t>(resident_bytes(*memory) * kParts / total);
  return std::max<int64_t>(parts + process.oom_score_adjustment, 0);
}

void keep_memory_for_kernel() {
  constexpr uint64_t kShare = 32, kMost = (uint64_t{4} << 20) >> kPageShift;
  vm::frames().keep_for_kernel(std::min(vm::frames().counts().total / kShare, kMost));
}

}  // namespace jacinth::linux
