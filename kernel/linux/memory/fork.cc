// What fork makes of a program's memory.
#include "linux/memory/linux_memory.h"
#include "linux/memory/overcommit.h"

namespace jacinth::linux {
namespace {

using vm::MappingInfo;

// The snapshot of each private object that has been met. Mappings of one object lie together most
// often, so the search begins with the last.
class Snapshots {
 public:
  ErrnoOr<RefPtr<vm::Vmo>> of(const RefPtr<vm::Vmo>& original) {
    for (size_t i = pairs_.size(); i-- > 0;) {
      if (pairs_[i].original == original) return pairs_[i].copy;
    }
    auto copy = TRY(to_errno(
        original->create_child(vm::ChildKind::Snapshot, 0, original->size(), vm::Resizable::Yes)));
    TRY(to_errno(pairs_.push_back({original, copy})));
    return copy;
  }
  // Null when no mapping showed it.
  RefPtr<vm::Vmo> find(const RefPtr<vm::Vmo>& original) const {
    for (const Pair& pair : pairs_) {
      if (pair.original == original) return pair.copy;
    }
    return nullptr;
  }

 private:
  struct Pair {
    RefPtr<vm::Vmo> original;
    RefPtr<vm::Vmo> copy;
  };
  Vector<Pair> pairs_;
};

}  // namespace

ErrnoOr<RefPtr<LinuxMemory>> LinuxMemory::copy() {
  const hal::UserRange range = hal::user_range();
  const auto mappings = TRY(to_errno(space_->mappings(range.base, range.base + range.size)));
  if (overcommit() == Overcommit::Never && !may_promise(TRY(totals()).promised, false))
    return fail(Errno::NOMEM);
  auto made = TRY(to_errno(create()));
  made->mapping_top_ = mapping_top_;
  made->layout = layout;
  if (program) TRY(made->set_program(program));
  Snapshots snapshots;
  for (const MappingInfo& mapping : mappings) {
    const uint32_t tag = mapping.note.tag;
    if ((tag & mapping_tag::kNoFork) != 0) continue;
    const bool shared = (tag & mapping_tag::kShared) != 0;
    RefPtr<vm::Vmo> vmo = mapping.vmo;
    uint64_t offset = mapping.vmo_offset;
    if ((tag & mapping_tag::kWipeOnFork) != 0) {
      vmo = TRY(to_errno(vm::Vmo::create(mapping.size, vm::Resizable::Yes)));
      offset = 0;
    } else if (!shared) {
      vmo = TRY(snapshots.of(mapping.vmo));
    }
    const vm::Placement where{.kind = vm::Placement::Kind::Specific,
                              .offset = mapping.base - range.base};
    vm::MapOptions options{
        .access = mapping.access, .max_access = mapping.max_access, .note = mapping.note};
    options.note.tag &= ~mapping_tag::kLocked;  // a child has locked nothing
    TRY(to_errno(made->root_->map(where, std::move(vmo), offset, mapping.size, options)));
  }
  RefPtr<vm::Vmo> heap;
  uint64_t heap_start = 0;
  uint64_t heap_end = 0;
  {
    LockGuard guard(lock_);
    heap = heap_;
    heap_start = heap_start_;
    heap_end = heap_end_;
  }
  LockGuard guard(made->lock_);
  made->heap_start_ = heap_start;
  // A thread that changes the heap meanwhile may not have got it into the copy.
  made->heap_ = heap ? snapshots.find(heap) : nullptr;
  made->heap_end_ = made->heap_ ? heap_end : heap_start;
  return made;
}

// Where that fails, a fault will do it, or tell why it cannot be.
void LinuxMemory::part_with(LinuxMemory& child, VirtAddr at) {
  (void)child.space_->handle_fault(at, hal::Access::Write);
  (void)space_->handle_fault(at, hal::Access::Write);
}

}  // namespace jacinth::linux
