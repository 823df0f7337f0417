// Pager: a program that brings the pages of VMOs when they are first needed.
#pragma once

#include "object/kernel_object.h"
#include "object/vm/pager_source.h"
#include "object/vm/vmo_object.h"

namespace jacinth {

// A VMO it creates asks for its pages by packets in a port; the pager answers with supply() or
// fail(), at any time, asked or not. When the last handle has gone, or the VMO is detached, who
// waits, and who wants an absent page later, gets BAD_STATE.
//
// All calls about a VMO: INVALID_ARGS when it is not one that this pager has created (a child of
// such is none), or a range is not page aligned; OUT_OF_RANGE.
class Pager final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Pager;
  static constexpr uint16_t kCommandRead = 0;
  static constexpr uint16_t kCommandComplete = 1;

  static Result<RefPtr<Pager>> create();  // NO_MEMORY

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return rights::kInspect | rights::kProperty | rights::kTransfer;
  }

  // BAD_STATE: the pager's last handle has gone. OUT_OF_RANGE, NO_MEMORY.
  Result<RefPtr<VmoObject>> create_vmo(RefPtr<Port> port, uint64_t key, uint64_t size,
                                       vm::Resizable resizable);
  Result<> check_created(VmoObject& vmo);
  // No further requests: a COMPLETE packet is the last. Fine when it has been done.
  Result<> detach(VmoObject& vmo);
  // Moves pages from `donor`, a bounded number at a time: see vm::Vmo::supply().
  Result<> supply(VmoObject& vmo, vm::ByteRange& range, VmoObject& donor, uint64_t& donor_offset);
  // Who waits for a page of the range gets `status`.
  Result<> fail_range(VmoObject& vmo, vm::ByteRange range, Status status);

 private:
  friend class PagerSource;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  Pager() = default;

  void on_zero_handles() override;
  Result<> add(PagerSource& source);
  void remove(PagerSource& source);
  // That of a VMO for a call about a range of it.
  Result<PagerSource*> source_of(VmoObject& vmo, vm::ByteRange range);

  SpinLock lock_{LockRank::Object};
  bool closed_ GUARDED_BY(lock_) = false;
  // Those of living VMOs; they keep the pager.
  IntrusiveList<PagerSource, &PagerSource::pager_link_> sources_ GUARDED_BY(lock_);
};

}  // namespace jacinth
