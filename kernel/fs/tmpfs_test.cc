#include "fs/tmpfs.h"

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;

class TmpfsTest : public FilesTest {
 protected:
  Tmpfs& mount_limited(std::string_view options) {
    EXPECT_EQ(world.mkdir("/m"), kOk);
    RefPtr<Tmpfs> made = *Tmpfs::create(*Tmpfs::Options::parse(options));
    world.mount(made, "/m");
    return *made;
  }
};

TEST_F(TmpfsTest, Options) {
  const auto options = *Tmpfs::Options::parse("size=10k,nr_inodes=2m,mode=750,uid=3,gid=4");
  EXPECT_EQ(options.limits.pages, 3u);
  EXPECT_EQ(options.limits.nodes, 2u << 20);
  EXPECT_EQ(options.mode, 0750u);
  EXPECT_EQ(options.user, 3u);
  EXPECT_EQ(options.group, 4u);
  EXPECT_TRUE(Tmpfs::Options::parse(""));
  for (const char* bad : {"size", "size=", "size=1x", "size=10kk", "mode=9", "other=1", "uid=-1",
                          "size=99999999999999999999", "size=101%", "gid=4294967295"})
    EXPECT_EQ(error_of(Tmpfs::Options::parse(bad)), Errno::INVAL) << bad;
}

TEST_F(TmpfsTest, PagesAreLimited) {
  Tmpfs& limited = mount_limited("size=12k");
  const auto file = *world.open("/m/f", kCreate | kReadWrite);
  EXPECT_EQ(FileWorld::write(*file, std::string(8192, 'x')), 8192u);
  EXPECT_EQ(limited.info().free_blocks, 1u);
  EXPECT_EQ(FileWorld::write(*file, std::string(8192, 'y')), ~size_t{0});
  EXPECT_EQ(FileWorld::write(*file, std::string(4096, 'z')), 4096u);
  EXPECT_EQ(world.touch("/m/g"), kOk);
  const auto other = *world.open("/m/g", kWriteOnly);
  EXPECT_EQ(error_of(FileWorld::now(other->write(IoSource::kernel(bytes_of("x")), {}))),
            Errno::NOSPC);
  ASSERT_TRUE(file->truncate(0));
  EXPECT_EQ(limited.info().free_blocks, 3u);
  EXPECT_EQ(FileWorld::write(*other, "x"), 1u);
  EXPECT_EQ(world.unlink("/m/g"), kOk);
  EXPECT_EQ(limited.info().free_blocks, 2u);  // still open
}

TEST_F(TmpfsTest, NodesAreLimited) {
  Tmpfs& limited = mount_limited("nr_inodes=3");
  EXPECT_EQ(world.touch("/m/a"), kOk);
  EXPECT_EQ(world.mkdir("/m/b"), kOk);
  EXPECT_EQ(world.touch("/m/c"), Errno::NOSPC);
  EXPECT_EQ(world.symlink("x", "/m/c"), Errno::NOSPC);
  EXPECT_EQ(limited.info().free_nodes, 0u);
  EXPECT_EQ(world.rmdir("/m/b"), kOk);
  EXPECT_EQ(world.touch("/m/c"), kOk);
  EXPECT_EQ(error_of(limited.remount("nr_inodes=2")), Errno::INVAL);
  EXPECT_TRUE(limited.remount("nr_inodes=9"));
  EXPECT_EQ(world.touch("/m/d"), kOk);
}

TEST_F(TmpfsTest, ListsEntriesInOrderOfTheirMaking) {
  using Names = std::vector<std::string>;
  ASSERT_EQ(world.touch("/c"), kOk);
  ASSERT_EQ(world.mkdir("/a"), kOk);
  ASSERT_EQ(world.touch("/b"), kOk);
  EXPECT_EQ(world.list("/"), (Names{".", "..", "c", "a", "b"}));
  ASSERT_EQ(world.rename("/c", "/d"), kOk);
  EXPECT_EQ(world.list("/"), (Names{".", "..", "a", "b", "d"}));
  EXPECT_EQ(world.list("/a"), (Names{".", ".."}));
}

// A sink with room for a few entries at a time.
class FewEntries final : public DirectorySink {
 public:
  bool add(std::string_view name, uint64_t number, FileType type, uint64_t) override {
    if (room == 0) return false;
    --room;
    EXPECT_NE(number, 0u);
    EXPECT_NE(type, FileType::Unknown);
    names.emplace_back(name);
    return true;
  }
  size_t room = 0;
  std::vector<std::string> names;
};

TEST_F(TmpfsTest, ListingGoesOnWhereItStopped) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(world.touch("/f" + std::to_string(i)), kOk);
  const auto directory = *world.open("/", kDirectory);
  FewEntries sink;
  for (int part = 0; part < 6; ++part) {
    sink.room = 3;
    ASSERT_TRUE(directory->read_directory(sink));
    // What goes and comes meanwhile disturbs nobody.
    ASSERT_EQ(world.unlink("/f" + std::to_string(part)), kOk);
    if (part == 4) ASSERT_EQ(world.touch("/late"), kOk);
  }
  // All that was there all the time once: f6 .. f9 among them.
  EXPECT_EQ(std::ranges::count(sink.names, "f7"), 1);
  EXPECT_EQ(std::ranges::count(sink.names, "f9"), 1);
  EXPECT_EQ(*directory->seek(File::Whence::Start, 0), 0u);
  sink.names.clear();
  sink.room = 99;
  ASSERT_TRUE(directory->read_directory(sink));
  EXPECT_EQ(sink.names.back(), "late");
  EXPECT_EQ(FileWorld::now(directory->read(IoTarget::kernel({}), {})).error(), Errno::ISDIR);
}

TEST_F(TmpfsTest, RemovedDirectoriesHaveNoEntries) {
  ASSERT_EQ(world.mkdir("/gone"), kOk);
  const auto directory = *world.open("/gone", kDirectory);
  ASSERT_EQ(world.rmdir("/gone"), kOk);
  FewEntries sink;
  EXPECT_EQ(error_of(directory->read_directory(sink)), Errno::NOENT);
}

TEST_F(TmpfsTest, GroupsAreInherited) {
  ASSERT_EQ(world.mkdir("/g", 0), kOk);
  ASSERT_TRUE(change_owner(world.at("/g"), world.who, 0, 50));
  ASSERT_TRUE(change_mode(world.at("/g"), world.who, 02777));
  ASSERT_EQ(world.mkdir("/g/sub"), kOk);
  EXPECT_EQ(world.stat("/g/sub").group, 50u);
  EXPECT_EQ(world.stat("/g/sub").mode & 07777, 02755u);
  world.become(1000, 1000);
  ASSERT_EQ(world.touch("/g/f", "", 02770), kOk);
  EXPECT_EQ(world.stat("/g/f").mode & 07777, 0770u);
  EXPECT_EQ(world.stat("/g/f").group, 50u);
}

TEST_F(TmpfsTest, ExtendedAttributes) {
  ASSERT_EQ(world.touch("/f"), kOk);
  const Path file = world.at("/f");
  const auto set = [&](std::string_view name, std::string_view value,
                       Node::SetXattr how = Node::SetXattr::Any) {
    return error_of(set_xattr(file, world.who, name, bytes_of(value), how));
  };
  std::byte value[8];
  EXPECT_EQ(error_of(get_xattr(file, world.who, "user.a", value)), Errno::NODATA);
  EXPECT_EQ(set("user.a", "one"), kOk);
  EXPECT_EQ(set("user.a", "two", Node::SetXattr::Create), Errno::EXIST);
  EXPECT_EQ(set("user.b", "two", Node::SetXattr::Replace), Errno::NODATA);
  EXPECT_EQ(set("user.a", "longer", Node::SetXattr::Replace), kOk);
  EXPECT_EQ(*get_xattr(file, world.who, "user.a", value), 6u);
  EXPECT_EQ(memcmp(value, "longer", 6), 0);
  EXPECT_EQ(*get_xattr(file, world.who, "user.a", {}), 6u);
  EXPECT_EQ(error_of(get_xattr(file, world.who, "user.a", std::span(value, 3))), Errno::RANGE);
  EXPECT_EQ(set("trusted.t", ""), kOk);
  char names[32];
  EXPECT_EQ(*list_xattrs(file, world.who, names), 17u);
  EXPECT_EQ(std::string_view(names, 17), std::string_view("user.a\0trusted.t\0", 17));
  EXPECT_EQ(set("nospace", ""), Errno::OPNOTSUPP);
  EXPECT_EQ(set("", ""), Errno::RANGE);
  EXPECT_EQ(set("user.", ""), Errno::INVAL);
  EXPECT_EQ(set("user.big", std::string(Xattrs::kMaxValue + 1, 'x')), Errno::TOOBIG);
  world.become(1000, 1000);
  EXPECT_EQ(*list_xattrs(file, world.who, {}), 7u);
  EXPECT_EQ(*list_xattrs(file, world.who, names), 7u);
  EXPECT_EQ(std::string_view(names, 7), std::string_view("user.a\0", 7));
  EXPECT_EQ(error_of(list_xattrs(file, world.who, std::span(names, 6))), Errno::RANGE);
  world.become_root();
  EXPECT_TRUE(remove_xattr(file, world.who, "user.a"));
  EXPECT_EQ(error_of(remove_xattr(file, world.who, "user.a")), Errno::NODATA);
  world.become(1000, 1000);
  EXPECT_EQ(set("user.a", ""), Errno::ACCES);
  EXPECT_EQ(set("trusted.t", ""), Errno::PERM);
}

TEST_F(TmpfsTest, DeepTreesComeDownWithoutDeepRecursion) {
  ASSERT_EQ(world.mkdir("/m"), kOk);
  RefPtr<Tmpfs> made = *Tmpfs::create({});
  world.mount(std::move(made), "/m");
  const Path before = world.here;
  world.here = world.at("/m");
  for (int depth = 0; depth < 20000; ++depth) {
    ASSERT_EQ(world.mkdir("d"), kOk);
    world.here = world.at("d");
  }
  world.here = before;
  EXPECT_TRUE(world.mounts->unmount(world.at("/m"), false));
}

TEST_F(TmpfsTest, OpenFilesKeepAFileSystemThatWasUnmounted) {
  ASSERT_EQ(world.mkdir("/m"), kOk);
  world.mount(*Tmpfs::create({}), "/m");
  ASSERT_EQ(world.touch("/m/f", "text"), kOk);
  auto file = *world.open("/m/f", kReadOnly);
  EXPECT_EQ(error_of(world.mounts->unmount(world.at("/m"), false)), Errno::BUSY);
  EXPECT_TRUE(world.mounts->unmount(world.at("/m"), true));
  EXPECT_EQ(world.look("/m/f"), Errno::NOENT);
  EXPECT_EQ(FileWorld::read(*file), "text");
}

}  // namespace
}  // namespace jacinth::fs
