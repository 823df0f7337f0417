#include "linux/memory/overcommit.h"

#include <atomic>

#include "linux/memory/linux_memory.h"
#include "linux/proc/text_node.h"
#include "linux/task/task_table.h"
#include "vm/frames.h"

namespace jacinth::linux {
namespace {

constinit std::atomic<Overcommit> overcommit_mode{Overcommit::Guess};
constinit std::atomic<uint32_t> overcommit_percents{50};

uint64_t ram_bytes() { return vm::frames().counts().total << kPageShift; }

// Null: there is none, or none any more. Moves `id` on to the next process; 0 behind the last.
RefPtr<LinuxMemory> next_memory(int32_t& id) {
  LockGuard guard(tasks_lock);
  id = tasks().next_process(id);
  LinuxProcess* const process = id == 0 ? nullptr : tasks().find_process(id);
  if (process == nullptr || process->state() != LinuxProcess::State::Alive) return nullptr;
  return process->shared_memory();
}

std::string_view without_newline(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

Overcommit overcommit() { return overcommit_mode.load(std::memory_order_relaxed); }

bool may_promise(uint64_t bytes, bool no_reserve) {
  const Overcommit mode = overcommit();
  if (mode == Overcommit::Always) return true;
  if (mode == Overcommit::Guess) return no_reserve || bytes <= ram_bytes();
  const uint64_t promised = promised_bytes();
  const uint64_t limit = commit_limit();
  return promised < limit && bytes < limit - promised;
}

// What several programs share counts for each of them, to be on the safe side.
uint64_t promised_bytes() {
  uint64_t sum = 0;
  for (int32_t id = 0;;) {
    const RefPtr<LinuxMemory> memory = next_memory(id);
    if (id == 0) return sum;
    if (!memory) continue;
    if (const auto totals = memory->totals(); totals) sum += totals->promised;
  }
}

uint64_t commit_limit() {
  return ram_bytes() / 100 * overcommit_percents.load(std::memory_order_relaxed);
}

ErrnoOr<> tell_overcommit_memory(TextSink& out) {
  format_to(out, "{}\n", static_cast<uint32_t>(overcommit()));
  return {};
}

ErrnoOr<> set_overcommit_memory(std::string_view text) {
  const int32_t mode = parse_number(without_newline(text));
  if (mode < 0 || mode > static_cast<int32_t>(Overcommit::Never)) return fail(Errno::INVAL);
  overcommit_mode = static_cast<Overcommit>(mode);
  return {};
}

ErrnoOr<> tell_overcommit_ratio(TextSink& out) {
  format_to(out, "{}\n", overcommit_percents.load());
  return {};
}

ErrnoOr<> set_overcommit_ratio(std::string_view text) {
  const int32_t percents = parse_number(without_newline(text));
  if (percents < 0) return fail(Errno::INVAL);
  overcommit_percents = static_cast<uint32_t>(percents);
  return {};
}

}  // namespace jacinth::linux
