#include "object/dev/pci_device.h"

#include "object/dev/chain.h"

namespace jacinth {
namespace {

constexpr uint16_t kCommand = 0x04, kRevision = 0x08, kHeaderType = 0x0e, kFirstBar = 0x10;
constexpr uint16_t kHeaderBytes = 0x40;
constexpr uint32_t kAnswersPorts = 1 << 0, kAnswersMemory = 1 << 1, kMasters = 1 << 2;
constexpr uint32_t kBarIsPorts = 1, kBarIsWide = 2 << 1;
constexpr uint32_t kPortFlags = 0x3, kMemoryFlags = 0xf;
constexpr uint8_t kHeaderTypes = 0x7f;

Result<> check_access(uint16_t offset, size_t width) {
  if (width != 1 && width != 2 && width != 4) return fail(Status::InvalidArgs);
  if (offset % width != 0 || offset + width > hal::pci_config_bytes())
    return fail(Status::InvalidArgs);
  return {};
}

}  // namespace

struct PciDevice::Registry {
  SpinLock lock{LockRank::Object};
  Chain<PciDevice, &PciDevice::next_> devices GUARDED_BY(lock);
};
constinit PciDevice::Registry PciDevice::registry;

Result<RefPtr<PciDevice>> PciDevice::find_or_create(hal::PciAddress at) {
  auto fresh = TRY(make_ref<PciDevice>(at));
  LockGuard guard(registry.lock);
  // One that is being destroyed is about to leave the list.
  PciDevice* const known = registry.devices.find(
      [&](const PciDevice& device) { return device.at_ == at && device.ref_count() != 0; });
  if (known != nullptr && known->try_add_ref()) return RefPtr<PciDevice>::adopt(known);
  registry.devices.push(*fresh);
  return fresh;
}

PciDevice::~PciDevice() {
  {
    LockGuard guard(registry.lock);
    registry.devices.remove(*this);
  }
  LockGuard guard(lock_);
  if (irq_mode_ == IrqMode::Msi) send_messages(false);
  if (irq_mode_ == IrqMode::Legacy) use_line(false);
}

PciDevice::Identity PciDevice::identity() const {
  const uint32_t ids = hal::pci_read(at_, 0, 4);
  const uint32_t kind = hal::pci_read(at_, kRevision, 4);
  return {.vendor = static_cast<uint16_t>(ids),
          .device = static_cast<uint16_t>(ids >> 16),
          .base_class = static_cast<uint8_t>(kind >> 24),
          .sub_class = static_cast<uint8_t>(kind >> 16),
          .program_interface = static_cast<uint8_t>(kind >> 8),
          .revision = static_cast<uint8_t>(kind),
          .at = at_};
}

Result<uint32_t> PciDevice::read(uint16_t offset, size_t width) const {
  TRY(check_access(offset, width));
  return hal::pci_read(at_, offset, static_cast<uint32_t>(width));
}

Result<> PciDevice::write(uint16_t offset, size_t width, uint32_t value) {
  if (offset < kHeaderBytes) return fail(Status::InvalidArgs);
  TRY(check_access(offset, width));
  hal::pci_write(at_, offset, static_cast<uint32_t>(width), value);
  return {};
}

void PciDevice::enable_bus_master(bool enable) {
  LockGuard guard(lock_);
  const uint32_t command = hal::pci_read(at_, kCommand, 2);
  hal::pci_write(at_, kCommand, 2, enable ? command | kMasters : command & ~kMasters);
}

std::optional<PciDevice::Bar> PciDevice::measure(uint32_t index) {
  const auto offset = static_cast<uint16_t>(kFirstBar + 4 * index);
  const uint32_t low = hal::pci_read(at_, offset, 4);
  const bool ports = (low & kBarIsPorts) != 0;
  const bool wide = !ports && (low & kBarIsWide) != 0 && index + 1 < kBars;
  const auto upper = static_cast<uint16_t>(offset + 4);
  const uint32_t high = wide ? hal::pci_read(at_, upper, 4) : 0;
  // What stays zero when ones are written is the size.
  hal::pci_write(at_, offset, 4, ~uint32_t{0});
  if (wide) hal::pci_write(at_, upper, 4, ~uint32_t{0});
  uint64_t mask = hal::pci_read(at_, offset, 4) & ~(ports ? kPortFlags : kMemoryFlags);
  mask |= uint64_t{wide ? hal::pci_read(at_, upper, 4) : ~uint32_t{0}} << 32;
  hal::pci_write(at_, offset, 4, low);
  if (wide) hal::pci_write(at_, upper, 4, high);
  if (static_cast<uint32_t>(mask) == 0 && !wide) return std::nullopt;
  const uint64_t base = uint64_t{high} << 32 | (low & ~(ports ? kPortFlags : kMemoryFlags));
  if (base == 0 || mask == 0) return std::nullopt;
  const uint64_t size = ~mask + 1;
  return Bar{.ports = ports, .base = base, .size = ports ? size & 0xffff : size};
}

Result<PciDevice::Bar> PciDevice::bar(uint32_t index) {
  if (index >= kBars) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  // Bridges have two, and devices six; any other header has none.
  const uint32_t header = hal::pci_read(at_, kHeaderType, 1) & kHeaderTypes;
  if (index >= (header == 0 ? kBars : header == 1 ? 2u : 0u)) return fail(Status::NotFound);
  for (uint32_t before = 0; before < index; ++before) {
    const uint32_t flags = hal::pci_read(at_, static_cast<uint16_t>(kFirstBar + 4 * before), 4);
    const bool wide = (flags & kBarIsPorts) == 0 && (flags & kBarIsWide) != 0;
    if (wide && ++before == index) return fail(Status::NotFound);
  }
  const uint32_t command = hal::pci_read(at_, kCommand, 2);
  hal::pci_write(at_, kCommand, 2, command & ~(kAnswersPorts | kAnswersMemory));
  const std::optional<Bar> found = measure(index);
  hal::pci_write(at_, kCommand, 2, command);
  if (!found) return fail(Status::NotFound);
  return *found;
}

namespace pci_bus {
namespace {

constinit SpinLock lock{LockRank::Object};
constinit bool started GUARDED_BY(lock) = false;
// Written before `started`, and then constant.
constinit const Lines* told_lines = nullptr;

// The `wanted`th of the devices found.
struct Search {
  uint32_t wanted;
  uint32_t seen = 0;
  std::optional<hal::PciAddress> found{};
};

}  // namespace

Result<> start(UniquePtr<Lines> lines) {
  if (hal::pci_config_bytes() == 0) return fail(Status::NotSupported);
  LockGuard guard(lock);
  if (started) return fail(Status::BadState);
  told_lines = lines.release();
  started = true;
  return {};
}

uint32_t line_of(hal::PciAddress at, uint32_t pin) {
  if (at.bus != 0) return kNoLine;
  return told_lines->by_pin[(size_t{at.device} * kFunctions + at.function) * kPins + pin];
}

Result<RefPtr<PciDevice>> nth_device(uint32_t index) {
  Search search{.wanted = index};
  {
    LockGuard guard(lock);
    if (!started) return fail(Status::BadState);
    hal::for_each_free_pci_function(&search, [](void* context, hal::PciAddress at) {
      auto& looking = *static_cast<Search*>(context);
      if (looking.seen++ == looking.wanted) looking.found = at;
    });
  }
  if (!search.found) return fail(Status::OutOfRange);
  return PciDevice::find_or_create(*search.found);
}

}  // namespace pci_bus

}  // namespace jacinth
