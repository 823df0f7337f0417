#include "fs/operations.h"

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;

class OperationsTest : public FilesTest {
 protected:
  OperationsTest() {
    EXPECT_EQ(world.mkdir("/d"), kOk);
    EXPECT_EQ(world.mkdir("/d/sub"), kOk);
    EXPECT_EQ(world.touch("/d/file", "contents"), kOk);
    EXPECT_EQ(world.touch("/d/other", "other"), kOk);
    EXPECT_EQ(world.symlink("file", "/d/link"), kOk);
    EXPECT_EQ(world.symlink("fresh", "/d/dangling"), kOk);
  }
  Errno open_error(std::string_view path, uint32_t flags) {
    return error_of(world.open(path, flags));
  }
};

TEST_F(OperationsTest, MakingDirectories) {
  EXPECT_EQ(world.mkdir("/d/new/", 01777), kOk);
  EXPECT_EQ(world.stat("/d/new").mode, mode_of(FileType::Directory, 01777));
  EXPECT_EQ(world.stat("/d/new").links, 2u);
  EXPECT_EQ(world.stat("/d").links, 4u);
  EXPECT_EQ(world.mkdir("/"), Errno::EXIST);
  EXPECT_EQ(world.mkdir("/d/."), Errno::EXIST);
  EXPECT_EQ(world.mkdir("/d/file"), Errno::EXIST);
  EXPECT_EQ(world.mkdir("/d/dangling"), Errno::EXIST);
  EXPECT_EQ(world.mkdir("/none/x"), Errno::NOENT);
  EXPECT_EQ(world.mkdir("/d/file/x"), Errno::NOTDIR);
}

TEST_F(OperationsTest, MakingNodes) {
  const auto make = [&](std::string_view path, FileType type) {
    return error_of(make_node(world.from(), path, type, 0600, {.major = 1, .minor = 3}));
  };
  EXPECT_EQ(make("/d/fifo", FileType::Fifo), kOk);
  EXPECT_EQ(make("/d/null", FileType::CharDevice), kOk);
  EXPECT_EQ(world.stat("/d/null").device, (DeviceNumber{.major = 1, .minor = 3}));
  EXPECT_EQ(make("/d/dir", FileType::Directory), Errno::PERM);
  EXPECT_EQ(make("/d/odd", type_of_mode(0130000)), Errno::INVAL);
  EXPECT_EQ(make("/d/link2", FileType::Symlink), Errno::INVAL);
  EXPECT_EQ(make("/d/file", FileType::Fifo), Errno::EXIST);
  EXPECT_EQ(make("/d/x/", FileType::Fifo), Errno::NOENT);
  EXPECT_EQ(make("/d/sub/", FileType::Fifo), Errno::EXIST);
  ASSERT_TRUE(change_mode(world.at("/d"), world.who, 0777));
  world.become(1000, 1000);
  EXPECT_EQ(make("/d/zero", FileType::CharDevice), Errno::PERM);
  EXPECT_EQ(make("/d/file", FileType::CharDevice), Errno::EXIST);
  EXPECT_EQ(make("/zero", FileType::CharDevice), Errno::ACCES);
}

TEST_F(OperationsTest, Linking) {
  EXPECT_EQ(world.link("/d/file", "/d/second"), kOk);
  EXPECT_EQ(world.stat("/d/file").links, 2u);
  EXPECT_EQ(world.stat("/d/second").number, world.stat("/d/file").number);
  EXPECT_EQ(world.link("/d/sub", "/d/x"), Errno::PERM);
  EXPECT_EQ(world.link("/d/file", "/d/other"), Errno::EXIST);
  EXPECT_EQ(world.link("/d/none", "/d/x"), Errno::NOENT);
  EXPECT_EQ(world.link("/d/file", "/d/x/"), Errno::NOENT);
  // The link itself, unless told to follow it.
  EXPECT_EQ(world.link("/d/link", "/d/link2"), kOk);
  EXPECT_EQ(world.stat("/d/link2", 0).mode, mode_of(FileType::Symlink, 0777));
  EXPECT_TRUE(fs::link(world.from(), "/d/link", walk_flags::kFollow, world.from(), "/d/third"));
  EXPECT_EQ(world.stat("/d/third").links, 3u);
  EXPECT_EQ(world.unlink("/d/file"), kOk);
  EXPECT_EQ(world.contents("/d/second"), "contents");
}

TEST_F(OperationsTest, Unlinking) {
  EXPECT_EQ(world.unlink("/d/none"), Errno::NOENT);
  EXPECT_EQ(world.unlink("/d/sub"), Errno::ISDIR);
  EXPECT_EQ(world.unlink("/d/sub/"), Errno::ISDIR);
  EXPECT_EQ(world.unlink("/d/file/"), Errno::NOTDIR);
  EXPECT_EQ(world.unlink("/"), Errno::ISDIR);
  EXPECT_EQ(world.unlink("/d/sub/.."), Errno::ISDIR);
  EXPECT_EQ(world.unlink("/d/link"), kOk);
  EXPECT_EQ(world.contents("/d/file"), "contents");
  const auto file = world.open("/d/file", kReadOnly);
  EXPECT_EQ(world.unlink("/d/file"), kOk);
  EXPECT_EQ(world.look("/d/file"), Errno::NOENT);
  EXPECT_EQ(FileWorld::read(**file), "contents");
  EXPECT_EQ((*file)->node().links(), 0u);
  // What has no names left gets none, but through the open file.
  EXPECT_TRUE(fs::link((*file)->path(), world.from(), "/d/back"));
  EXPECT_EQ(world.contents("/d/back"), "contents");
}

TEST_F(OperationsTest, RemovingDirectories) {
  EXPECT_EQ(world.rmdir("/d"), Errno::NOTEMPTY);
  EXPECT_EQ(world.rmdir("/d/file"), Errno::NOTDIR);
  EXPECT_EQ(world.rmdir("/d/link/"), Errno::NOTDIR);
  EXPECT_EQ(world.rmdir("/d/sub/."), Errno::INVAL);
  EXPECT_EQ(world.rmdir("/d/sub/.."), Errno::NOTEMPTY);
  EXPECT_EQ(world.rmdir("/"), Errno::BUSY);
  EXPECT_EQ(world.rmdir("/d/sub/"), kOk);
  EXPECT_EQ(world.stat("/d").links, 2u);
}

TEST_F(OperationsTest, StickyDirectories) {
  ASSERT_TRUE(change_mode(world.at("/d"), world.who, 01777));
  world.become(1000, 1000);
  ASSERT_EQ(world.touch("/d/mine"), kOk);
  EXPECT_EQ(world.unlink("/d/file"), Errno::PERM);
  EXPECT_EQ(world.rename("/d/file", "/d/x"), Errno::PERM);
  EXPECT_EQ(world.rename("/d/mine", "/d/file"), Errno::PERM);
  EXPECT_EQ(world.rmdir("/d/sub"), Errno::PERM);
  world.become(1001, 1001);
  EXPECT_EQ(world.unlink("/d/mine"), Errno::PERM);
  world.become(1000, 1000);
  EXPECT_EQ(world.unlink("/d/mine"), kOk);
}

TEST_F(OperationsTest, Renaming) {
  EXPECT_EQ(world.rename("/d/file", "/moved"), kOk);
  EXPECT_EQ(world.contents("/moved"), "contents");
  EXPECT_EQ(world.look("/d/file"), Errno::NOENT);
  EXPECT_EQ(world.rename("/moved", "/d/other"), kOk);
  EXPECT_EQ(world.contents("/d/other"), "contents");
  EXPECT_EQ(world.rename("/d/sub", "/sub"), kOk);
  EXPECT_EQ(world.stat("/d").links, 2u);
  EXPECT_EQ(world.stat("/").links, 4u);
  EXPECT_EQ(world.rename("/sub/", "/d/sub/"), kOk);
  // Two names of one file: nothing happens.
  ASSERT_EQ(world.link("/d/other", "/d/same"), kOk);
  EXPECT_EQ(world.rename("/d/other", "/d/same"), kOk);
  EXPECT_EQ(world.look("/d/other"), kOk);
  EXPECT_EQ(world.look("/d/same"), kOk);
}

TEST_F(OperationsTest, RenamingThatFails) {
  ASSERT_EQ(world.mkdir("/d/sub/deep"), kOk);
  ASSERT_EQ(world.mkdir("/empty"), kOk);
  EXPECT_EQ(world.rename("/d/none", "/x"), Errno::NOENT);
  EXPECT_EQ(world.rename("/d", "/d/sub/x"), Errno::INVAL);
  EXPECT_EQ(world.rename("/d/sub/deep", "/d"), Errno::NOTEMPTY);
  EXPECT_EQ(world.rename("/empty", "/d/sub"), Errno::NOTEMPTY);
  EXPECT_EQ(world.rename("/empty", "/d/file"), Errno::NOTDIR);
  EXPECT_EQ(world.rename("/d/file", "/empty"), Errno::ISDIR);
  EXPECT_EQ(world.rename("/d/file/", "/x"), Errno::NOTDIR);
  EXPECT_EQ(world.rename("/d/file", "/x/"), Errno::NOTDIR);
  EXPECT_EQ(world.rename("/d/.", "/x"), Errno::BUSY);
  EXPECT_EQ(world.rename("/d/file", "/d/.."), Errno::BUSY);
  EXPECT_EQ(world.rename("/d/file", "/d/other", rename_flags::kWhiteout), Errno::INVAL);
  EXPECT_EQ(world.rename("/d/file", "/d/other", 3), Errno::INVAL);
  EXPECT_EQ(world.rename("/d/file", "/d/other", rename_flags::kNoReplace), Errno::EXIST);
  EXPECT_EQ(world.rename("/d/file", "/x", rename_flags::kNoReplace), kOk);
  EXPECT_EQ(world.rename("/x", "/y", rename_flags::kExchange), Errno::NOENT);
}

TEST_F(OperationsTest, Exchanging) {
  EXPECT_EQ(world.rename("/d/file", "/d/sub", rename_flags::kExchange), kOk);
  EXPECT_EQ(world.contents("/d/sub"), "contents");
  EXPECT_EQ(world.mkdir("/d/file/x"), kOk);
  ASSERT_EQ(world.mkdir("/e"), kOk);
  ASSERT_EQ(world.touch("/e/f", "f"), kOk);
  EXPECT_EQ(world.rename("/e/f", "/d/file", rename_flags::kExchange), kOk);
  EXPECT_EQ(world.path_of(world.at("/e/f/x/..")), "/e/f");
  EXPECT_EQ(world.stat("/e").links, 3u);
  EXPECT_EQ(world.stat("/d").links, 2u);
  EXPECT_EQ(world.rename("/e/f", "/e", rename_flags::kExchange), Errno::INVAL);
}

TEST_F(OperationsTest, OpeningWhatIsThere) {
  EXPECT_EQ(open_error("/d/none", kReadOnly), Errno::NOENT);
  EXPECT_EQ(open_error("/d/sub", kWriteOnly), Errno::ISDIR);
  EXPECT_EQ(open_error("/d/sub", kReadOnly), kOk);
  EXPECT_EQ(open_error("/d/file", kDirectory), Errno::NOTDIR);
  EXPECT_EQ(open_error("/d/link", kNoFollow), Errno::LOOP);
  EXPECT_EQ(open_error("/d/link", kNoFollow | kDirectory), Errno::NOTDIR);
  EXPECT_EQ(open_error("/d/link", kNoFollow | kPath), kOk);
  EXPECT_EQ(open_error("/d/file", kReadWrite | kTruncate), kOk);
  EXPECT_EQ(world.stat("/d/file").size, 0u);
  EXPECT_EQ(world.contents("/d/link"), "");
}

TEST_F(OperationsTest, OpeningToCreate) {
  EXPECT_EQ(open_error("/d/file", kCreate | kExclusive), Errno::EXIST);
  EXPECT_EQ(open_error("/d/link", kCreate | kExclusive), Errno::EXIST);
  EXPECT_EQ(open_error("/d/sub", kCreate), Errno::ISDIR);
  EXPECT_EQ(open_error("/d/new/", kCreate), Errno::ISDIR);
  EXPECT_EQ(open_error("/d/.", kCreate), Errno::ISDIR);
  EXPECT_EQ(open_error("/d/new", kCreate | kDirectory), Errno::INVAL);
  EXPECT_EQ(open_error("/d/dangling", kCreate | kNoFollow), Errno::LOOP);
  // A link to nothing: what it says is made.
  EXPECT_EQ(open_error("/d/dangling", kCreate), kOk);
  EXPECT_EQ(world.look("/d/fresh"), kOk);
  // Whoever makes a file may open it however it is protected.
  world.become(1000, 1000);
  EXPECT_EQ(open_error("/d/x", kCreate), Errno::ACCES);
  world.become_root();
  ASSERT_TRUE(change_mode(world.at("/d"), world.who, 0777));
  world.become(1000, 1000);
  EXPECT_TRUE(world.open("/d/x", kCreate | kReadWrite, 0));
  EXPECT_EQ(open_error("/d/x", kReadOnly), Errno::ACCES);
  EXPECT_EQ(world.stat("/d/x").user, 1000u);
}

TEST_F(OperationsTest, UnnamedFiles) {
  EXPECT_EQ(open_error("/d", kTemporary), Errno::INVAL);
  EXPECT_EQ(open_error("/d/file", kTemporary | kReadWrite), Errno::NOTDIR);
  auto file = world.open("/d", kTemporary | kReadWrite, 0600);
  ASSERT_TRUE(file);
  EXPECT_EQ(FileWorld::write(**file, "unnamed"), 7u);
  EXPECT_EQ((*file)->node().links(), 0u);
  EXPECT_EQ(world.list("/d").size(), 2u + 6u - 1u);
  EXPECT_TRUE(fs::link((*file)->path(), world.from(), "/d/named"));
  EXPECT_EQ(world.contents("/d/named"), "unnamed");
  EXPECT_EQ(world.stat("/d/named").links, 1u);
}

TEST_F(OperationsTest, UnnamedFilesThatGetNoName) {
  auto file = world.open("/d", kTemporary | kReadWrite | kExclusive, 0600);
  ASSERT_TRUE(file);
  EXPECT_EQ(error_of(fs::link((*file)->path(), world.from(), "/d/named")), Errno::NOENT);
  EXPECT_EQ(world.look("/d/named"), Errno::NOENT);
}

TEST_F(OperationsTest, ExclusiveOpensOfWhatIsNoName) {
  EXPECT_EQ(open_error("/d/.", kCreate | kExclusive), Errno::EXIST);
  EXPECT_EQ(open_error("/d/..", kCreate | kExclusive), Errno::EXIST);
  EXPECT_EQ(open_error("/d/.", kCreate), Errno::ISDIR);
  EXPECT_EQ(open_error("/d/new/", kCreate | kExclusive), Errno::ISDIR);
}

TEST_F(OperationsTest, TruncatingAnEmptyFileChangesItsTimes) {
  ASSERT_EQ(world.touch("/d/empty"), kOk);
  const Timestamp then{.seconds = 1000};
  ASSERT_TRUE(set_times(world.at("/d/empty"), world.who, {NewTime::Kind::Set, then},
                        {NewTime::Kind::Set, then}));
  ASSERT_TRUE(world.open("/d/empty", kWriteOnly | kTruncate));
  EXPECT_NE(world.stat("/d/empty").modified, then);
}

TEST_F(OperationsTest, NewContentsTakeSetIdBitsAway) {
  const Path file = world.at("/d/file");
  const auto mode_after = [&](uint32_t mode, auto&& change) {
    world.become_root();
    EXPECT_TRUE(change_mode(file, world.who, mode));
    world.become(1000, 1000);
    change();
    return world.stat("/d/file").mode & mode::kAll;
  };
  const auto cut = [&] { EXPECT_TRUE(truncate(file, world.who, 1)); };
  const auto open_to_empty = [&] { EXPECT_TRUE(world.open("/d/file", kWriteOnly | kTruncate)); };
  EXPECT_EQ(mode_after(06777, cut), 0777u);
  EXPECT_EQ(mode_after(06777, open_to_empty), 0777u);
  EXPECT_EQ(mode_after(06777, [&] { EXPECT_TRUE(world.open("/d/file", kWriteOnly)); }), 06777u);
  // Without the group's right to execute the bit means something else.
  EXPECT_EQ(mode_after(02767, cut), 02767u);
  world.become_root();
  ASSERT_TRUE(change_mode(file, world.who, 06777));
  EXPECT_TRUE(truncate(file, world.who, 0));
  EXPECT_EQ(world.stat("/d/file").mode & mode::kAll, 06777u);
}

TEST_F(OperationsTest, RunningExcludesWriting) {
  Node& node = world.at("/d/file").node();
  ASSERT_TRUE(node.deny_writing());
  EXPECT_EQ(open_error("/d/file", kWriteOnly), Errno::TXTBSY);
  EXPECT_EQ(error_of(truncate(world.at("/d/file"), world.who, 0)), Errno::TXTBSY);
  node.allow_writing();
  const auto writer = world.open("/d/file", kReadWrite);
  ASSERT_TRUE(writer);
  EXPECT_EQ(error_of(node.deny_writing()), Errno::TXTBSY);
}

TEST_F(OperationsTest, ModesAndOwners) {
  const Path file = world.at("/d/file");
  EXPECT_TRUE(change_mode(file, world.who, 06755));
  EXPECT_TRUE(change_owner(file, world.who, 1000, 1000));
  EXPECT_EQ(world.stat("/d/file").mode, mode_of(FileType::Regular, 0755));
  world.become(1000, 1000);
  EXPECT_TRUE(change_mode(file, world.who, 02711));
  EXPECT_EQ(error_of(change_owner(file, world.who, 1001, kUnchanged)), Errno::PERM);
  EXPECT_EQ(error_of(change_owner(file, world.who, kUnchanged, 7)), Errno::PERM);
  const uint32_t groups[] = {7};
  world.who.groups = groups;
  EXPECT_TRUE(change_owner(file, world.who, 1000, 7));
  EXPECT_EQ(world.stat("/d/file").mode, mode_of(FileType::Regular, 0711));
  EXPECT_EQ(error_of(change_mode(world.at("/d"), world.who, 0777)), Errno::PERM);
  world.become(1001, 1001);
  EXPECT_EQ(error_of(change_mode(file, world.who, 0777)), Errno::PERM);
}

TEST_F(OperationsTest, Times) {
  using Kind = NewTime::Kind;
  const Path file = world.at("/d/file");
  const Timestamp then{.seconds = 1000, .nanoseconds = 5};
  EXPECT_TRUE(set_times(file, world.who, {Kind::Set, then}, {Kind::Omit, {}}));
  EXPECT_EQ(world.stat("/d/file").accessed, then);
  EXPECT_NE(world.stat("/d/file").modified, then);
  world.become(1000, 1000);
  EXPECT_EQ(error_of(set_times(file, world.who, {Kind::Set, then}, {Kind::Now, {}})), Errno::PERM);
  EXPECT_EQ(error_of(set_times(file, world.who, {}, {})), Errno::ACCES);
  EXPECT_TRUE(set_times(file, world.who, {Kind::Omit, {}}, {Kind::Omit, {}}));
}

TEST_F(OperationsTest, AccessAndLinks) {
  char text[16];
  EXPECT_EQ(*read_link(world.from(), "/d/link", text), 4u);
  EXPECT_EQ(std::string_view(text, 4), "file");
  EXPECT_EQ(*read_link(world.from(), "/d/link", std::span(text, 2)), 2u);
  EXPECT_EQ(error_of(read_link(world.from(), "/d/file", text)), Errno::INVAL);
  ASSERT_TRUE(change_mode(world.at("/d/file"), world.who, 0640));
  const auto access = [&](uint32_t wanted) {
    return error_of(check_access(world.from(), "/d/file", wanted, walk_flags::kFollow));
  };
  EXPECT_EQ(access(access::kRead | access::kWrite), kOk);
  EXPECT_EQ(access(access::kExecute), Errno::ACCES);  // not even for root
  world.become(1000, 0);
  EXPECT_EQ(access(access::kRead), kOk);
  EXPECT_EQ(access(access::kWrite), Errno::ACCES);
  world.become(1000, 1000);
  EXPECT_EQ(access(access::kExists), kOk);
  EXPECT_EQ(access(access::kRead), Errno::ACCES);
  EXPECT_EQ(access(8), Errno::INVAL);
}

TEST_F(OperationsTest, EveryAllocationMayFail) {
  const auto run = [&] {
    const auto ok_or_short = [](Errno error) {
      EXPECT_TRUE(error == kOk || error == Errno::NOMEM || error == Errno::NOENT ||
                  error == Errno::EXIST)
          << errno_name(error);
    };
    ok_or_short(world.mkdir("/t"));
    ok_or_short(world.touch("/t/a"));
    ok_or_short(world.symlink("a", "/t/s"));
    ok_or_short(world.link("/t/a", "/t/b"));
    ok_or_short(world.rename("/t/b", "/t/c"));
    ok_or_short(world.rename("/t/a", "/t/c", rename_flags::kExchange));
    ok_or_short(error_of(world.open("/t", kTemporary | kReadWrite)));
    for (const char* name : {"/t/a", "/t/b", "/t/c", "/t/s"}) ok_or_short(world.unlink(name));
    ok_or_short(world.rmdir("/t"));
  };
  EXPECT_GT(sim::for_each_allocation_failure(run), 15u);
  EXPECT_EQ(world.look("/t"), Errno::NOENT);
}

}  // namespace
}  // namespace jacinth::fs
