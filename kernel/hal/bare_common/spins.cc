#include "hal/bare_common/spins.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>

#include "base/print.h"
#include "base/spinlock.h"
#include "hal/bare_common/symbols.h"
#include "hal/spin_report.h"

namespace jacinth::hal {
namespace {

// So many places in the code; further ones are not counted.
constexpr size_t kPlaces = 128;
// Rounds are counted when so many are full, as others spin on the same lines of memory.
constexpr unsigned kPortion = 16;

struct Place {
  std::atomic<uintptr_t> pc{0};  // 0: free
  std::atomic<uint64_t> waits{0};
  std::atomic<uint64_t> rounds{0};
};
constinit std::array<Place, kPlaces> places;

Place* find_place(uintptr_t pc) {
  for (size_t i = 0; i < kPlaces; ++i) {
    Place& place = places[(pc / 4 + i) % kPlaces];
    uintptr_t seen = place.pc.load(std::memory_order_relaxed);
    if (seen == 0 && place.pc.compare_exchange_strong(seen, pc, std::memory_order_relaxed))
      return &place;
    if (seen == pc) return &place;
  }
  return nullptr;
}

struct Line {
  uintptr_t function = 0;
  uint64_t waits = 0, rounds = 0;
};

// What has been counted, which is taken away; functions with several places have one line.
std::span<Line> take_lines(std::array<Line, kPlaces>& lines) {
  size_t count = 0;
  for (Place& place : places) {
    const uint64_t waits = place.waits.exchange(0, std::memory_order_relaxed);
    const uint64_t rounds = place.rounds.exchange(0, std::memory_order_relaxed);
    if (waits == 0) continue;
    const uintptr_t pc = place.pc.load(std::memory_order_relaxed);
    const uintptr_t function = pc - Symbol::find(pc).offset();
    size_t at = 0;
    while (at < count && lines[at].function != function) ++at;
    if (at == count) lines[count++] = {.function = function};
    lines[at].waits += waits;
    lines[at].rounds += rounds;
  }
  return std::span(lines).first(count);
}

constinit SpinLock report_lock{LockRank::Machine};
constinit std::array<Line, kPlaces> report_lines GUARDED_BY(report_lock);

}  // namespace

void note_spin(unsigned rounds, uintptr_t pc) {
  if (rounds % kPortion != 0) return;
  Place* place = find_place(pc);
  if (place == nullptr) return;
  if (rounds == 0) place->waits.fetch_add(1, std::memory_order_relaxed);
  place->rounds.fetch_add(rounds == 0 ? 1 : kPortion, std::memory_order_relaxed);
}

void write_spin_report(TextSink& out) {
  LockGuard guard(report_lock);
  std::span<Line> left = take_lines(report_lines);
  if (left.empty()) out.write("nobody has spun\n");
  // The most first; to sort the few there are by the library would be three kibibytes of the image.
  for (; !left.empty(); left = left.first(left.size() - 1)) {
    Line& most = *std::ranges::max_element(left, {}, &Line::rounds);
    format_to(out, "{}: {} waits, {} rounds\n", Symbol::find(most.function).name(), most.waits,
              most.rounds);
    most = left.back();
  }
}

}  // namespace jacinth::hal
