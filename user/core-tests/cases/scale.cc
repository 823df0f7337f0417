// Very many of something: deep and wide trees of memory objects, many observers of one object.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/port.h>

#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;

Handle snapshot(const Handle& parent) {
  Handle child;
  EXPECT_OK(zx_vmo_create_child(parent.get(), ZX_VMO_CHILD_SNAPSHOT, 0, 2 * kPage, child.out()));
  return child;
}

void write(const Handle& vmo, uint64_t offset, uint32_t value) {
  EXPECT_OK(zx_vmo_write(vmo.get(), &value, offset, sizeof(value)));
}

uint32_t read(const Handle& vmo, uint64_t offset) {
  uint32_t value = 0;
  EXPECT_OK(zx_vmo_read(vmo.get(), &value, offset, sizeof(value)));
  return value;
}

// Every generation writes its number into one page and leaves the other.
TEST(scale, a_thousand_generations_of_snapshots) {
  constexpr uint32_t kGenerations = 1000;
  Handle youngest = make_vmo(2 * kPage);
  write(youngest, kPage, 77);
  Handle middle;
  for (uint32_t i = 1; i <= kGenerations; ++i) {
    Handle child = snapshot(youngest);
    write(child, 0, i);
    if (i == kGenerations / 2) middle = snapshot(child);
    youngest = std::move(child);
  }
  EXPECT_EQ(read(youngest, 0), kGenerations);
  EXPECT_EQ(read(youngest, kPage), 77u);
  EXPECT_EQ(read(middle, 0), kGenerations / 2);
  write(youngest, kPage, 78);
  EXPECT_EQ(read(middle, kPage), 77u);
}

// All are alive at the same time; a parent's death gives its children to their grandparent.
TEST(scale, ten_thousand_snapshots_of_one) {
  constexpr uint32_t kChildren = 10'000;
  const Handle parent = make_vmo(2 * kPage);
  write(parent, 0, 5);
  Handle* const children = new Handle[kChildren];
  for (uint32_t i = 0; i < kChildren; ++i) children[i] = snapshot(parent);
  EXPECT_EQ(info<zx_info_vmo_t>(parent.get(), ZX_INFO_VMO).num_children, kChildren);
  write(parent, 0, 6);
  for (uint32_t i = 0; i < kChildren; i += 997) EXPECT_EQ(read(children[i], 0), 5u);
  delete[] children;
  EXPECT_EQ(signals_of(parent) & ZX_VMO_ZERO_CHILDREN, ZX_VMO_ZERO_CHILDREN);
}

TEST(scale, ten_thousand_slices_of_one) {
  constexpr uint32_t kChildren = 10'000;
  const Handle parent = make_vmo(2 * kPage);
  Handle* const children = new Handle[kChildren];
  for (uint32_t i = 0; i < kChildren; ++i) {
    EXPECT_OK(
        zx_vmo_create_child(parent.get(), ZX_VMO_CHILD_SLICE, kPage, kPage, children[i].out()));
  }
  write(parent, kPage, 9);
  for (uint32_t i = 0; i < kChildren; i += 997) EXPECT_EQ(read(children[i], 0), 9u);
  delete[] children;
}

// One signal makes a packet for each of them.
TEST(scale, a_hundred_thousand_observers_of_one) {
  constexpr uint64_t kObservers = 100'000;
  const Handle event = make_event();
  const Handle port = make_port();
  for (uint64_t i = 0; i < kObservers; ++i) {
    ASSERT_OK(zx_object_wait_async(event.get(), port.get(), i, ZX_EVENT_SIGNALED, 0));
  }
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
  uint64_t sum = 0;
  for (uint64_t i = 0; i < kObservers; ++i) {
    zx_port_packet_t packet{};
    ASSERT_OK(zx_port_wait(port.get(), 0, &packet));
    sum += packet.key;
  }
  EXPECT_EQ(sum, kObservers * (kObservers - 1) / 2);
}

}  // namespace
}  // namespace core
