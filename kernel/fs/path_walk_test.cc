#include "fs/path_walk.h"

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

class PathWalkTest : public FilesTest {
 protected:
  PathWalkTest() {
    EXPECT_EQ(world.mkdir("/a"), kOk);
    EXPECT_EQ(world.mkdir("/a/b"), kOk);
    EXPECT_EQ(world.touch("/a/b/file", "text"), kOk);
    EXPECT_EQ(world.symlink("b/file", "/a/link"), kOk);
    EXPECT_EQ(world.symlink("/a/b", "/a/absolute"), kOk);
    EXPECT_EQ(world.symlink("loop", "/loop"), kOk);
    EXPECT_EQ(world.symlink("nowhere", "/dangling"), kOk);
  }
};

TEST_F(PathWalkTest, FindsWhatIsThere) {
  EXPECT_EQ(world.path_of(world.at("/a/b/file")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("a//b///file")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("./a/./b/../b/.")), "/a/b");
  EXPECT_EQ(world.path_of(world.at("/")), "/");
  EXPECT_EQ(world.path_of(world.at("////")), "/");
  world.here = world.at("/a");
  EXPECT_EQ(world.path_of(world.at("b/file")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("..")), "/");
}

TEST_F(PathWalkTest, DotDotStopsAtTheRoot) {
  EXPECT_EQ(world.path_of(world.at("/../../a/../..")), "/");
  world.root = world.at("/a");  // as chroot() does
  world.here = world.at("/");
  EXPECT_EQ(world.at("../../..").dentry, world.root.dentry);
  EXPECT_EQ(world.look("/a"), Errno::NOENT);
  EXPECT_EQ(world.path_of(world.at("/b/../../b/file")), "/b/file");
}

TEST_F(PathWalkTest, ErrorsInOrder) {
  EXPECT_EQ(world.look(""), Errno::NOENT);
  EXPECT_EQ(world.look("", walk_flags::kAllowEmpty), kOk);
  EXPECT_EQ(world.look("/none"), Errno::NOENT);
  EXPECT_EQ(world.look("/none/x"), Errno::NOENT);
  EXPECT_EQ(world.look("/a/b/file/x"), Errno::NOTDIR);
  EXPECT_EQ(world.look("/a/b/file/.."), Errno::NOTDIR);
  EXPECT_EQ(world.look("/a/b/file/"), Errno::NOTDIR);
  EXPECT_EQ(world.look("/a/b/file", walk_flags::kDirectory), Errno::NOTDIR);
  const std::string longest(kMaxName, 'n');
  EXPECT_EQ(world.look(longest), Errno::NOENT);
  EXPECT_EQ(world.look(longest + "n"), Errno::NAMETOOLONG);
  EXPECT_EQ(world.look("/none/" + longest + "n"), Errno::NOENT);
  EXPECT_EQ(world.look("/a/b/file/" + longest + "n"), Errno::NOTDIR);
}

TEST_F(PathWalkTest, FollowsLinks) {
  EXPECT_EQ(world.path_of(world.at("/a/link")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("/a/absolute/file")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("/a/absolute/../link")), "/a/b/file");
  EXPECT_EQ(world.path_of(world.at("/a/link", 0)), "/a/link");
  // A slash after it makes a link be followed.
  EXPECT_EQ(world.path_of(world.at("/a/absolute/", 0)), "/a/b");
  EXPECT_EQ(world.look("/a/link/", 0), Errno::NOTDIR);
  EXPECT_EQ(world.look("/loop"), Errno::LOOP);
  EXPECT_EQ(world.look("/loop", 0), kOk);
  EXPECT_EQ(world.look("/dangling"), Errno::NOENT);
  EXPECT_EQ(world.look("/dangling/x"), Errno::NOENT);
}

TEST_F(PathWalkTest, FollowsFortyLinksAndNoMore) {
  ASSERT_EQ(world.symlink("a", "/s0"), kOk);
  for (int i = 1; i <= 40; ++i)
    ASSERT_EQ(world.symlink("s" + std::to_string(i - 1), "/s" + std::to_string(i)), kOk);
  EXPECT_EQ(world.look("/s39"), kOk);
  EXPECT_EQ(world.look("/s40"), Errno::LOOP);
  // Nested ones, each interrupted by the next.
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(
        world.symlink(i == 0 ? "." : "t" + std::to_string(i - 1) + "/.", "/t" + std::to_string(i)),
        kOk);
  EXPECT_EQ(world.path_of(world.at("/t19/a/b")), "/a/b");
}

TEST_F(PathWalkTest, NeedsToSearch) {
  ASSERT_TRUE(change_mode(world.at("/a"), world.who, 0700));
  world.become(1000, 1000);
  EXPECT_EQ(world.look("/a"), kOk);
  EXPECT_EQ(world.look("/a/b"), Errno::ACCES);
  EXPECT_EQ(world.look("/a/none"), Errno::ACCES);
  EXPECT_EQ(world.look("/a/."), Errno::ACCES);
  world.who.capabilities = capability::kDacReadSearch;
  EXPECT_EQ(world.look("/a/b"), kOk);
}

TEST_F(PathWalkTest, ConfinedWalks) {
  world.here = world.at("/a");
  EXPECT_EQ(world.look("b/../b", walk_flags::kBeneath), kOk);
  EXPECT_EQ(world.look("..", walk_flags::kBeneath), Errno::XDEV);
  EXPECT_EQ(world.look("/a", walk_flags::kBeneath), Errno::XDEV);
  EXPECT_EQ(world.look("absolute", walk_flags::kBeneath | walk_flags::kFollow), Errno::XDEV);
  EXPECT_EQ(world.path_of(world.at("/b/../../b", walk_flags::kInRoot)), "/a/b");
  EXPECT_EQ(world.look("absolute", walk_flags::kInRoot | walk_flags::kFollow), Errno::NOENT);
  EXPECT_EQ(world.look("link", walk_flags::kNoSymlinks | walk_flags::kFollow), Errno::LOOP);
  EXPECT_EQ(world.look("link", walk_flags::kNoSymlinks), kOk);
}

TEST_F(PathWalkTest, ParentsOfWhatIsToBeMade) {
  const auto parent = walk_to_parent(world.from(), "/a/b/new//", 0);
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->name(), "new");
  EXPECT_TRUE(parent->trailing_slash);
  EXPECT_EQ(world.path_of(parent->directory), "/a/b");
  EXPECT_EQ(walk_to_parent(world.from(), "/", 0)->last, Parent::Last::Root);
  EXPECT_EQ(walk_to_parent(world.from(), "/a/..", 0)->last, Parent::Last::DotDot);
  EXPECT_EQ(walk_to_parent(world.from(), ".", 0)->last, Parent::Last::Dot);
  EXPECT_EQ(error_of(walk_to_parent(world.from(), "", 0)), Errno::NOENT);
}

TEST_F(PathWalkTest, RemovedPlacesSaySo) {
  const Path b = world.at("/a/b");
  const Path file = world.at("/a/b/file");
  ASSERT_EQ(world.unlink("/a/b/file"), kOk);
  ASSERT_EQ(world.rmdir("/a/b"), kOk);
  EXPECT_EQ(world.path_of(file), "/a/b/file (deleted)");
  world.here = b;
  EXPECT_EQ(world.look("x"), Errno::NOENT);
  EXPECT_EQ(world.path_of(world.at("..")), "/a");
  EXPECT_EQ(world.mkdir("x"), Errno::NOENT);
  char tiny[4];
  EXPECT_EQ(error_of(describe(file, world.root, tiny)), Errno::NAMETOOLONG);
}

}  // namespace
}  // namespace jacinth::fs
