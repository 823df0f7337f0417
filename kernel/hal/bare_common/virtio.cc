#include "hal/bare_common/virtio.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "hal/memory.h"

namespace jacinth::hal {
namespace {

constexpr uint8_t kAcknowledged = 1, kDriver = 2, kDriverReady = 4, kFeaturesAgreed = 8;
constexpr uint64_t kModern = uint64_t{1} << 32;

// The page's layout.
constexpr size_t kDescriptors = 0, kAvailable = 512, kUsed = 1024, kBuffers = 2048;

struct Descriptor {
  uint64_t address;
  uint32_t bytes;
  uint16_t flags;
  uint16_t next;
};
constexpr uint16_t kDeviceWrites = 2;

struct Available {
  uint16_t flags;
  uint16_t next;
  uint16_t ring[VirtQueue::kEntries];
};
constexpr uint16_t kNoInterrupt = 1;

struct UsedRing {
  uint16_t flags;
  uint16_t next;
  struct {
    uint32_t entry;
    uint32_t bytes;
  } ring[VirtQueue::kEntries];
};

static_assert(sizeof(Descriptor) * VirtQueue::kEntries <= kAvailable - kDescriptors);
static_assert(sizeof(Available) <= kUsed - kAvailable && sizeof(UsedRing) <= kBuffers - kUsed);
static_assert(VirtQueue::kEntries * VirtQueue::kBufferBytes <= kPageSize - kBuffers);

template <typename T>
T* part(std::byte* page, size_t offset) {
  return reinterpret_cast<T*>(page + offset);
}

}  // namespace

bool start_virtio_device(VirtioTransport& device) {
  device.set_status(0);
  while (device.status() != 0) continue;
  device.set_status(kAcknowledged | kDriver);
  if ((device.offered_features() & kModern) == 0) return false;
  device.accept_features(kModern);
  device.set_status(kAcknowledged | kDriver | kFeaturesAgreed);
  return (device.status() & kFeaturesAgreed) != 0;
}

void finish_virtio_device(VirtioTransport& device) {
  device.set_status(kAcknowledged | kDriver | kFeaturesAgreed | kDriverReady);
}

bool VirtQueue::start(VirtioTransport& device, uint16_t index, PhysAddr page, bool interrupts) {
  if (device.queue_limit(index) < kEntries) return false;
  device_ = &device;
  index_ = index;
  page_ = phys_to_virt(page);
  memset(page_, 0, kPageSize);
  if (!interrupts) part<Available>(page_, kAvailable)->flags = kNoInterrupt;
  device.enable_queue(index, {.descriptors = page + kDescriptors,
                              .available = page + kAvailable,
                              .used = page + kUsed,
                              .entries = kEntries,
                              .interrupts = interrupts});
  return true;
}

std::byte* VirtQueue::buffer(uint16_t entry) const {
  return page_ + kBuffers + size_t{entry} * kBufferBytes;
}

void VirtQueue::offer(uint16_t entry, uint32_t bytes, bool device_writes) {
  part<Descriptor>(page_, kDescriptors)[entry] = {
      .address = raw(virt_to_phys(buffer(entry))),
      .bytes = bytes,
      .flags = device_writes ? kDeviceWrites : uint16_t{0},
      .next = 0};
  auto* available = part<Available>(page_, kAvailable);
  available->ring[next_available_++ % kEntries] = entry;
  // The device may look at any time: the entry first, then that there is one.
  std::atomic_ref(available->next).store(next_available_, std::memory_order_release);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  device_->notify(index_);
}

std::optional<VirtQueue::Used> VirtQueue::take_used() {
  auto* used = part<UsedRing>(page_, kUsed);
  if (std::atomic_ref(used->next).load(std::memory_order_acquire) == next_used_)
    return std::nullopt;
  const auto& done = used->ring[next_used_++ % kEntries];
  // What a device says is not to be believed.
  return Used{.entry = static_cast<uint16_t>(done.entry % kEntries),
              .bytes = std::min(done.bytes, kBufferBytes)};
}

}  // namespace jacinth::hal
