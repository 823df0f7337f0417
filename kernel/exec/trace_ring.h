// The kernel's event trace: what every CPU did lately, a record each, kept in a ring per CPU.
//
// Switched off, a traced event costs one load and a branch that is not taken. A CPU writes to its
// own ring only and is never preempted, so recording takes no lock; the oldest records make room
// for new ones. Whoever reads while events are recorded may find the oldest ones torn: stop it
// first.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace jacinth::exec {

// What kinds of events are recorded, a bit each; the numbers are those of Zircon's trace groups.
namespace trace_group {
inline constexpr uint32_t kMeta = 0x001;
inline constexpr uint32_t kLifecycle = 0x002;
inline constexpr uint32_t kScheduler = 0x004;
inline constexpr uint32_t kIpc = 0x010;
inline constexpr uint32_t kProbe = 0x040;
inline constexpr uint32_t kSyscall = 0x100;
inline constexpr uint32_t kFault = 0x200;
inline constexpr uint32_t kAll = 0xfff;
// Of no event: a personality prints the calls of some process. Stays set from the first on, as
// looking at one word must do where no call is watched.
inline constexpr uint32_t kPrintedCalls = 0x1000;
}  // namespace trace_group

// An event's tag: its number, its group, and the record's size in units of eight bytes.
constexpr uint32_t trace_tag(uint32_t event, uint32_t group, uint32_t bytes = 32) {
  return event << 20 | group << 8 | bytes / 8;
}

namespace trace_event {
inline constexpr uint32_t kProbeName = trace_tag(0x001, trace_group::kMeta, 48);
inline constexpr uint32_t kSwitch = trace_tag(0x010, trace_group::kScheduler);
inline constexpr uint32_t kThreadStart = trace_tag(0x020, trace_group::kLifecycle);
inline constexpr uint32_t kThreadExit = trace_tag(0x021, trace_group::kLifecycle);
inline constexpr uint32_t kSyscallEnter = trace_tag(0x030, trace_group::kSyscall);
inline constexpr uint32_t kSyscallExit = trace_tag(0x031, trace_group::kSyscall);
inline constexpr uint32_t kPageFault = trace_tag(0x040, trace_group::kFault);
// The events from here on are probes: their number is this and the probe's.
inline constexpr uint32_t kFirstProbe = 0x800;
}  // namespace trace_event

// One event, as programs read it.
struct TraceRecord {
  uint32_t tag;
  uint32_t thread;     // the low half of its koid; 0: the kernel itself
  uint64_t ticks;      // hal::ticks()
  uint32_t values[4];  // [3] is the CPU
};
static_assert(sizeof(TraceRecord) == 32);

// The groups that are recorded now.
inline constinit std::atomic<uint32_t> traced_groups{0};

void record_event(uint32_t tag, uint32_t thread, uint32_t a, uint32_t b, uint32_t c);

inline bool traces(uint32_t group) {
  return (traced_groups.load(std::memory_order_relaxed) & group) != 0;
}
inline void trace(uint32_t tag, uint64_t thread, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
  if (!traces(tag >> 8 & trace_group::kAll)) [[likely]]
    return;
  record_event(tag, static_cast<uint32_t>(thread), static_cast<uint32_t>(a),
               static_cast<uint32_t>(b), static_cast<uint32_t>(c));
}

inline constexpr size_t kMaxProbes = 0x800;
using ProbeName = std::array<char, 32>;

// Begins recording `groups`, in rings that the first call makes. NO_MEMORY.
Result<> start_trace(uint32_t groups);
void stop_trace();
// From now on every call is looked at: traces(kPrintedCalls).
void note_printed_calls();
// Forgets what has been recorded.
void rewind_trace();
// Gives the memory back too; for when nobody records any more.
void forget_trace();
// A number below kMaxProbes for a name; the same for the same name. NO_MEMORY: too many.
Result<uint32_t> add_probe(const ProbeName& name);

// The trace as one sequence of bytes: the probes' names, 48 bytes each, then every CPU's records.
// Copies from `offset` on; returns how many bytes. All of it are trace_bytes().
size_t trace_bytes();
size_t read_trace(size_t offset, std::span<std::byte> out);

}  // namespace jacinth::exec
