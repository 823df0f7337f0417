// DeviceInterrupt: what a device raises, by a line of the machine's or by a message; and
// MsiAllocation: messages that devices may be told to send.
#pragma once

#include "hal/device_interrupts.h"
#include "object/dev/interrupt.h"

namespace jacinth {

class MsiAllocation final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::MsiAllocation;

  // INVALID_ARGS: `count` is no power of two up to hal::kMostMessages. NOT_SUPPORTED: this machine
  // has no such interrupts. NO_RESOURCES: not so many in a row. NO_MEMORY.
  static Result<RefPtr<MsiAllocation>> create(uint32_t count);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic; }

  const hal::Messages& messages() const { return messages_; }
  uint32_t count() const { return count_; }
  // How many of them are interrupt objects that have not been destroyed.
  uint32_t used() const;

 private:
  friend class DeviceInterrupt;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  MsiAllocation(const hal::Messages& messages, uint32_t count)
      : messages_(messages), count_(count) {}
  ~MsiAllocation() override { hal::close_messages(messages_.first, count_); }

  // BAD_STATE: there is no such message. ALREADY_BOUND.
  Result<> reserve(uint32_t id);
  void give_back(uint32_t id);

  const hal::Messages messages_;
  const uint32_t count_;
  mutable SpinLock lock_{LockRank::Device};
  uint32_t used_ GUARDED_BY(lock_) = 0;  // a bit each
};

class DeviceInterrupt final : public Interrupt {
 public:
  // As hal::open_line(); and NO_MEMORY.
  static Result<RefPtr<DeviceInterrupt>> create(uint32_t line, hal::TriggerMode mode);
  // Message `id` of an allocation. BAD_STATE: there is no such. ALREADY_BOUND. NO_MEMORY.
  static Result<RefPtr<DeviceInterrupt>> create(RefPtr<MsiAllocation> allocation, uint32_t id);

  // Neither the last handle has been closed, nor has it been destroyed.
  bool is_open() const;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  explicit DeviceInterrupt(uint32_t number) : number_(number) {}
  DeviceInterrupt(RefPtr<MsiAllocation> allocation, uint32_t id)
      : number_(allocation->messages().first + id), allocation_(std::move(allocation)), id_(id) {}

  ~DeviceInterrupt() override { close(); }

  static void on_interrupt(uint32_t number);
  void enlist();
  void unmask() override;
  void close() override;
  bool is_virtual() const override { return false; }

  const uint32_t number_;  // hal/device_interrupts.h
  const RefPtr<MsiAllocation> allocation_;
  const uint32_t id_ = 0;

  // Among all that are open.
  struct Registry;
  static Registry registry;
  DeviceInterrupt* next_ = nullptr;
};

}  // namespace jacinth
