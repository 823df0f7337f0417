// A pager, those who read and write through it, and those who end it, on several CPUs at once:
// whatever the schedule, every wait ends, and what is read is what was supplied.

#include "hal/sim/seeds.h"
#include "object/handle.h"
#include "object/vm/pager.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::kPage;

constexpr uint64_t kPages = 12;

// What the pager puts into a page.
std::byte content(uint64_t page) { return static_cast<std::byte>(page + 1); }

class Actor : public exec::Activity {
 public:
  template <typename F>
  explicit Actor(F&& make) {
    EXPECT_TRUE(start(std::forward<F>(make)));
  }
};

RefPtr<VmoObject> donor_for(uint64_t first, uint64_t count) {
  auto donor = VmoObject::create(*vm::Vmo::create(count * kPage));
  EXPECT_TRUE(donor);
  for (uint64_t i = 0; i < count; ++i) {
    const std::byte byte = content(first + i);
    EXPECT_TRUE((*donor)->vmo()->write(i * kPage, {&byte, 1}));
  }
  return *donor;
}

Status supply(Pager& pager, VmoObject& vmo, uint64_t first, uint64_t count) {
  const auto donor = donor_for(first, count);
  vm::ByteRange range{first * kPage, count * kPage};
  uint64_t from = 0;
  while (range.size != 0) {
    const Result<> moved = pager.supply(vmo, range, *donor, from);
    if (!moved) return moved.error();
  }
  return Status::Ok;
}

// Answers requests until the COMPLETE packet comes, now and then with more than was asked for.
exec::Task<void> serve(Pager& pager, RefPtr<Port> port, VmoObject& vmo) {
  for (uint64_t round = 0;; ++round) {
    const Result<PacketData> packet = co_await Port::wait(port, kForever);
    EXPECT_TRUE(packet);
    if (!packet || packet->page_request.command == Pager::kCommandComplete) co_return;
    const uint64_t first = packet->page_request.offset / kPage;
    uint64_t count = packet->page_request.length / kPage;
    EXPECT_LE(first + count, kPages);
    if (round % 3 == 0 && first + count < kPages) ++count;
    co_await exec::yield();
    EXPECT_EQ(supply(pager, vmo, first, count), Status::Ok);
  }
}

// Reads a page; what it shows must be what was supplied, or written by `writer` to its own byte.
exec::Task<Status> read_page(RefPtr<vm::Vmo> vmo, uint64_t page, std::byte expected) {
  for (;;) {
    std::byte byte{};
    const Result<> read = vmo->read(page * kPage, {&byte, 1});
    if (read) {
      EXPECT_EQ(byte, expected);
      co_return Status::Ok;
    }
    if (read.error() != Status::Async) co_return read.error();
    const Status fetched = co_await vm::Vmo::fetch(vmo, page * kPage, kPage);
    if (fetched != Status::Ok) co_return fetched;
  }
}

exec::Task<void> read_about(RefPtr<vm::Vmo> vmo, uint64_t step, bool may_end, int& ended) {
  for (uint64_t i = 0; i < 2 * kPages; ++i) {
    const uint64_t page = i * step % kPages;
    const Status status = co_await read_page(vmo, page, content(page));
    if (!may_end) EXPECT_EQ(status, Status::Ok);
    if (status != Status::Ok) break;
  }
  ++ended;
}

exec::Task<void> commit_all(RefPtr<vm::Vmo> vmo, int& ended) {
  vm::ByteRange range{0, kPages * kPage};
  while (range.size != 0) {
    const Result<> done = vmo->commit(range);
    if (done) continue;
    EXPECT_EQ(done.error(), Status::Async);
    EXPECT_EQ(co_await vm::Vmo::fetch(vmo, range.offset, range.size), Status::Ok);
  }
  ++ended;
}

exec::Task<void> interrupt(exec::Activity& whom) {
  co_await exec::yield();
  whom.interrupt();
}

exec::Task<void> detach(Pager& pager, VmoObject& vmo, int after) {
  for (int i = 0; i < after; ++i) co_await exec::yield();
  EXPECT_TRUE(pager.detach(vmo));
}

struct World {
  explicit World(uint64_t seed)
      : memory({.seed = seed, .cpus = 4, .ram_bytes = 4 << 20, .ram_fill = 0xa5}),
        pager(Handle(*Pager::create())),
        port(Handle(*Port::create(0))),
        vmo(*as_pager().create_vmo(as_port(), 1, kPages * kPage, vm::Resizable::No)),
        clone(*vmo->create_child(vm::ChildKind::SnapshotAtLeastOnWrite, 0, kPages * kPage,
                                 vm::Resizable::No)) {}
  Pager& as_pager() { return static_cast<Pager&>(*pager.object()); }
  RefPtr<Port> as_port() { return object_cast<Port>(port.object()); }

  vm::MemoryMachine memory;
  Handle pager;
  Handle port;
  RefPtr<VmoObject> vmo;
  RefPtr<VmoObject> clone;
};

TEST(PagerSeeds, EveryReaderGetsItsPages) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world(seed);
    int ended = 0;
    Actor server([&] { return serve(world.as_pager(), world.as_port(), *world.vmo); });
    Actor one([&] { return read_about(world.vmo->vmo(), 1, false, ended); });
    Actor two([&] { return read_about(world.vmo->vmo(), 5, false, ended); });
    Actor cloned([&] { return read_about(world.clone->vmo(), 7, false, ended); });
    Actor committer([&] { return commit_all(world.clone->vmo(), ended); });
    ASSERT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(ended, 4);
    EXPECT_TRUE(world.as_pager().detach(*world.vmo));
    ASSERT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
  });
}

TEST(PagerSeeds, OthersAskWhenSomebodyGivesUp) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world(seed);
    int ended = 0;
    int gave_up = 0;
    Actor fickle([&] { return read_about(world.vmo->vmo(), 1, true, gave_up); });
    Actor one([&] { return read_about(world.vmo->vmo(), 1, false, ended); });
    Actor two([&] { return read_about(world.clone->vmo(), 1, false, ended); });
    Actor meddler([&] { return interrupt(fickle); });
    Actor server([&] { return serve(world.as_pager(), world.as_port(), *world.vmo); });
    ASSERT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(gave_up, 1);
    EXPECT_TRUE(world.as_pager().detach(*world.vmo));
    ASSERT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
  });
}

TEST(PagerSeeds, DetachingEndsEveryWait) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world(seed);
    int ended = 0;
    Actor server([&] { return serve(world.as_pager(), world.as_port(), *world.vmo); });
    Actor one([&] { return read_about(world.vmo->vmo(), 1, true, ended); });
    Actor two([&] { return read_about(world.vmo->vmo(), 7, true, ended); });
    Actor cloned([&] { return read_about(world.clone->vmo(), 5, true, ended); });
    Actor end([&] { return detach(world.as_pager(), *world.vmo, static_cast<int>(seed % 13)); });
    ASSERT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(ended, 3);
  });
}

}  // namespace
}  // namespace jacinth
