#include "fs/epoch.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/spinlock.h"
#include "hal/cpu.h"

namespace jacinth::fs {
namespace {

struct alignas(64) Slot {
  std::atomic<uint64_t> reading{0};  // since which epoch; 0: not
  uint32_t depth = 0;
  bool destroying = false;
};

constinit Slot slots[hal::kMaxCpus];
constinit std::atomic<uint64_t> epoch{1};

struct Limbo {
  Retired* first = nullptr;
  Retired* last = nullptr;
};
constinit Guarded<Limbo, LockRank::FsNames> limbo;
constinit std::atomic<bool> limbo_used{false};

// The oldest epoch that someone reads in.
uint64_t oldest_reader() {
  uint64_t oldest = std::numeric_limits<uint64_t>::max();
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    const uint64_t since = slots[cpu].reading.load(std::memory_order_seq_cst);
    if (since != 0) oldest = std::min(oldest, since);
  }
  return oldest;
}

}  // namespace

Epoch::Reading::Reading() {
  Slot& slot = slots[hal::current_cpu()];
  if (slot.depth++ != 0) return;
  interleave_point();
  // Before anything is read: whoever retires something after taking it out, and does not see this,
  // has taken it out before this reader looks.
  slot.reading.exchange(epoch.load(std::memory_order_relaxed), std::memory_order_seq_cst);
}

Epoch::Reading::~Reading() {
  Slot& slot = slots[hal::current_cpu()];
  if (--slot.depth != 0) return;
  slot.reading.store(0, std::memory_order_release);
  // Who retires something right now may still see this CPU reading; then the next reading to end
  // anywhere destroys it.
  if (limbo_used.load(std::memory_order_relaxed)) destroy_unseen();
}

// Destroys what no reader can see any more. Destructors retire further objects (a dentry its
// directory's): those wait for the next turn of the loop, so the depth of a tree costs no stack.
void Epoch::destroy_unseen() {
  Slot& slot = slots[hal::current_cpu()];
  if (slot.depth != 0 || slot.destroying) return;
  slot.destroying = true;
  for (;;) {
    Retired* object = nullptr;
    {
      auto list = limbo.lock();
      if (list->first == nullptr) break;
      // In the order in which they were retired.
      if (list->first->retired_in_ >= oldest_reader()) break;
      object = list->first;
      list->first = object->next_retired_;
      if (list->first == nullptr) limbo_used.store(false, std::memory_order_relaxed);
    }
    delete object;
  }
  slot.destroying = false;
}

void Epoch::retire(Retired& object) {
  {
    auto list = limbo.lock();
    object.retired_in_ = epoch.fetch_add(1, std::memory_order_seq_cst);
    object.next_retired_ = nullptr;
    (list->first == nullptr ? list->first : list->last->next_retired_) = &object;
    list->last = &object;
    limbo_used.store(true, std::memory_order_relaxed);
  }
  destroy_unseen();
}

}  // namespace jacinth::fs
