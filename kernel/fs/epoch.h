// Epochs: reading shared structures without locks, while others take them apart.
//
// What a reader may still see is not freed when the last reference goes, but once every CPU that
// was reading then has stopped. The kernel is never preempted and readers never wait, so a CPU is
// either in one reading or in none, and says so in a word of its own that nobody else writes.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/heap.h"

namespace jacinth::fs {

// Something that is freed when nobody can see it any more.
class Retired : public HeapAllocated {
 protected:
  Retired() = default;
  virtual ~Retired() = default;

 private:
  friend class Epoch;
  Retired* next_retired_ = nullptr;
  uint64_t retired_in_ = 0;
};

class Epoch {
 public:
  // While one exists, nothing found by reading is freed. Readings nest. Must not live across a
  // co_await. Ending the outermost may run destructors: hold no lock then.
  class Reading {
   public:
    Reading();
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
  };

  // Destroys `object` as soon as nobody can be reading it: at once when nobody is reading at all,
  // else when the last of those who are now ends. The object must already be unreachable for new
  // readers. No lock held.
  static void retire(Retired& object);

 private:
  static void destroy_unseen();
};

// Reference counting for what readers find: the count may be found at zero.
class EpochCounted : public Retired {
 public:
  EpochCounted(const EpochCounted&) = delete;
  EpochCounted& operator=(const EpochCounted&) = delete;

  void add_ref() const { refs_.fetch_add(1, std::memory_order_relaxed); }
  // A reference, unless the last one has gone. While reading.
  [[nodiscard]] bool try_add_ref() const {
    uint32_t count = refs_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (refs_.compare_exchange_weak(count, count + 1, std::memory_order_acquire)) return true;
    }
    return false;
  }
  // The last one: on_last_release(), then retired. No lock held.
  void release() const {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    auto* self = const_cast<EpochCounted*>(this);
    self->on_last_release();
    Epoch::retire(*self);
  }
  uint32_t ref_count() const { return refs_.load(std::memory_order_relaxed); }

 protected:
  EpochCounted() = default;
  // Makes the object unreachable for new readers.
  virtual void on_last_release() {}

 private:
  mutable std::atomic<uint32_t> refs_{1};
};

}  // namespace jacinth::fs
