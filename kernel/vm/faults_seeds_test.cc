// Faults, unmaps, decommits and snapshots on several CPUs at once: whatever the schedule, a program
// never sees another's memory, and what is written stays written.
#include "hal/sim/seeds.h"
#include "hal/user.h"
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using hal::Access;

constexpr Access kRW = Access::Read | Access::Write;
constexpr uint64_t kPages = 24;

VirtAddr map_whole(AddressSpace& space, RefPtr<Vmo> vmo) {
  return *space.root()->map({}, std::move(vmo), 0, kPages * kPage,
                            {.access = kRW, .max_access = kRW});
}

// An activity that runs a coroutine in an address space.
class Actor : public exec::Activity {
 public:
  template <typename F>
  Actor(AddressSpace& space, F&& make) {
    set_address_space(&space.machine());
    EXPECT_TRUE(start(std::forward<F>(make)));
  }
};

// Counts up a number of its own on each page, and always finds what it wrote last.
exec::Task<void> count_up(VirtAddr base, uint64_t slot, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (uint64_t page = slot % 3; page < kPages; page += 1 + slot % 3) {
      const UserInOut<uint32_t> cell(base + page * kPage + slot * 64);
      const auto before = cell.read();
      EXPECT_TRUE(before);
      if (before) EXPECT_EQ(*before, static_cast<uint32_t>(round));
      EXPECT_TRUE(cell.write(static_cast<uint32_t>(round + 1)));
    }
    co_await exec::yield();
  }
}

// Snapshots must hold still while everybody writes to their parent.
exec::Task<void> take_snapshots(Vmo& vmo, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    auto child = vmo.create_child(ChildKind::Snapshot, 0, kPages * kPage, Resizable::No);
    EXPECT_TRUE(child);
    if (!child) co_return;
    std::vector<std::byte> first(kPages * kPage);
    std::vector<std::byte> second(kPages * kPage);
    EXPECT_TRUE((*child)->read(0, first));
    co_await exec::yield();
    EXPECT_TRUE((*child)->read(0, second));
    EXPECT_EQ(memcmp(first.data(), second.data(), first.size()), 0);
    const std::byte mark{0xff};
    EXPECT_TRUE((*child)->write(kPage - 1, {&mark, 1}));
  }
}

TEST(FaultsSeeds, WritesSurviveConcurrentSnapshots) {
  sim::for_each_seed(300, [](uint64_t seed) {
    MemoryMachine memory({.seed = seed, .cpus = 4, .ram_bytes = 2 << 20, .ram_fill = 0xa5});
    TestSpace one;
    TestSpace two;
    auto vmo = *Vmo::create(kPages * kPage);
    const VirtAddr here = map_whole(*one, vmo);
    const VirtAddr there = map_whole(*two, vmo);
    {
      Actor a(*one, [&] { return count_up(here, 0, 6); });
      Actor b(*one, [&] { return count_up(here, 1, 6); });
      Actor c(*two, [&] { return count_up(there, 2, 6); });
      Actor d(*two, [&] { return take_snapshots(*vmo, 6); });
      ASSERT_EQ(memory.machine.run_until_idle(), sim::Stop::Idle);
    }
    std::byte mark{};
    EXPECT_TRUE(vmo->read(kPage - 1, {&mark, 1}));
    EXPECT_EQ(mark, std::byte{0});
  });
}

// What is mapped must never show a frame that the VMO has let go of.
exec::Task<void> check_frames(AddressSpace& space, Vmo& vmo, VirtAddr base, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (uint64_t page = 0; page < kPages; ++page) {
      const UserInOut<uint64_t> cell(base + page * kPage);
      if (const auto value = cell.read()) EXPECT_TRUE(*value == 0 || *value == page + 1) << *value;
      if (round % 2 == 0) (void)cell.write(page + 1);
    }
    co_await exec::yield();
  }
}

exec::Task<void> decommit_and_resize(Vmo& vmo, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    ByteRange range{(static_cast<uint64_t>(round) % kPages) * kPage, kPage};
    (void)vmo.decommit(range);
    EXPECT_TRUE(vmo.set_size(kPages / 2 * kPage));
    co_await exec::yield();
    EXPECT_TRUE(vmo.set_size(kPages * kPage));
  }
}

// Takes frames and fills them, so that a stale mapping would show.
exec::Task<void> spoil_frames(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    auto vmo = *Vmo::create(kPages * kPage);
    const std::vector<std::byte> spoil(kPages * kPage, std::byte{0xdd});
    EXPECT_TRUE(vmo->write(0, spoil));
    co_await exec::yield();
  }
}

TEST(FaultsSeeds, NoFrameIsSeenAfterItsVmoLetItGo) {
  sim::for_each_seed(300, [](uint64_t seed) {
    MemoryMachine memory({.seed = seed, .cpus = 4, .ram_bytes = 2 << 20, .ram_fill = 0xa5});
    TestSpace one;
    TestSpace two;
    auto vmo = *Vmo::create(kPages * kPage, Resizable::Yes);
    const VirtAddr here = map_whole(*one, vmo);
    const VirtAddr there = map_whole(*two, vmo);
    Actor a(*one, [&] { return check_frames(*one, *vmo, here, 8); });
    Actor b(*two, [&] { return check_frames(*two, *vmo, there, 8); });
    Actor c(*one, [&] { return decommit_and_resize(*vmo, 8); });
    Actor d(*one, [&] { return spoil_frames(8); });
    ASSERT_EQ(memory.machine.run_until_idle(), sim::Stop::Idle);
  });
}

// Maps and unmaps its own piece of one VMAR, over and over.
exec::Task<void> churn(Vmar& vmar, RefPtr<Vmo> vmo, uint64_t slot, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const Placement where{.kind = Placement::Kind::Overwrite, .offset = slot * 4 * kPage};
    const auto base = vmar.map(where, vmo, 0, 4 * kPage, {.access = kRW, .max_access = kRW});
    EXPECT_TRUE(base);
    if (!base) co_return;
    EXPECT_TRUE(UserOut<uint64_t>(*base + kPage).write(slot));
    co_await exec::yield();
    EXPECT_TRUE(vmar.protect(*base + kPage, kPage, Access::Read));
    EXPECT_FALSE(UserOut<uint64_t>(*base + kPage).write(slot));
    EXPECT_TRUE(vmar.unmap(*base + 2 * kPage, kPage));
    EXPECT_FALSE(UserIn<uint64_t>(*base + 2 * kPage).read());
    EXPECT_EQ(*UserIn<uint64_t>(*base + kPage).read(), slot);
    co_await exec::yield();
  }
}

TEST(FaultsSeeds, NeighboursMayComeAndGo) {
  sim::for_each_seed(300, [](uint64_t seed) {
    MemoryMachine memory({.seed = seed, .cpus = 4, .ram_bytes = 2 << 20, .ram_fill = 0xa5});
    TestSpace space;
    auto vmar =
        *space->root()->allocate({}, 64 * kPage, {.can_map = kRW, .can_map_specific = true});
    std::vector<std::unique_ptr<Actor>> actors;
    for (uint64_t slot = 0; slot < 5; ++slot) {
      auto vmo = *Vmo::create(4 * kPage);
      actors.push_back(
          std::make_unique<Actor>(*space, [&, vmo, slot] { return churn(*vmar, vmo, slot, 5); }));
    }
    ASSERT_EQ(memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_TRUE(vmar->destroy());
  });
}

// Parents and children made and dropped on all CPUs: the family's books must balance.
exec::Task<void> breed(RefPtr<Vmo> vmo, uint64_t slot, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const ChildKind kind = slot % 2 == 0 ? ChildKind::Snapshot : ChildKind::Slice;
    auto child = vmo->create_child(kind, 0, 4 * kPage, Resizable::No);
    EXPECT_TRUE(child);
    if (!child) co_return;
    if (kind == ChildKind::Snapshot) poke(**child, slot % 4, static_cast<uint8_t>(slot + 1));
    co_await exec::yield();
    EXPECT_LE(committed_pages(**child), 4u);
    if (round % 2 == 0) vmo = *child;
  }
}

TEST(FaultsSeeds, FamiliesGrowAndShrinkEverywhereAtOnce) {
  sim::for_each_seed(300, [](uint64_t seed) {
    MemoryMachine memory({.seed = seed, .cpus = 4, .ram_bytes = 2 << 20, .ram_fill = 0xa5});
    TestSpace space;
    auto vmo = *Vmo::create(4 * kPage);
    for (uint64_t page = 0; page < 4; ++page) poke(*vmo, page, 9);
    std::vector<std::unique_ptr<Actor>> actors;
    for (uint64_t slot = 0; slot < 6; ++slot)
      actors.push_back(std::make_unique<Actor>(*space, [&, slot] { return breed(vmo, slot, 8); }));
    ASSERT_EQ(memory.machine.run_until_idle(), sim::Stop::Idle);
    actors.clear();
    EXPECT_EQ(vmo->num_children(), 0u);
    EXPECT_EQ(committed_pages(*vmo), 4u);
    for (uint64_t page = 0; page < 4; ++page) EXPECT_EQ(peek(*vmo, page), 9);
  });
}

}  // namespace
}  // namespace jacinth::vm
