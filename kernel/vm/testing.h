// What the tests of this layer share.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

#include "exec/activity.h"
#include "hal/cpu.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "vm/address_space.h"
#include "vm/frames.h"
#include "vm/vmo.h"

namespace jacinth::vm {

inline constexpr uint64_t kPage = kPageSize;

// A machine with RAM full of rubbish, and the certainty that nothing of it has leaked afterwards.
class MemoryMachine {
 public:
  explicit MemoryMachine(sim::Options options = {.ram_fill = 0xa5}) : machine(options) {
    EXPECT_TRUE(start());
    free_frames_ = frames().counts().free();
    heap_blocks_ = sim::live_heap_blocks();
  }
  ~MemoryMachine() {
    // A CPU lets go of a dead address space when it next becomes idle.
    for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
    EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(frames().counts().free(), free_frames_) << "frames leaked";
    EXPECT_EQ(sim::live_heap_blocks(), heap_blocks_) << "heap blocks leaked";
  }
  // Runs `body` as an activity in `space`, so that it can reach user memory.
  void run_in(AddressSpace& space, const std::function<void()>& body) {
    exec::Activity activity;
    activity.set_address_space(&space.machine());
    EXPECT_TRUE(activity.start([&] { return call(body); }));
    EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
  }

  sim::Machine machine;

 private:
  static exec::Task<void> call(const std::function<void()>& body) {
    body();
    co_return;
  }

  uint64_t free_frames_ = 0;
  size_t heap_blocks_ = 0;
};

class VmTest : public testing::Test {
 protected:
  MemoryMachine memory_;
};

// An address space that is destroyed in the end.
class TestSpace {
 public:
  TestSpace() : space_(*AddressSpace::create()) {}
  ~TestSpace() { space_->destroy(); }
  TestSpace(const TestSpace&) = delete;
  TestSpace& operator=(const TestSpace&) = delete;
  AddressSpace* operator->() const { return space_.get(); }
  AddressSpace& operator*() const { return *space_; }

 private:
  RefPtr<AddressSpace> space_;
};

template <typename T>
Status status_of(const Result<T>& result) {
  return to_status(result);
}

// One byte per page is enough to tell pages apart.
inline void poke(Vmo& vmo, uint64_t page, uint8_t value) {
  const std::byte byte{value};
  ASSERT_EQ(status_of(vmo.write(page * kPage, {&byte, 1})), Status::Ok);
}
inline int peek(Vmo& vmo, uint64_t page) {
  std::byte byte{0xee};
  const Result<> read = vmo.read(page * kPage, {&byte, 1});
  return read ? static_cast<int>(byte) : -static_cast<int>(read.error());
}
inline uint64_t committed_pages(Vmo& vmo) { return vmo.info().committed_bytes / kPage; }

}  // namespace jacinth::vm
