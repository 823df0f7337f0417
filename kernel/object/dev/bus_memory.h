// Memory that devices reach: IOMMUs, bus transaction initiators, and pinned memory.
//
// Every machine has a dummy IOMMU at most: devices see physical addresses, and what a program pins
// for a device is told to it as these.
#pragma once

#include <atomic>

#include "base/intrusive.h"
#include "base/units.h"
#include "object/kernel_object.h"
#include "object/vm/vmo_object.h"

namespace jacinth {

// What stands between devices and memory: here, nothing.
class Iommu final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Iommu;
  static Result<RefPtr<Iommu>> create();  // NO_MEMORY

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic & ~rights::kWait; }
};

class BusInitiator;

// Pages that stay where they are, for a device. They are given up by unpin(); when the handle goes
// without that, they go into quarantine.
class PinnedMemory final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Pmt;

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kInspect; }

  void unpin();
  // Of the page at `offset` bytes from the first pinned one.
  PhysAddr address_of(uint64_t offset);

 private:
  friend class BusInitiator;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  PinnedMemory(RefPtr<BusInitiator> initiator, RefPtr<VmoObject> vmo, uint64_t offset,
               uint64_t size);
  ~PinnedMemory() override;

  void on_zero_handles() override;

  const RefPtr<BusInitiator> initiator_;
  const RefPtr<VmoObject> vmo_;
  const uint64_t offset_;
  const uint64_t size_;
  std::atomic<bool> pinned_{false};
  ListHook quarantine_link_;  // guarded by the initiator's lock
};

// A device, or several, as an IOMMU knows it. Remembers the pinned memory whose handle went away
// while the device might still have been using it: that is in *quarantine*, and stays pinned until
// someone who knows that the device has stopped releases it.
class BusInitiator final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Bti;

  struct Info {
    uint64_t pinned;       // PinnedMemory objects, those in quarantine among them
    uint64_t quarantined;  // those in quarantine
  };

  static Result<RefPtr<BusInitiator>> create(RefPtr<Iommu> iommu, uint64_t id);  // NO_MEMORY

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return (rights::kBasic & ~rights::kWait) | rights::kIo | rights::kMap;
  }

  // Pins pages: see vm::Vmo::pin(), whose errors it has. UNAVAILABLE too for pages that a pager
  // has not brought yet.
  Result<RefPtr<PinnedMemory>> pin(RefPtr<VmoObject> vmo, uint64_t offset, uint64_t size);
  void release_quarantine();
  // Unpins what no program has learnt of, its only handle being gone.
  void forget(PinnedMemory& memory);
  Info info();

 private:
  friend class PinnedMemory;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  BusInitiator(RefPtr<Iommu> iommu, uint64_t id) : iommu_(std::move(iommu)), id_(id) {}
  ~BusInitiator() override;

  // Without handles nobody could release what is in quarantine any more: it goes.
  void on_zero_handles() override;
  void quarantine(PinnedMemory& memory);
  void count_pinned(int64_t change);

  const RefPtr<Iommu> iommu_;
  const uint64_t id_;
  SpinLock lock_{LockRank::Object};
  bool closed_ GUARDED_BY(lock_) = false;
  uint64_t pinned_ GUARDED_BY(lock_) = 0;
  uint64_t quarantined_ GUARDED_BY(lock_) = 0;
  // Each with a reference.
  IntrusiveList<PinnedMemory, &PinnedMemory::quarantine_link_> quarantine_ GUARDED_BY(lock_);
};

}  // namespace jacinth
