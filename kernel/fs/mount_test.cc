#include "fs/mount.h"

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;

class MountTest : public FilesTest {
 protected:
  MountTest() {
    EXPECT_EQ(world.mkdir("/m"), kOk);
    EXPECT_EQ(world.mkdir("/other"), kOk);
    EXPECT_EQ(world.touch("/m/under"), kOk);
    EXPECT_EQ(world.touch("/file", "root's"), kOk);
    world.mount(*Tmpfs::create({}), "/m");
    EXPECT_EQ(world.mkdir("/m/d"), kOk);
    EXPECT_EQ(world.touch("/m/d/f", "mounted"), kOk);
  }
  MountNamespace& mounts() { return *world.mounts; }
  size_t count() {
    size_t mounts_seen = 0;
    world.mounts->for_each([&](Mount&, Mount*, Dentry*) { ++mounts_seen; });
    return mounts_seen;
  }
};

TEST_F(MountTest, CoversWhatWasThere) {
  EXPECT_EQ(world.look("/m/under"), Errno::NOENT);
  EXPECT_EQ(world.contents("/m/d/f"), "mounted");
  EXPECT_EQ(world.path_of(world.at("/m/d/f")), "/m/d/f");
  EXPECT_EQ(world.path_of(world.at("/m/d/../..")), "/");
  EXPECT_EQ(world.contents("/m/../file"), "root's");
  EXPECT_NE(world.stat("/m").file_system, world.stat("/").file_system);
  EXPECT_TRUE(mounts().unmount(world.at("/m"), false));
  EXPECT_EQ(world.look("/m/under"), kOk);
}

TEST_F(MountTest, MountPointsStay) {
  EXPECT_EQ(world.rmdir("/m"), Errno::BUSY);
  EXPECT_EQ(world.rename("/m", "/x"), Errno::BUSY);
  EXPECT_EQ(world.rename("/file", "/m/file"), Errno::XDEV);
  EXPECT_EQ(world.link("/file", "/m/file"), Errno::XDEV);
  EXPECT_EQ(world.link("/file", "/m/d/f"), Errno::EXIST);
  EXPECT_EQ(world.look("/m/d", walk_flags::kNoXdev), Errno::XDEV);
  EXPECT_EQ(error_of(mounts().unmount(world.at("/other"), false)), Errno::INVAL);
  EXPECT_EQ(error_of(mounts().unmount(world.at("/"), false)), Errno::BUSY);
}

TEST_F(MountTest, FilesAndDirectoriesDoNotMix) {
  const RefPtr<Mount> copy = *Mount::create(RefPtr(&world.at("/m").mount->file_system()),
                                            world.at("/m/d/f").dentry, 0, "");
  EXPECT_EQ(error_of(mounts().attach(copy, world.at("/other"))), Errno::NOTDIR);
  EXPECT_TRUE(mounts().attach(copy, world.at("/file")));
  EXPECT_EQ(world.contents("/file"), "mounted");
  EXPECT_EQ(error_of(mounts().attach(copy, world.at("/file"))), Errno::BUSY);
}

TEST_F(MountTest, Binding) {
  EXPECT_TRUE(mounts().bind(world.at("/m/d"), world.at("/other"), false));
  EXPECT_EQ(world.contents("/other/f"), "mounted");
  EXPECT_EQ(world.path_of(world.at("/other/f")), "/other/f");
  EXPECT_EQ(world.path_of(world.at("/other/..")), "/");
  ASSERT_EQ(world.touch("/other/g"), kOk);
  EXPECT_EQ(world.look("/m/d/g"), kOk);
  // Read-only is the mount's, not the file system's.
  EXPECT_TRUE(mounts().set_flags(world.at("/other"), mount_flags::kReadOnly));
  EXPECT_EQ(world.touch("/other/h"), Errno::ROFS);
  EXPECT_EQ(world.touch("/other/g"), Errno::ROFS);
  EXPECT_EQ(world.mkdir("/other/g"), Errno::EXIST);
  EXPECT_EQ(world.unlink("/other/g"), Errno::ROFS);
  EXPECT_EQ(error_of(change_mode(world.at("/other/g"), world.who, 0)), Errno::ROFS);
  EXPECT_EQ(world.touch("/m/d/h"), kOk);
}

TEST_F(MountTest, BindingWithWhatHangsBelow) {
  ASSERT_EQ(world.mkdir("/m/d/deep"), kOk);
  world.mount(*Tmpfs::create({}), "/m/d/deep");
  ASSERT_EQ(world.touch("/m/d/deep/x"), kOk);
  EXPECT_TRUE(mounts().bind(world.at("/m"), world.at("/other"), false));
  EXPECT_EQ(world.look("/other/d/deep/x"), Errno::NOENT);
  EXPECT_TRUE(mounts().unmount(world.at("/other"), false));
  EXPECT_TRUE(mounts().bind(world.at("/m"), world.at("/other"), true));
  EXPECT_EQ(world.look("/other/d/deep/x"), kOk);
  EXPECT_EQ(count(), 5u);
  EXPECT_EQ(error_of(mounts().unmount(world.at("/other"), false)), Errno::BUSY);
  EXPECT_TRUE(mounts().unmount(world.at("/other"), true));
  EXPECT_EQ(count(), 3u);
}

TEST_F(MountTest, DirectoriesMovedOutOfABindLeadNowhere) {
  ASSERT_EQ(world.mkdir("/m/d/in"), kOk);
  EXPECT_TRUE(mounts().bind(world.at("/m/d"), world.at("/other"), false));
  const Path inside = world.at("/other/in");
  ASSERT_EQ(world.rename("/m/d/in", "/m/out"), kOk);
  world.here = inside;
  EXPECT_EQ(world.look(".."), Errno::NOENT);
}

TEST_F(MountTest, Moving) {
  EXPECT_TRUE(mounts().move(world.at("/m"), world.at("/other")));
  EXPECT_EQ(world.contents("/other/d/f"), "mounted");
  EXPECT_EQ(world.look("/m/under"), kOk);
  EXPECT_EQ(error_of(mounts().move(world.at("/other"), world.at("/other/d"))), Errno::LOOP);
  EXPECT_EQ(error_of(mounts().move(world.at("/m"), world.at("/other/d"))), Errno::INVAL);
}

TEST_F(MountTest, Pivoting) {
  ASSERT_EQ(world.mkdir("/m/old"), kOk);
  const Path fresh = world.at("/m");
  EXPECT_EQ(error_of(mounts().pivot(fresh, world.at("/other"))), Errno::BUSY);
  EXPECT_EQ(error_of(mounts().pivot(world.at("/other"), world.at("/m/old"))), Errno::BUSY);
  EXPECT_EQ(error_of(mounts().pivot(world.at("/m/d"), world.at("/m/d"))), Errno::INVAL);
  EXPECT_TRUE(mounts().pivot(fresh, world.at("/m/old")));
  world.root = world.here = fresh;
  EXPECT_EQ(world.contents("/d/f"), "mounted");
  EXPECT_EQ(world.contents("/old/file"), "root's");
  EXPECT_EQ(world.path_of(mounts().root()), "/");
  EXPECT_TRUE(mounts().unmount(world.at("/old"), true));
  EXPECT_EQ(world.look("/old/file"), Errno::NOENT);
}

TEST_F(MountTest, Namespaces) {
  Path root = world.root;
  Path inside = world.at("/m/d");
  const RefPtr<MountNamespace> copy = *mounts().clone(root, inside);
  EXPECT_TRUE(mounts().unmount(world.at("/m"), true));
  EXPECT_EQ(world.look("/m/d"), Errno::NOENT);
  const WalkFrom there{root, inside, world.who};
  EXPECT_TRUE(walk(there, "/m/d/f", 0));
  EXPECT_TRUE(walk(there, "f", 0));
  EXPECT_EQ(error_of(mounts().unmount(*walk(there, "/m", 0), true)), Errno::INVAL);
}

TEST_F(MountTest, PeersAndSlavesAreTold) {
  ASSERT_EQ(world.mkdir("/slave"), kOk);
  EXPECT_TRUE(mounts().set_propagation(world.at("/m"), Propagation::Shared, false));
  EXPECT_TRUE(mounts().bind(world.at("/m"), world.at("/other"), false));
  EXPECT_TRUE(mounts().bind(world.at("/m"), world.at("/slave"), false));
  EXPECT_TRUE(mounts().set_propagation(world.at("/slave"), Propagation::Slave, false));
  world.mount(*Tmpfs::create({}), "/other/d");
  EXPECT_EQ(world.touch("/m/d/x", "told"), kOk);
  EXPECT_EQ(world.contents("/other/d/x"), "told");
  EXPECT_EQ(world.contents("/slave/d/x"), "told");
  EXPECT_EQ(count(), 7u);
  EXPECT_EQ(error_of(mounts().move(world.at("/m/d"), world.at("/"))), Errno::INVAL);
  EXPECT_TRUE(mounts().unmount(world.at("/slave/d"), false));
  EXPECT_EQ(count(), 6u);
  EXPECT_TRUE(mounts().unmount(world.at("/m/d"), false));
  EXPECT_EQ(count(), 4u);
  EXPECT_EQ(world.contents("/slave/d/f"), "mounted");
}

TEST_F(MountTest, OneInUseElsewhereIsBusy) {
  EXPECT_TRUE(mounts().set_propagation(world.at("/m"), Propagation::Shared, false));
  EXPECT_TRUE(mounts().bind(world.at("/m"), world.at("/other"), false));
  world.mount(*Tmpfs::create({}), "/m/d");
  {
    const Path used = world.at("/other/d");
    EXPECT_EQ(error_of(mounts().unmount(world.at("/m/d"), false)), Errno::BUSY);
  }
  EXPECT_TRUE(mounts().unmount(world.at("/m/d"), true));
  EXPECT_EQ(count(), 3u);
}

TEST_F(MountTest, UnbindableIsNotBound) {
  EXPECT_TRUE(mounts().set_propagation(world.at("/m"), Propagation::Unbindable, false));
  EXPECT_EQ(error_of(mounts().bind(world.at("/m"), world.at("/other"), false)), Errno::INVAL);
  EXPECT_TRUE(mounts().bind(world.at("/"), world.at("/other"), true));
  EXPECT_EQ(world.look("/other/m/under"), kOk);
  EXPECT_EQ(error_of(mounts().set_propagation(world.at("/m/d"), Propagation::Shared, false)),
            Errno::INVAL);
}

TEST_F(MountTest, EveryAllocationMayFail) {
  EXPECT_TRUE(mounts().set_propagation(world.at("/m"), Propagation::Shared, false));
  const auto run = [&] {
    const ErrnoOr<> told = mounts().bind(world.at("/m"), world.at("/m/d"), false);
    EXPECT_TRUE(told || told.error() == Errno::NOMEM);
    if (told) EXPECT_TRUE(mounts().unmount(world.at("/m/d"), true));
    Path root = world.root;
    Path inside = world.at("/m/d");
    const auto copy = mounts().clone(root, inside);
    EXPECT_TRUE(copy || copy.error() == Errno::NOMEM);
    const ErrnoOr<> bound = mounts().bind(world.at("/"), world.at("/other"), true);
    EXPECT_TRUE(bound || bound.error() == Errno::NOMEM);
    if (bound) EXPECT_TRUE(mounts().unmount(world.at("/other"), true));
  };
  EXPECT_GE(sim::for_each_allocation_failure(run), 4u);
}

}  // namespace
}  // namespace jacinth::fs
