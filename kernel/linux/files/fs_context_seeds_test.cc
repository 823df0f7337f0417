// Where a task stands, borrowed for walks while another CPU changes it.
#include "exec/activity.h"
#include "fs/testing.h"
#include "hal/sim/seeds.h"
#include "linux/files/fs_context.h"

namespace jacinth::linux {
namespace {

// Moves to and fro between two directories, of which the one left is removed and made again.
exec::Task<void> move_about(fs::FileWorld& world, FsContext& context, bool& done) {
  for (int round = 0; round < 12; ++round) {
    const bool even = round % 2 == 0;
    EXPECT_EQ(world.mkdir(even ? "/a" : "/b"), fs::kOk);
    context.set_directory(world.at(even ? "/a" : "/b"));
    if (round != 0) EXPECT_EQ(world.rmdir(even ? "/b" : "/a"), fs::kOk);
    co_await exec::yield();
  }
  done = true;
}

exec::Task<void> look_around(fs::FileWorld& world, FsContext& context, const bool& done) {
  while (!done) {
    {
      const fs::Epoch::Reading reading;
      fs::BorrowedPath root;
      fs::BorrowedPath directory;
      context.borrow(reading, root, directory);
      EXPECT_EQ(root.get().dentry, world.root.dentry);
      EXPECT_EQ(directory.get().mount, world.root.mount);
      interleave_point();
      // It may have been removed by now, but is still there.
      EXPECT_TRUE(directory.get().node().is_directory());
      const auto up =
          fs::walk({.root = root.get(), .base = directory.get(), .who = world.who}, "..", 0);
      EXPECT_TRUE(up && *up == world.root);
    }
    co_await exec::yield();
  }
}

TEST(FsContextSeeds, WhatIsBorrowedStaysWhileTheEpochIsRead) {
  sim::for_each_seed(300, [](uint64_t seed) {
    fs::FileWorld world({.seed = seed, .cpus = 2});
    const auto context = *FsContext::create(world.mounts, world.root, world.root, 022);
    bool done = false;
    exec::Activity mover;
    exec::Activity looker;
    ASSERT_TRUE(mover.start([&] { return move_about(world, *context, done); }));
    ASSERT_TRUE(looker.start([&] { return look_around(world, *context, done); }));
    EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_TRUE(done);
  });
}

}  // namespace
}  // namespace jacinth::linux
