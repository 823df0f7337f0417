// Software page tables, and user memory reached through them.
#include "hal/address_space.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/spinlock.h"
#include "hal/sim/faults.h"
#include "hal/sim/state.h"
#include "hal/user.h"

namespace jacinth::hal {
namespace {

class SimAddressSpace final : public AddressSpace {
 public:
  ~SimAddressSpace() override {
    if (sim::machine == nullptr) return;
    for (const sim::Cpu& cpu : sim::machine->cpus) ASSERT(cpu.space != this);
  }

  Result<> map(VirtAddr at, PhysAddr memory, size_t pages, Access access, CachePolicy) override {
    check_range(at, pages);
    ASSERT(is_page_aligned(raw(memory)) && access != Access::None);
    if (!allocation_may_succeed()) return fail(Status::NoMemory);
    LockGuard guard(lock_);
    for (size_t i = 0; i < pages; ++i)
      pages_[raw(at) + i * kPageSize] = {memory + i * kPageSize, access};
    return {};
  }

  void unmap(VirtAddr at, size_t pages) override {
    check_range(at, pages);
    LockGuard guard(lock_);
    pages_.erase(pages_.lower_bound(raw(at)), pages_.lower_bound(raw(at) + pages * kPageSize));
  }

  void protect(VirtAddr at, size_t pages, Access access) override {
    check_range(at, pages);
    LockGuard guard(lock_);
    const auto end = pages_.lower_bound(raw(at) + pages * kPageSize);
    for (auto page = pages_.lower_bound(raw(at)); page != end; ++page) page->second.access = access;
  }

  std::optional<Translation> query(VirtAddr at) override {
    LockGuard guard(lock_);
    auto page = pages_.find(page_floor(raw(at)));
    if (page == pages_.end()) return std::nullopt;
    return Translation{page->second.address + raw(at) % kPageSize, page->second.access};
  }

  void activate() override { sim::machine->current_cpu().space = this; }

  // Copies within one page; false when it may not be reached so. Under the lock, because unmap()
  // and protect() return only when no CPU is in the middle of an access that they forbid.
  bool copy(VirtAddr user, std::byte* kernel, size_t count, Access access) {
    LockGuard guard(lock_);
    const auto page = pages_.find(page_floor(raw(user)));
    if (page == pages_.end() || !includes(page->second.access, access)) return false;
    std::byte* memory = phys_to_virt(page->second.address) + raw(user) % kPageSize;
    if (access == Access::Write) {
      memmove(memory, kernel, count);  // a page may be copied onto itself
    } else {
      memmove(kernel, memory, count);
    }
    return true;
  }

 private:
  static void check_range(VirtAddr at, size_t pages) {
    const UserRange range = user_range();
    ASSERT(is_page_aligned(raw(at)) && at >= range.base);
    ASSERT(raw(at) - raw(range.base) <= range.size);
    ASSERT(pages <= (range.size - (at - range.base)) / kPageSize);
  }

  SpinLock lock_{LockRank::PageTable};
  std::map<uint64_t, Translation> pages_ GUARDED_BY(lock_);
};

// Copies page by page between user and kernel memory; the number of bytes copied before the first
// that may not be reached so.
size_t copy(VirtAddr user, std::byte* kernel, size_t count, Access access) {
  const UserRange range = user_range();
  if (user < range.base || user - range.base > range.size) return 0;
  if (count > range.size - (user - range.base)) return 0;
  size_t done = 0;
  while (done < count) {
    if (!sim::machine->translate(user + done)) break;
    auto* space = static_cast<SimAddressSpace*>(sim::machine->current_cpu().space);
    const size_t part = std::min(count - done, kPageSize - raw(user + done) % kPageSize);
    if (!space->copy(user + done, kernel + done, part, access)) break;
    done += part;
  }
  return done;
}

}  // namespace

UserRange user_range() { return {VirtAddr{0x1'0000}, 0x7fff'ffff'0000 - 0x1'0000}; }

Result<RefPtr<AddressSpace>> AddressSpace::create() { return make_ref<SimAddressSpace>(); }

void activate_kernel_only() { sim::machine->current_cpu().space = nullptr; }

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  return copy(from, static_cast<std::byte*>(to), count, Access::Read);
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  auto* source = const_cast<std::byte*>(static_cast<const std::byte*>(from));
  return copy(to, source, count, Access::Write);
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  return raw(from) % sizeof(*value) == 0 &&
         copy_from_user(value, from, sizeof(*value)) == sizeof(*value);
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  uint32_t found = 0;
  if (!load_user_u32(at, &found)) return false;
  // Only where it could be written does it matter what is there.
  if (copy_to_user(at, found == *expected ? &wanted : &found, sizeof(found)) != sizeof(found))
    return false;
  *expected = found;
  return true;
}

void sync_user_instructions() {}

}  // namespace jacinth::hal

namespace jacinth::sim {

std::optional<hal::Translation> MachineState::translate(VirtAddr at) {
  hal::AddressSpace* space = current_cpu().space;
  if (space == nullptr) return std::nullopt;
  if (options.forgets_translations && random.one_in(16) && space->query(at))
    space->unmap(VirtAddr{page_floor(raw(at))}, 1);
  return space->query(at);
}

}  // namespace jacinth::sim
