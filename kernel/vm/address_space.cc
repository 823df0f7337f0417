#include "vm/address_space.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "exec/executor.h"
#include "hal/machine.h"

namespace jacinth::vm {
namespace {

constexpr uint64_t kPagesBetweenYields = 256;

}  // namespace

using hal::Access;

AddressSpace::AddressSpace(RefPtr<hal::AddressSpace> machine, uint64_t seed)
    : machine_(std::move(machine)), random_state_(seed) {}

AddressSpace::~AddressSpace() { ASSERT(!root_); }

Result<RefPtr<AddressSpace>> AddressSpace::create() {
  auto machine = TRY(hal::AddressSpace::create());
  uint64_t seed = 0;
  hal::entropy(std::as_writable_bytes(std::span(&seed, 1)));
  auto space = TRY(make_ref<AddressSpace>(std::move(machine), seed));
  const hal::UserRange range = hal::user_range();
  const VmarOptions all{.can_map = Access::Read | Access::Write | Access::Execute,
                        .can_map_specific = true};
  auto root = TRY(make_ref<Vmar>(space, range.base, range.size, all));
  space->machine_->set_owner(space.get());
  LockGuard guard(space->lock_);
  space->root_ = std::move(root);
  return space;
}

AddressSpace* AddressSpace::current() {
  const exec::Activity* activity = exec::Activity::current();
  hal::AddressSpace* machine = activity == nullptr ? nullptr : activity->address_space();
  return machine == nullptr ? nullptr : machine->owner();
}

RefPtr<Vmar> AddressSpace::root() {
  LockGuard guard(lock_);
  return root_;
}

Result<> AddressSpace::check_alive() {
  if (dying_) return fail(Status::BadState);
  return {};
}

bool AddressSpace::destroy_some(exec::Portion& portion) {
  // The machine's part goes with the last mapping: it is precious on some machines, while a dead
  // process stays for as long as there are handles to it. CPUs that have it active keep it until
  // they leave it.
  const hal::AddressSpace* left = nullptr;
  {
    RefPtr<hal::AddressSpace> machine;  // first: the mappings refer to it
    RefPtr<Vmar> root;
    DeadMappings dead;
    LockGuard guard(lock_);
    if (!root_) return true;
    if (!std::exchange(dying_, true)) {
      destroy_next_ = root_.get();
      machine_->abandon();
    }
    if (!root_->destroy_some(destroy_next_, dead, portion)) return false;
    root = std::move(root_);
    machine = std::move(machine_);
    left = machine.get();
  }
  exec::Executor::leave_soon(left);
  return true;
}

void AddressSpace::destroy() {
  for (;;) {
    exec::Portion portion;
    if (destroy_some(portion)) return;
  }
}

Mapping* AddressSpace::mapping_at(Vmar& top, VirtAddr at) {
  for (Vmar* vmar = &top; vmar != nullptr;) {
    const auto region = vmar->first_from(raw(at));
    if (region == vmar->regions_.end() || region->base() > at) return nullptr;
    if (Mapping* mapping = region->as_mapping()) return mapping;
    vmar = region->as_vmar();
  }
  return nullptr;
}

Result<> AddressSpace::handle_fault(VirtAddr at, Access access) {
  const Result<> handled = handle_mapped_fault(at, access);
  if (handled || handled.error() != Status::NotFound) return handled;
  Grower* const grower = grower_.load(std::memory_order_acquire);
  if (grower == nullptr || !grower->grow_to(at)) return handled;
  return handle_mapped_fault(at, access);
}

Result<> AddressSpace::handle_mapped_fault(VirtAddr at, Access access) {
  LockGuard guard(lock_);
  TRY(check_alive());
  Mapping* const mapping = mapping_at(*root_, at);
  if (mapping == nullptr) return fail(Status::NotFound);
  if (access == Access::None) access = Access::Read;
  if (!hal::includes(mapping->access(), access)) return fail(Status::AccessDenied);
  return mapping->fault(VirtAddr{page_floor(raw(at))}, hal::includes(access, Access::Write));
}

AddressSpace::Fetchable AddressSpace::next_fetchable(VirtAddr at, uint64_t end) {
  LockGuard guard(lock_);
  while (!dying_ && raw(at) < end) {
    Mapping* const mapping = mapping_at(*root_, at);
    if (mapping == nullptr) break;
    const VirtAddr next{std::min(mapping->end(), end)};
    if (mapping->vmo().pager_backed()) {
      const VirtAddr page{page_floor(raw(at))};
      return {.vmo = mapping->vmo_,
              .offset = mapping->vmo_offset() + (page - mapping->base()),
              .next = std::min(next, page + kPageSize)};
    }
    at = next;
  }
  return {};
}

exec::Task<Status> AddressSpace::fetch(VirtAddr at, uint64_t bytes) {
  uint64_t end = 0;
  if (__builtin_add_overflow(raw(at), bytes, &end)) co_return Status::InvalidArgs;
  for (uint64_t looked_at = 1; raw(at) < end; ++looked_at) {
    if (looked_at % kPagesBetweenYields == 0) co_await exec::yield();
    const Fetchable found = next_fetchable(at, end);
    if (!found.vmo) break;
    const Status status = co_await Vmo::fetch(found.vmo, found.offset, kPageSize);
    if (status != Status::Ok) co_return status;
    at = found.next;
  }
  co_return Status::Ok;
}

// splitmix64 (Steele, Lea, Flood, 2014), and Lemire's way to a range.
uint64_t AddressSpace::random_below(uint64_t bound) {
  random_state_ += 0x9e37'79b9'7f4a'7c15;
  uint64_t mixed = random_state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11eb;
  mixed ^= mixed >> 31;
  return static_cast<uint64_t>((static_cast<unsigned __int128>(mixed) * bound) >> 64);
}

// --- Memory of another program
// --------------------------------------------------------------------

Result<AddressSpace::Target> AddressSpace::target(VirtAddr at, size_t bytes, Access access) {
  LockGuard guard(lock_);
  TRY(check_alive());
  Mapping* const mapping = mapping_at(*root_, at);
  if (mapping == nullptr) return fail(Status::NoMemory);
  if (access == Access::Write && mapping->immutable()) return fail(Status::AccessDenied);
  return Target{.vmo = mapping->vmo_,
                .offset = mapping->vmo_offset() + (at - mapping->base()),
                .bytes = std::min(bytes, mapping->end() - raw(at))};
}

Result<size_t> AddressSpace::read_memory(VirtAddr at, std::span<std::byte> to) {
  const Target from = TRY(target(at, to.size(), Access::Read));
  TRY(from.vmo->read(from.offset, to.first(from.bytes)));
  return from.bytes;
}

Result<size_t> AddressSpace::write_memory(VirtAddr at, std::span<const std::byte> from) {
  const Target to = TRY(target(at, from.size(), Access::Write));
  TRY(to.vmo->write(to.offset, from.first(to.bytes)));
  // What the machine may have made of the code that was there.
  LockGuard guard(lock_);
  const uint64_t first = page_floor(raw(at));
  if (machine_ && to.bytes != 0)
    machine_->unmap(VirtAddr{first}, (page_ceil(raw(at) + to.bytes) - first) >> kPageShift);
  return to.bytes;
}

// --- Listing
// --------------------------------------------------------------------------------------

// Regions in depth-first order are ordered by base, then by depth.
AddressSpace::Position AddressSpace::seek(Vmar& root, const Cursor& cursor) {
  const auto reached = [&](const Region& region, uint32_t depth) {
    return region.base() > cursor.base || (region.base() == cursor.base && depth >= cursor.depth);
  };
  Position after;  // what follows the subtree being looked at
  Position at{&root, 0};
  for (;;) {
    if (reached(*at.region, at.depth)) return at;
    Vmar* const vmar = at.region->as_vmar();
    if (vmar == nullptr) return after;
    const uint32_t depth = at.depth + 1;
    // The child that covers the cursor, or else the first behind it.
    auto child = vmar->first_from(raw(cursor.base));
    if (child == vmar->regions_.end()) return after;
    at = {&*child, depth};
    if (++child != vmar->regions_.end()) after = {&*child, depth};
  }
}

AddressSpace::Position AddressSpace::next(const Position& position) {
  Position at = position;
  if (Vmar* vmar = at.region->as_vmar(); vmar != nullptr && !vmar->regions_.empty())
    return {&*vmar->regions_.begin(), at.depth + 1};
  for (Vmar* parent = at.region->parent_; parent != nullptr; parent = parent->parent_) {
    auto sibling = std::next(parent->regions_.iterator_to(*at.region));
    if (sibling != parent->regions_.end()) return {&*sibling, at.depth};
    at = {parent, at.depth - 1};
  }
  return {};
}

RegionInfo AddressSpace::describe(const Position& position) {
  Region& region = *position.region;
  RegionInfo info;
  info.base = region.base();
  info.size = region.size();
  info.depth = position.depth;
  Mapping* const mapping = region.as_mapping();
  if (mapping == nullptr) return info;
  info.kind = RegionInfo::Kind::Mapping;
  info.access = mapping->access();
  info.vmo = mapping->vmo_;
  info.vmo_offset = mapping->vmo_offset();
  LockGuard guard(mapping->vmo().lock());
  info.committed_pages =
      mapping->vmo().committed_bytes_locked(info.vmo_offset, info.size) >> kPageShift;
  return info;
}

Result<size_t> AddressSpace::regions(Cursor& cursor, std::span<RegionInfo> out) {
  LockGuard guard(lock_);
  TRY(check_alive());
  size_t count = 0;
  Position at = seek(*root_, cursor);
  for (; at.region != nullptr && count < out.size(); at = next(at)) {
    out[count++] = describe(at);
    cursor = {at.region->base(), at.depth + 1};
  }
  return count;
}

Result<MemoryStats> AddressSpace::stats() {
  MemoryStats stats;
  LockGuard guard(lock_);
  TRY(check_alive());
  for (Position at{root_.get(), 0}; at.region != nullptr; at = next(at)) {
    Mapping* const mapping = at.region->as_mapping();
    if (mapping == nullptr) continue;
    Vmo& vmo = mapping->vmo();
    LockGuard vmo_guard(vmo.lock());
    const uint64_t committed = vmo.committed_bytes_locked(mapping->vmo_offset(), mapping->size());
    const uint64_t sharers = vmo.share_count_locked();
    stats.mapped_bytes += mapping->size();
    if (sharers == 1) {
      stats.private_bytes += committed;
    } else {
      stats.shared_bytes += committed;
      stats.scaled_shared_bytes += committed / sharers;
    }
  }
  return stats;
}

MappingInfo AddressSpace::describe_mapping(const Mapping& mapping) {
  return {.base = mapping.base(),
          .size = mapping.size(),
          .access = mapping.access(),
          .max_access = mapping.max_access(),
          .vmo = mapping.vmo_,
          .vmo_offset = mapping.vmo_offset(),
          .note = mapping.note()};
}

Result<Vector<MappingInfo>> AddressSpace::mappings(VirtAddr from, VirtAddr to) {
  Vector<MappingInfo> found;
  LockGuard guard(lock_);
  TRY(check_alive());
  // A mapping that contains `from` begins before it.
  VirtAddr start = from;
  if (const Mapping* mapping = mapping_at(*root_, from)) start = mapping->base();
  for (Position at = seek(*root_, {.base = start, .depth = 0}); at.region != nullptr;
       at = next(at)) {
    if (at.region->base() >= to) break;
    if (const Mapping* mapping = at.region->as_mapping())
      TRY(found.push_back(describe_mapping(*mapping)));
  }
  return found;
}

Result<MappingInfo> AddressSpace::mapping_of(VirtAddr at) {
  LockGuard guard(lock_);
  TRY(check_alive());
  const Mapping* mapping = mapping_at(*root_, at);
  if (mapping == nullptr) return fail(Status::NotFound);
  return describe_mapping(*mapping);
}

Result<MappingInfo> AddressSpace::mapping_from(VirtAddr at) {
  LockGuard guard(lock_);
  TRY(check_alive());
  const Mapping* mapping = mapping_at(*root_, at);
  for (Position next_one = seek(*root_, {.base = at, .depth = 0});
       mapping == nullptr && next_one.region != nullptr; next_one = next(next_one))
    mapping = next_one.region->as_mapping();
  if (mapping == nullptr) return fail(Status::NotFound);
  return describe_mapping(*mapping);
}

}  // namespace jacinth::vm
