#include "exec/trace_ring.h"

#include <algorithm>
#include <cstring>

#include "base/heap.h"
#include "base/spinlock.h"
#include "hal/clock.h"
#include "hal/cpu.h"

namespace jacinth::exec {
namespace {

constexpr size_t kRecords = 4096;  // of a CPU

struct Ring {
  std::atomic<uint64_t> written{0};  // records ever; the next goes to this modulo kRecords
  TraceRecord records[kRecords];
};

// A probe's name as programs read it.
struct NameRecord {
  uint32_t tag;
  uint32_t probe;
  uint64_t ticks;
  ProbeName name;
};
static_assert(sizeof(NameRecord) == 48);

struct Probes {
  size_t count = 0;
  ProbeName names[kMaxProbes];
};

// Guards making and forgetting; recording looks at a ring's pointer alone.
constinit SpinLock lock{LockRank::Trace};
constinit std::atomic<Ring*> rings[hal::kMaxCpus] = {};
constinit Probes* probes = nullptr;

Ring* ring_of(hal::CpuId cpu) { return rings[cpu].load(std::memory_order_acquire); }

size_t kept(const Ring& ring) {
  return std::min<uint64_t>(ring.written.load(std::memory_order_acquire), kRecords);
}

// The record that is `index`th of those kept.
TraceRecord nth(const Ring& ring, size_t index) {
  const uint64_t written = ring.written.load(std::memory_order_acquire);
  const uint64_t first = written > kRecords ? written - kRecords : 0;
  return ring.records[(first + index) % kRecords];
}

// Copies to `out` what of one item, which is at `at` in the sequence, lies in [offset, …).
size_t copy_item(const void* item, size_t bytes, size_t at, size_t offset,
                 std::span<std::byte> out) {
  const size_t from = std::max(at, offset);
  const size_t to = std::min(at + bytes, offset + out.size());
  if (from >= to) return 0;
  memcpy(out.data() + (from - offset), static_cast<const std::byte*>(item) + (from - at),
         to - from);
  return to - from;
}

}  // namespace

void record_event(uint32_t tag, uint32_t thread, uint32_t a, uint32_t b, uint32_t c) {
  const hal::CpuId cpu = hal::current_cpu();
  Ring* const ring = ring_of(cpu);
  if (ring == nullptr) return;
  const uint64_t index = ring->written.load(std::memory_order_relaxed);
  ring->records[index % kRecords] = {
      .tag = tag, .thread = thread, .ticks = hal::ticks(), .values = {a, b, c, cpu}};
  ring->written.store(index + 1, std::memory_order_release);
}

Result<> start_trace(uint32_t groups) {
  LockGuard guard(lock);
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (ring_of(cpu) != nullptr) continue;
    void* const memory = heap_allocate(sizeof(Ring));
    if (memory == nullptr) return fail(Status::NoMemory);
    rings[cpu].store(new (memory) Ring, std::memory_order_release);
  }
  stop_trace();
  traced_groups.fetch_or(groups & trace_group::kAll, std::memory_order_release);
  return {};
}

void stop_trace() { traced_groups.fetch_and(~trace_group::kAll, std::memory_order_release); }

void note_printed_calls() {
  traced_groups.fetch_or(trace_group::kPrintedCalls, std::memory_order_release);
}

void rewind_trace() {
  LockGuard guard(lock);
  for (auto& ring : rings) {
    if (Ring* made = ring.load(std::memory_order_acquire))
      made->written.store(0, std::memory_order_release);
  }
}

void forget_trace() {
  stop_trace();
  LockGuard guard(lock);
  for (auto& ring : rings) heap_free(ring.exchange(nullptr));
  heap_free(std::exchange(probes, nullptr));
}

Result<uint32_t> add_probe(const ProbeName& name) {
  LockGuard guard(lock);
  if (probes == nullptr) {
    void* const memory = heap_allocate(sizeof(Probes));
    if (memory == nullptr) return fail(Status::NoMemory);
    probes = new (memory) Probes;
  }
  const std::span known(probes->names, probes->count);
  const auto found = std::ranges::find(known, name);
  if (found != known.end()) return static_cast<uint32_t>(found - known.begin());
  if (probes->count == kMaxProbes) return fail(Status::NoMemory);
  probes->names[probes->count] = name;
  return static_cast<uint32_t>(probes->count++);
}

size_t trace_bytes() {
  LockGuard guard(lock);
  size_t bytes = probes != nullptr ? probes->count * sizeof(NameRecord) : 0;
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (const Ring* ring = ring_of(cpu)) bytes += kept(*ring) * sizeof(TraceRecord);
  }
  return bytes;
}

size_t read_trace(size_t offset, std::span<std::byte> out) {
  LockGuard guard(lock);
  size_t copied = 0;
  size_t at = 0;
  for (size_t i = 0; probes != nullptr && i < probes->count; ++i) {
    const NameRecord record{.tag = trace_event::kProbeName,
                            .probe = static_cast<uint32_t>(i),
                            .ticks = 0,
                            .name = probes->names[i]};
    copied += copy_item(&record, sizeof(record), at, offset, out);
    at += sizeof(record);
  }
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    const Ring* const ring = ring_of(cpu);
    if (ring == nullptr) continue;
    const size_t count = kept(*ring);
    size_t i = offset > at ? std::min((offset - at) / sizeof(TraceRecord), count) : 0;
    for (; i < count && copied < out.size(); ++i) {
      const TraceRecord record = nth(*ring, i);
      copied += copy_item(&record, sizeof(record), at + i * sizeof(record), offset, out);
    }
    at += count * sizeof(TraceRecord);
  }
  return copied;
}

}  // namespace jacinth::exec
