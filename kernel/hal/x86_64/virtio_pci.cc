#include "hal/x86_64/virtio_pci.h"

#include "hal/x86_64/paging.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint16_t kVendor = 0x1af4;
constexpr uint16_t kFirstModern = 0x1040, kFirstTransitional = 0x1000, kLastTransitional = 0x103f;
constexpr uint16_t kSubsystem = 0x2e;

// The registers that all kinds have, at their distances.
enum Common : size_t {
  kOfferedSelect = 0,
  kOffered = 4,
  kAcceptedSelect = 8,
  kAccepted = 12,
  kStatus = 20,
  kQueueSelect = 22,
  kQueueSize = 24,
  kQueueVector = 26,
  kQueueEnable = 28,
  kQueueNotifyPlace = 30,
  kQueueDescriptors = 32,
  kQueueAvailable = 40,
  kQueueUsed = 48,
  kCommonBytes = 56
};
constexpr uint16_t kNoVector = 0xffff;

template <typename T>
volatile T& at(volatile std::byte* registers, size_t offset) {
  return *reinterpret_cast<volatile T*>(registers + offset);
}

// 64 bits in two halves, as the device takes them.
void write64(volatile std::byte* registers, size_t offset, uint64_t value) {
  at<uint32_t>(registers, offset) = static_cast<uint32_t>(value);
  at<uint32_t>(registers, offset + 4) = static_cast<uint32_t>(value >> 32);
}

// A capability that says where registers of one type lie.
struct Registers {
  volatile std::byte* mapped = nullptr;
  uint16_t capability = 0;
};
Registers map_registers(const PciFunction& function, uint8_t type) {
  constexpr uint8_t kVendorSpecific = 9;
  constexpr uint32_t kMostBytes = 1 << 20;
  uint16_t capability = 0;
  while ((capability = function.find_capability(kVendorSpecific, capability)) != 0) {
    auto place = [&](unsigned offset) { return static_cast<uint16_t>(capability + offset); };
    if (function.read8(place(3)) != type) continue;
    const auto bar = function.memory_bar(function.read8(place(4)));
    const uint32_t bytes = function.read32(place(12));
    if (!bar || bytes == 0 || bytes > kMostBytes) return {};
    const auto mapped = map_device(*bar + function.read32(place(8)), bytes);
    if (!mapped) return {};
    return {*mapped, capability};
  }
  return {};
}

}  // namespace

uint16_t VirtioPci::kind_of(const PciFunction& function) {
  if (function.vendor() != kVendor) return 0;
  const uint16_t number = function.device_number();
  // Devices that also speak the old way keep their kind elsewhere.
  if (number >= kFirstTransitional && number <= kLastTransitional)
    return function.read16(kSubsystem);
  return number > kFirstModern ? static_cast<uint16_t>(number - kFirstModern) : uint16_t{0};
}

bool VirtioPci::open(const PciFunction& function) {
  constexpr uint8_t kCommonType = 1, kNotifyType = 2;
  constexpr unsigned kStrideOffset = 16;
  function_ = function;
  function.enable();
  common_ = map_registers(function, kCommonType).mapped;
  const Registers notify = map_registers(function, kNotifyType);
  notify_ = notify.mapped;
  if (common_ == nullptr || notify_ == nullptr) return false;
  notify_stride_ = function.read32(static_cast<uint16_t>(notify.capability + kStrideOffset));
  return true;
}

uint8_t VirtioPci::status() { return at<uint8_t>(common_, kStatus); }
void VirtioPci::set_status(uint8_t status) { at<uint8_t>(common_, kStatus) = status; }

uint64_t VirtioPci::offered_features() {
  at<uint32_t>(common_, kOfferedSelect) = 0;
  const uint64_t low = at<uint32_t>(common_, kOffered);
  at<uint32_t>(common_, kOfferedSelect) = 1;
  return uint64_t{at<uint32_t>(common_, kOffered)} << 32 | low;
}

void VirtioPci::accept_features(uint64_t features) {
  at<uint32_t>(common_, kAcceptedSelect) = 0;
  at<uint32_t>(common_, kAccepted) = static_cast<uint32_t>(features);
  at<uint32_t>(common_, kAcceptedSelect) = 1;
  at<uint32_t>(common_, kAccepted) = static_cast<uint32_t>(features >> 32);
}

uint16_t VirtioPci::queue_limit(uint16_t index) {
  at<uint16_t>(common_, kQueueSelect) = index;
  return at<uint16_t>(common_, kQueueSize);
}

void VirtioPci::enable_queue(uint16_t index, const QueuePlace& place) {
  at<uint16_t>(common_, kQueueSelect) = index;
  at<uint16_t>(common_, kQueueSize) = place.entries;
  at<uint16_t>(common_, kQueueVector) = place.interrupts ? uint16_t{0} : kNoVector;
  write64(common_, kQueueDescriptors, raw(place.descriptors));
  write64(common_, kQueueAvailable, raw(place.available));
  write64(common_, kQueueUsed, raw(place.used));
  at<uint16_t>(common_, kQueueEnable) = 1;
}

void VirtioPci::notify(uint16_t index) {
  at<uint16_t>(common_, kQueueSelect) = index;
  const uint16_t place = at<uint16_t>(common_, kQueueNotifyPlace);
  at<uint16_t>(notify_, size_t{place} * notify_stride_) = index;
}

}  // namespace jacinth::x86_64
