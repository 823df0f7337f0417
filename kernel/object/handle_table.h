// HandleTable: a process's handles, by the numbers its programs know them by.
#pragma once

#include <cstdint>
#include <span>

#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/reaper.h"
#include "object/handle.h"

namespace jacinth {

// A handle's number in one process. 0 is never valid. The two low bits are set and the top bit is
// clear; the rest is a slot number and the slot's generation, mixed with a secret of the table, so
// that values of one process mean nothing in another and a closed value is not soon valid again.
using HandleValue = uint32_t;
inline constexpr HandleValue kInvalidHandle = 0;

// Every call: any CPU. The table's lock (LockRank::HandleTable) is held only inside.
class HandleTable {
 public:
  static constexpr uint32_t kMaxHandles = 1u << 20;

  explicit HandleTable(uint32_t secret);
  ~HandleTable();
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;

  // A slot taken before the handle is put in it, so that a call can hand the number to its program
  // first and change nothing when that fails. Given back when dropped unused.
  class Reservation {
   public:
    Reservation(Reservation&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)),
          index_(other.index_),
          value_(other.value_) {}
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation();
    HandleValue value() const { return value_; }
    void install(Handle handle);

   private:
    friend class HandleTable;
    Reservation(HandleTable* table, uint32_t index, HandleValue value)
        : table_(table), index_(index), value_(value) {}
    HandleTable* table_;
    uint32_t index_;
    HandleValue value_;
  };

  // NO_MEMORY when the table is full or cannot grow, BAD_STATE after close_some().
  Result<Reservation> reserve();
  // Puts a handle into a new slot, where waits made through it elsewhere end; when that fails
  // (as reserve() does) the handle is closed.
  Result<HandleValue> add(Handle handle);

  // BAD_HANDLE when the value is not one of this table's.
  Result<Handle> remove(HandleValue value);

  // The object, when the handle is good (BAD_HANDLE), of type T (WRONG_TYPE; any when T is
  // KernelObject) and has all `needed` rights (ACCESS_DENIED), checked in this order.
  template <typename T>
  Result<RefPtr<T>> get(HandleValue value, Rights needed) {
    return get_with_rights<T>(value, needed, nullptr);
  }
  // The same; `*actual` gets all the rights the handle has.
  template <typename T>
  Result<RefPtr<T>> get_with_rights(HandleValue value, Rights needed, Rights* actual) {
    RefPtr<KernelObject> object = TRY(find(value, type_of<T>(), needed, actual));
    return static_ref_cast<T>(std::move(object));
  }

  // The state of the object, for a wait that need not wait. BAD_HANDLE, ACCESS_DENIED without
  // kWait, NOT_SUPPORTED when the object is not waitable.
  Result<Signals> signals_of(HandleValue value);

  // Runs body(object, tag), where `tag` names the waits made through this handle, without a gap in
  // which the handle could be closed: for whatever registers an observer. Errors as signals_of().
  // The body may take locks ranked above HandleTable.
  template <typename F>
  Result<> with_waitable(HandleValue value, F&& body) {
    LockGuard guard(lock_);
    Handle* handle = TRY(find_waitable(value));
    std::forward<F>(body)(handle->object(), handle->wait_tag());
    return {};
  }

  // get(), and KernelObject::observe() through the handle. The caller owes the object a forget().
  Result<RefPtr<KernelObject>> observe(HandleValue value, SignalObserver& observer, Signals wanted);

  // A second handle. `new_rights` kSame or a subset, else INVALID_ARGS; needs kDuplicate.
  Result<HandleValue> duplicate(HandleValue value, Rights new_rights);
  // The same handle under a new value, with `new_rights`; its waits end. The old value is gone even
  // when the rights are refused (INVALID_ARGS) and the handle with it.
  Result<HandleValue> replace(HandleValue value, Rights new_rights);

  // Closes handles as far as the portion goes; true when that was all. From the first call on
  // additions fail with BAD_STATE. For a process that dies.
  bool close_some(exec::Portion& portion);
  // All of it at once.
  void close_all();

  size_t count() const;
  // Calls visit(value, const Handle&) for each handle under the lock: no allocation, no other lock
  // but those of higher rank.
  template <typename F>
  void for_each(F&& visit) const {
    LockGuard guard(lock_);
    for (uint32_t index = 0; index < slot_count(); ++index) {
      const Slot& slot = slot_at(index);
      if (slot.handle) visit(slot.value, slot.handle);
    }
  }

 private:
  // While a handle is in a slot, `value` is its number, so that looking one up is one comparison.
  // Otherwise it is the last number or, taken, the next, but for the index in it, which is the
  // neighbour's: nobody looks for that number here. Found by a shift, as its size is a power of
  // two.
  struct alignas(32) Slot {
    Handle handle;
    uint32_t next_free = 0;
    HandleValue value = 0;
  };
  static constexpr HandleValue kElsewhere = 1u << 2;
  static constexpr uint32_t kIndexBits = 20;
  static constexpr HandleValue kGenerationStep = 1u << (kIndexBits + 2);  // up to the top bit
  static constexpr uint32_t kSlotsPerChunk = 64;
  static constexpr uint32_t kNone = ~0u, kClosed = kNone - 1;  // no slot's index
  // Slots never move; only the list of chunks is copied when it grows.
  struct Chunk : HeapAllocated {
    Slot slots[kSlotsPerChunk];
    uint32_t live() const;
  };

  template <typename T>
  static constexpr ObjectType type_of() {
    if constexpr (std::is_same_v<T, KernelObject>) {
      return ObjectType::None;
    } else {
      return T::kType;
    }
  }

  Result<RefPtr<KernelObject>> find(HandleValue value, ObjectType type, Rights needed,
                                    Rights* actual);
  Result<Handle*> find_waitable(HandleValue value) REQUIRES(lock_);
  uint32_t index_of(HandleValue value) const {
    return ((value ^ secret_) >> 2) & ((1u << kIndexBits) - 1);
  }
  // Null when the value does not name a live handle.
  Slot* slot_of(HandleValue value) REQUIRES(lock_);
  Slot& slot_at(uint32_t index) const REQUIRES(lock_) {
    return chunks_[index / kSlotsPerChunk]->slots[index % kSlotsPerChunk];
  }
  uint32_t slot_count() const REQUIRES(lock_) {
    return static_cast<uint32_t>(chunks_.size()) * kSlotsPerChunk;
  }
  Result<> grow() REQUIRES(lock_);
  Result<uint32_t> take_slot() REQUIRES(lock_);
  void free_slot(Slot& slot, uint32_t index) REQUIRES(lock_);

  const uint32_t secret_;
  mutable SpinLock lock_{LockRank::HandleTable};
  Vector<UniquePtr<Chunk>> chunks_ GUARDED_BY(lock_);
  uint32_t first_free_ GUARDED_BY(lock_) = kNone;  // kClosed: no handle is put in any more
  uint32_t last_free_ GUARDED_BY(lock_) = kNone;   // as long as there is a first
  uint32_t used_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth
