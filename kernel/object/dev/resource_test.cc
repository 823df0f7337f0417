#include "object/dev/resource.h"

#include <gtest/gtest.h>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"

namespace jacinth {
namespace {

constexpr uint32_t kMmio = static_cast<uint32_t>(ResourceKind::Mmio);
constexpr uint32_t kIrq = static_cast<uint32_t>(ResourceKind::Irq);
constexpr uint32_t kIoPort = static_cast<uint32_t>(ResourceKind::IoPort);
constexpr uint32_t kVmex = static_cast<uint32_t>(ResourceKind::Vmex);
constexpr uint32_t kSmc = static_cast<uint32_t>(ResourceKind::Smc);

class ResourceTest : public testing::Test {
 protected:
  Resource& of(const Handle& handle) { return static_cast<Resource&>(*handle.object()); }
  Status child_status(const Handle& parent, uint32_t options, Resource::Range range = {}) {
    return to_status(of(parent).create_child(options, range, "child"));
  }
  Handle child(const Handle& parent, uint32_t options, Resource::Range range = {}) {
    return *of(parent).create_child(options, range, "child");
  }

  sim::Machine machine_;
  Handle root_ = *Resource::create_root();
};

TEST_F(ResourceTest, RootMayDoEverything) {
  EXPECT_EQ(of(root_).kind(), ResourceKind::Root);
  EXPECT_EQ(of(root_).flags(), 0u);
  EXPECT_EQ(of(root_).range().size, 0u);
  EXPECT_EQ(root_.rights(),
            rights::kTransfer | rights::kDuplicate | rights::kWrite | rights::kInspect);
  EXPECT_TRUE(of(root_).check(ResourceKind::Root));
  EXPECT_TRUE(of(root_).check(ResourceKind::Hypervisor));
  EXPECT_TRUE(of(root_).check(ResourceKind::Irq, {77, 1}));
  EXPECT_EQ(to_status(of(root_).check(ResourceKind::Mmio, {~0ull, 2})), Status::OutOfRange);
  EXPECT_FALSE(of(root_).waitable());
}

TEST_F(ResourceTest, ChildReportsWhatItWasMadeFor) {
  const Handle irq = child(root_, kIrq | Resource::kExclusive, {32, 8});
  EXPECT_EQ(of(irq).kind(), ResourceKind::Irq);
  EXPECT_EQ(of(irq).flags(), Resource::kExclusive);
  EXPECT_EQ(of(irq).range().base, 32u);
  EXPECT_EQ(of(irq).range().size, 8u);
  EXPECT_EQ(name_view(of(irq).name()), "child");
  EXPECT_EQ(to_status(of(irq).set_name("other")), Status::NotSupported);
}

TEST_F(ResourceTest, ChecksKindAndRange) {
  const Handle irq = child(root_, kIrq, {32, 8});
  EXPECT_TRUE(of(irq).check(ResourceKind::Irq, {32, 8}));
  EXPECT_TRUE(of(irq).check(ResourceKind::Irq, {39, 1}));
  EXPECT_EQ(to_status(of(irq).check(ResourceKind::Irq, {39, 2})), Status::OutOfRange);
  EXPECT_EQ(to_status(of(irq).check(ResourceKind::Irq, {31, 1})), Status::OutOfRange);
  EXPECT_EQ(to_status(of(irq).check(ResourceKind::Mmio, {32, 1})), Status::WrongType);
  EXPECT_EQ(to_status(of(irq).check(ResourceKind::Root)), Status::WrongType);
}

TEST_F(ResourceTest, DeviceMemoryIsComparedInWholePages) {
  const Handle mmio = child(root_, kMmio, {0x1800, 0x800});
  EXPECT_TRUE(of(mmio).check(ResourceKind::Mmio, {0x1000, 0x1000}));
  EXPECT_EQ(to_status(of(mmio).check(ResourceKind::Mmio, {0x1000, 0x1001})), Status::OutOfRange);
  EXPECT_EQ(to_status(of(mmio).check(ResourceKind::Mmio, {0xfff, 1})), Status::OutOfRange);
}

TEST_F(ResourceTest, ArgumentsAreChecked) {
  EXPECT_EQ(child_status(root_, 7), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kIrq | 0x20000), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kIrq, {~0ull, 2}), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kVmex, {0, 1}), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kVmex, {1, 0}), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kIrq | Resource::kExclusive, {5, 0}), Status::InvalidArgs);
  EXPECT_EQ(child_status(root_, kIoPort, {0xffff, 2}), Status::NotFound);
  EXPECT_EQ(child_status(root_, kSmc, {63, 2}), Status::NotFound);
  EXPECT_EQ(child_status(root_, kVmex), Status::Ok);
  EXPECT_EQ(child_status(root_, kIoPort, {0xffff, 1}), Status::Ok);
  EXPECT_EQ(child_status(root_, kMmio, {0, ~0ull}), Status::Ok);
}

TEST_F(ResourceTest, ChildrenGetNoMoreThanTheirParentHas) {
  const Handle irq = child(root_, kIrq, {32, 8});
  EXPECT_EQ(child_status(irq, kIrq, {33, 2}), Status::Ok);
  EXPECT_EQ(child_status(irq, kIrq, {31, 2}), Status::AccessDenied);
  EXPECT_EQ(child_status(irq, kIrq, {39, 2}), Status::AccessDenied);
  EXPECT_EQ(child_status(irq, kMmio, {33, 2}), Status::AccessDenied);
  EXPECT_EQ(child_status(irq, static_cast<uint32_t>(ResourceKind::Root)), Status::AccessDenied);
  EXPECT_EQ(child_status(irq, kIrq | Resource::kExclusive, {33, 2}), Status::InvalidArgs);
  const Handle own = child(root_, kIrq | Resource::kExclusive, {64, 8});
  EXPECT_EQ(child_status(own, kIrq, {64, 2}), Status::InvalidArgs);
}

TEST_F(ResourceTest, ExclusiveRangesOverlapNothing) {
  Handle shared = child(root_, kMmio, {0x1000, 0x1000});
  EXPECT_EQ(child_status(root_, kMmio, {0x1800, 0x1000}), Status::Ok);
  EXPECT_EQ(child_status(root_, kMmio | Resource::kExclusive, {0x1fff, 1}), Status::NotFound);
  Handle exclusive = child(root_, kMmio | Resource::kExclusive, {0x2000, 0x1000});
  EXPECT_EQ(child_status(root_, kMmio, {0x2fff, 1}), Status::NotFound);
  EXPECT_EQ(child_status(root_, kMmio | Resource::kExclusive, {0x2000, 1}), Status::NotFound);
  EXPECT_EQ(child_status(root_, kIrq | Resource::kExclusive, {0x2000, 1}), Status::Ok);
  EXPECT_EQ(child_status(root_, kMmio, {0x2800, 0}), Status::Ok);
  exclusive.close();
  shared.close();
  EXPECT_EQ(child_status(root_, kMmio | Resource::kExclusive, {0x1000, 0x2000}), Status::Ok);
}

TEST_F(ResourceTest, ShortOfMemory) {
  const size_t before = sim::live_heap_blocks();
  EXPECT_EQ(sim::for_each_allocation_failure([] {
              const auto made = Resource::create_root();
              EXPECT_EQ(to_status(made),
                        sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
            }),
            2u);
  EXPECT_EQ(sim::for_each_allocation_failure([&] {
              const Status status = child_status(root_, kIrq, {1, 1});
              EXPECT_EQ(status, sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
            }),
            1u);
  EXPECT_EQ(sim::live_heap_blocks(), before);
}

}  // namespace
}  // namespace jacinth
