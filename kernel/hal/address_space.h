// User address spaces as the hardware knows them.
//
// This is a cache of the kernel's own mapping tree (vm/): it may forget any translation at any time
// (host), and never holds one that the tree does not have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ref_ptr.h"
#include "base/result.h"
#include "base/units.h"
#include "hal/memory.h"

namespace jacinth::vm {
class AddressSpace;
}

namespace jacinth::hal {

struct UserContext;

enum class Access : uint8_t { None = 0, Read = 1, Write = 2, Execute = 4 };
constexpr Access operator|(Access a, Access b) {
  return static_cast<Access>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}
constexpr Access operator&(Access a, Access b) {
  return static_cast<Access>(static_cast<uint8_t>(a) & static_cast<uint8_t>(b));
}
constexpr bool includes(Access all, Access some) { return (all & some) == some; }

enum class CachePolicy : uint8_t {
  Cached = 0,
  Uncached = 1,
  UncachedDevice = 2,
  WriteCombining = 3
};

struct Translation {
  PhysAddr address;
  Access access;
};

// The user addresses this machine offers: [base, base + size).
struct UserRange {
  VirtAddr base;
  uint64_t size;
};
UserRange user_range();

// All calls: any CPU, any current address space; ranges page aligned and inside user_range().
// Lock: the implementation's own, LockRank::PageTable.
class AddressSpace : public RefCounted {
 public:
  // NO_MEMORY / NO_RESOURCES when the machine can hold no more address spaces.
  static Result<RefPtr<AddressSpace>> create();

  // Maps `pages` pages of physically consecutive memory; replaces what was mapped there.
  // NO_MEMORY: nothing is guaranteed about the range, unmap it.
  virtual Result<> map(VirtAddr at, PhysAddr memory, size_t pages, Access access,
                       CachePolicy policy) = 0;
  // Forgets the range, on every CPU, before it returns.
  virtual void unmap(VirtAddr at, size_t pages) = 0;
  // Narrows or widens the access of what is mapped in the range; holes are skipped.
  virtual void protect(VirtAddr at, size_t pages, Access access) = 0;
  virtual std::optional<Translation> query(VirtAddr at) = 0;

  // Makes this the current CPU's address space. Called by the executor alone.
  virtual void activate() = 0;

  // Nothing runs in it any more, and it will go: it need not forget range by range what it maps.
  virtual void abandon() {}

  // Where a Linux program's calls can be made faster than by trapping
  // (UserContext::called_slowly()), the machine may change how a place in the program calls. Both
  // are asked in the caller's own address space, right after a slow call. The second may only be
  // asked for code that cannot change without this object being told: mapped here for reading and
  // executing alone, and nowhere else.
  virtual bool is_call_worth_speeding_up(const UserContext&) { return false; }
  virtual void speed_up_call(UserContext&) {}

  // The memory map that this is the cache of; it outlives every activity that runs in here.
  vm::AddressSpace* owner() const { return owner_; }
  void set_owner(vm::AddressSpace* owner) { owner_ = owner; }

 private:
  vm::AddressSpace* owner_ = nullptr;
};

// Leaves the current CPU with no user address space, so that the last one can die.
void activate_kernel_only();

}  // namespace jacinth::hal
