#include "object/dev/device_interrupt.h"

#include <bit>

#include "hal/clock.h"
#include "object/dev/chain.h"

namespace jacinth {

Result<RefPtr<MsiAllocation>> MsiAllocation::create(uint32_t count) {
  if (!std::has_single_bit(count) || count > hal::kMostMessages) return fail(Status::InvalidArgs);
  const hal::Messages messages = TRY(hal::open_messages(count));
  auto made = make_ref<MsiAllocation>(messages, count);
  if (!made) hal::close_messages(messages.first, count);
  return made;
}

uint32_t MsiAllocation::used() const {
  LockGuard guard(lock_);
  return static_cast<uint32_t>(std::popcount(used_));
}

Result<> MsiAllocation::reserve(uint32_t id) {
  if (id >= count_) return fail(Status::BadState);
  LockGuard guard(lock_);
  if ((used_ >> id & 1) != 0) return fail(Status::AlreadyBound);
  used_ |= uint32_t{1} << id;
  return {};
}

void MsiAllocation::give_back(uint32_t id) {
  LockGuard guard(lock_);
  used_ &= ~(uint32_t{1} << id);
}

// --- Interrupts
// -----------------------------------------------------------------------------------

struct DeviceInterrupt::Registry {
  SpinLock lock{LockRank::Device};
  Chain<DeviceInterrupt, &DeviceInterrupt::next_> open GUARDED_BY(lock);
};
constinit DeviceInterrupt::Registry DeviceInterrupt::registry;

void DeviceInterrupt::enlist() {
  LockGuard guard(registry.lock);
  registry.open.push(*this);
}

Result<RefPtr<DeviceInterrupt>> DeviceInterrupt::create(uint32_t line, hal::TriggerMode mode) {
  auto made = TRY(make_ref<DeviceInterrupt>(line));
  hal::set_device_interrupt_handler(&on_interrupt);
  TRY(hal::open_line(line, mode));
  made->enlist();
  hal::unmask_line(line);
  return made;
}

Result<RefPtr<DeviceInterrupt>> DeviceInterrupt::create(RefPtr<MsiAllocation> allocation,
                                                        uint32_t id) {
  TRY(allocation->reserve(id));
  MsiAllocation& reserved = *allocation;
  auto made = make_ref<DeviceInterrupt>(std::move(allocation), id);
  if (!made) {
    reserved.give_back(id);
    return made;
  }
  hal::set_device_interrupt_handler(&on_interrupt);
  (*made)->enlist();
  return made;
}

bool DeviceInterrupt::is_open() const {
  LockGuard guard(registry.lock);
  return registry.open.find([&](const DeviceInterrupt& other) { return &other == this; }) !=
         nullptr;
}

void DeviceInterrupt::on_interrupt(uint32_t number) {
  const Instant when = hal::now();
  RefPtr<DeviceInterrupt> raised;
  {
    LockGuard guard(registry.lock);
    DeviceInterrupt* const found = registry.open.find(
        [&](const DeviceInterrupt& interrupt) { return interrupt.number_ == number; });
    // Otherwise it is about to leave the list, in its destructor.
    if (found != nullptr && found->try_add_ref()) raised = RefPtr<DeviceInterrupt>::adopt(found);
  }
  if (raised) raised->raise(when);
}

// Messages come once for each event, and are never off.
void DeviceInterrupt::unmask() {
  if (!allocation_) hal::unmask_line(number_);
}

void DeviceInterrupt::close() {
  {
    LockGuard guard(registry.lock);
    if (!registry.open.remove(*this)) return;
    if (!allocation_) hal::close_line(number_);
  }
  if (allocation_) allocation_->give_back(id_);
}

}  // namespace jacinth
