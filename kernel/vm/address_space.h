// AddressSpace: a program's memory map: the tree of VMARs and mappings, and the machine's cache of
// it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/ref_ptr.h"
#include "base/result.h"
#include "base/spinlock.h"
#include "base/units.h"
#include "base/vector.h"
#include "hal/address_space.h"
#include "vm/call_origin.h"
#include "vm/mapping.h"
#include "vm/vmar.h"

namespace jacinth::vm {

struct RegionInfo {
  enum class Kind : uint8_t { Vmar, Mapping };
  Kind kind = Kind::Vmar;
  VirtAddr base{};
  uint64_t size = 0;
  uint32_t depth = 0;  // the root VMAR has 0
  // Mappings only:
  hal::Access access = hal::Access::None;
  RefPtr<Vmo> vmo;
  uint64_t vmo_offset = 0;
  uint64_t committed_pages = 0;
};

// A mapping in full, but for what is behind it.
struct MappingInfo {
  VirtAddr base{};
  uint64_t size = 0;
  hal::Access access = hal::Access::None;
  hal::Access max_access = hal::Access::None;
  RefPtr<Vmo> vmo;
  uint64_t vmo_offset = 0;
  MappingNote note;
  VirtAddr end() const { return base + size; }
};

// Memory that is mapped when it is first touched: stacks that grow.
class Grower {
 public:
  // Nothing is mapped at `at`. True: now there is, or may be. No lock is held.
  virtual bool grow_to(VirtAddr at) = 0;

 protected:
  ~Grower() = default;
};

struct MemoryStats {
  uint64_t mapped_bytes = 0;
  uint64_t private_bytes = 0;        // committed in VMOs that only this space maps
  uint64_t shared_bytes = 0;         // committed in VMOs that others map too
  uint64_t scaled_shared_bytes = 0;  // each such VMO's share divided by the spaces that map it
};

// The root VMAR and this keep each other alive until destroy().
class AddressSpace final : public RefCounted {
 public:
  // Covers all of hal::user_range(). NO_MEMORY, NO_RESOURCES.
  static Result<RefPtr<AddressSpace>> create();

  // The one the current activity runs in; null when it has none.
  static AddressSpace* current();

  // Null after destroy().
  RefPtr<Vmar> root();
  // Not after destroy().
  hal::AddressSpace& machine() const { return *machine_; }

  // A program, or the kernel for it, could not access `at`: makes the access possible. NOT_FOUND:
  // nothing is mapped there. ACCESS_DENIED: not for this access. OUT_OF_RANGE: beyond the VMO's
  // end. NO_MEMORY. BAD_STATE: destroyed. ASYNC: a page must be fetched first.
  Result<> handle_fault(VirtAddr at, hal::Access access);
  // Who is asked where nothing is mapped, before handle_fault() says so; null: nobody. Outlives all
  // faults, or is taken back before.
  void set_grower(Grower* grower) { grower_.store(grower, std::memory_order_release); }
  // Whether a fault may say ASYNC: some VMO mapped here has, or had, pages that come from a source.
  // Calls are then no more for CallOrigin::allows_at_once().
  bool has_paged_mappings() const { return call_origin_.is_slow(); }
  CallOrigin& call_origin() { return call_origin_; }
  // Waits until what is mapped at [at, at + bytes) has all its pages, as far as the first hole. OK:
  // try again. Errors: PageSource::fetch()'s. The space lives for as long as its current activity.
  exec::Task<Status> fetch(VirtAddr at, uint64_t bytes);

  // Copies from or to the mapping that contains `at`, whatever its access allows, up to its end;
  // returns how many bytes. NO_MEMORY: nothing mapped there. ACCESS_DENIED: writing to an immutable
  // mapping. BAD_STATE: destroyed. OUT_OF_RANGE: beyond the VMO's end. ASYNC: fetch() first.
  Result<size_t> read_memory(VirtAddr at, std::span<std::byte> to);
  Result<size_t> write_memory(VirtAddr at, std::span<const std::byte> from);

  // Fills `out` with regions in depth-first order, from `cursor` on, and moves it: call with a
  // fresh cursor, until fewer than out.size() come. BAD_STATE: destroyed.
  struct Cursor {
    VirtAddr base{};
    uint32_t depth = 0;
  };
  Result<size_t> regions(Cursor& cursor, std::span<RegionInfo> out);
  // BAD_STATE: destroyed.
  Result<MemoryStats> stats();

  // The mappings that touch [from, to), by address. BAD_STATE: destroyed. NO_MEMORY.
  Result<Vector<MappingInfo>> mappings(VirtAddr from, VirtAddr to);
  // The one that contains `at`. NOT_FOUND; BAD_STATE: destroyed.
  Result<MappingInfo> mapping_of(VirtAddr at);
  // The same, or the first one behind it.
  Result<MappingInfo> mapping_from(VirtAddr at);

  // Processes that share a space: it has one user at first, and is destroyed when the last leaves.
  void join() { users_.fetch_add(1, std::memory_order_relaxed); }
  void leave() {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }

  // leave() as far as the portion goes: false when it is to be called again by the same user.
  bool leave_some(exec::Portion& portion) {
    uint32_t users = users_.load(std::memory_order_acquire);
    while (users > 1) {
      if (users_.compare_exchange_weak(users, users - 1, std::memory_order_acq_rel)) return true;
    }
    if (!destroy_some(portion)) return false;
    users_.store(0, std::memory_order_release);
    return true;
  }

  // Unmaps everything, immutable mappings too, and destroys every VMAR; idempotent. The process
  // that owns the space calls it at its end, when no activity runs in it any more. From the first
  // call on everything else says BAD_STATE; the one that finishes it returns true.
  bool destroy_some(exec::Portion& portion);
  // All of it at once: for a space that only the kernel has put something into.
  void destroy();

  SpinLock& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  friend class Vmar;

  AddressSpace(RefPtr<hal::AddressSpace> machine, uint64_t seed);
  ~AddressSpace() override;

  Result<> check_alive() REQUIRES(lock_);
  Result<> handle_mapped_fault(VirtAddr at, hal::Access access);
  // The first part of [at, end) that may have to be fetched; a null VMO when there is none.
  struct Fetchable {
    RefPtr<Vmo> vmo;
    uint64_t offset = 0;  // in the VMO
    VirtAddr next{};      // where the rest begins
  };
  Fetchable next_fetchable(VirtAddr at, uint64_t end);
  // The mapping that contains `at`, below `top`; null when there is none. With the lock held.
  static Mapping* mapping_at(Vmar& top, VirtAddr at);
  // The first region at or after the cursor; the one that follows. Null at the end.
  struct Position {
    Region* region = nullptr;
    uint32_t depth = 0;
  };
  static Position seek(Vmar& root, const Cursor& cursor);
  static Position next(const Position& position);
  static RegionInfo describe(const Position& position);
  static MappingInfo describe_mapping(const Mapping& mapping);
  // The mapping's VMO and the part of it behind [at, at + bytes); takes the lock.
  struct Target {
    RefPtr<Vmo> vmo;
    uint64_t offset;
    size_t bytes;
  };
  Result<Target> target(VirtAddr at, size_t bytes, hal::Access access);
  // A number below `bound`, which is not 0; for placing regions. With the lock held.
  uint64_t random_below(uint64_t bound);

  SpinLock lock_{LockRank::AddressSpace};
  RefPtr<hal::AddressSpace> machine_;  // changes only in destroy()
  RefPtr<Vmar> root_ GUARDED_BY(lock_);
  bool dying_ = false;            // destroy_some() has begun; under the lock, as is …
  Vmar* destroy_next_ = nullptr;  // … where it goes on
  uint64_t random_state_;
  std::atomic<uint32_t> users_{1};
  CallOrigin call_origin_;
  std::atomic<Grower*> grower_{nullptr};
};

}  // namespace jacinth::vm
