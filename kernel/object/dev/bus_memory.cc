#include "object/dev/bus_memory.h"

#include "base/check.h"

namespace jacinth {

Result<RefPtr<Iommu>> Iommu::create() { return make_ref<Iommu>(); }

// --- PinnedMemory
// ---------------------------------------------------------------------------------

PinnedMemory::PinnedMemory(RefPtr<BusInitiator> initiator, RefPtr<VmoObject> vmo, uint64_t offset,
                           uint64_t size)
    : initiator_(std::move(initiator)), vmo_(std::move(vmo)), offset_(offset), size_(size) {
  initiator_->count_pinned(1);
}

PinnedMemory::~PinnedMemory() {
  unpin();
  initiator_->count_pinned(-1);
}

void PinnedMemory::unpin() {
  if (pinned_.exchange(false, std::memory_order_acq_rel)) vmo_->vmo()->unpin(offset_, size_);
}

PhysAddr PinnedMemory::address_of(uint64_t offset) {
  const auto address = vmo_->vmo()->physical_address(offset_ + offset);
  ASSERT(address);  // it is pinned
  return *address;
}

void PinnedMemory::on_zero_handles() {
  if (pinned_.load(std::memory_order_acquire)) initiator_->quarantine(*this);
}

// --- BusInitiator
// ---------------------------------------------------------------------------------

BusInitiator::~BusInitiator() = default;

Result<RefPtr<BusInitiator>> BusInitiator::create(RefPtr<Iommu> iommu, uint64_t id) {
  return make_ref<BusInitiator>(std::move(iommu), id);
}

Result<RefPtr<PinnedMemory>> BusInitiator::pin(RefPtr<VmoObject> vmo, uint64_t offset,
                                               uint64_t size) {
  auto memory = TRY(make_ref<PinnedMemory>(RefPtr(this), std::move(vmo), offset, size));
  const Result<> pinned = memory->vmo_->vmo()->pin(offset, size);
  if (!pinned) return fail(pinned.error() == Status::Async ? Status::Unavailable : pinned.error());
  memory->pinned_.store(true, std::memory_order_release);
  return memory;
}

void BusInitiator::quarantine(PinnedMemory& memory) {
  LockGuard guard(lock_);
  if (closed_) return;
  memory.add_ref();
  quarantine_.push_back(memory);
  ++quarantined_;
}

void BusInitiator::release_quarantine() {
  for (;;) {
    PinnedMemory* released = nullptr;
    {
      LockGuard guard(lock_);
      if (quarantine_.empty()) return;
      released = &quarantine_.front();
      quarantine_.pop_front();
      --quarantined_;
    }
    released->release();
  }
}

void BusInitiator::forget(PinnedMemory& memory) {
  memory.unpin();
  {
    LockGuard guard(lock_);
    if (!memory.quarantine_link_.is_linked()) return;
    quarantine_.erase(quarantine_.iterator_to(memory));
    --quarantined_;
  }
  memory.release();
}

void BusInitiator::on_zero_handles() {
  {
    LockGuard guard(lock_);
    closed_ = true;
  }
  release_quarantine();
}

void BusInitiator::count_pinned(int64_t change) {
  LockGuard guard(lock_);
  pinned_ += static_cast<uint64_t>(change);
}

BusInitiator::Info BusInitiator::info() {
  LockGuard guard(lock_);
  return {.pinned = pinned_, .quarantined = quarantined_};
}

}  // namespace jacinth
