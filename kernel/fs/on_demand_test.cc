// File systems that look names up when asked, as procfs does, and links that lead to a place
// itself.
#include <map>

#include "fs/testing.h"
#include "fs/tree.h"
#include "text/format.h"

namespace jacinth::fs {
namespace {

class OnDemandFs final : public FileSystem {
 public:
  OnDemandFs() : FileSystem("ondemand", Names::OnDemand) {}
  FileSystemInfo info() override { return {.magic = 7}; }
  ErrnoOr<> start(RefPtr<Node> root) { return set_root(std::move(root)); }
};

// A directory of numbered files: "1" .. "9", of which some may be gone for now, and links.
class NumbersNode final : public Node {
 public:
  explicit NumbersNode(OnDemandFs& fs, FileType type = FileType::Directory)
      : Node(RefPtr<FileSystem>(&fs), fs.next_node_number(), {.type = type, .mode = 0755}) {}

  ErrnoOr<RefPtr<Node>> lookup(std::string_view name) override {
    ++lookups;
    auto& fs = static_cast<OnDemandFs&>(file_system());
    const bool link = name == "self" || name == "magic" || name == "away";
    if (!link && (name.size() != 1 || name[0] < '1' || name[0] > '9' || gone.contains(name[0])))
      return fail(Errno::NOENT);
    RefPtr<NumbersNode> made =
        TRY(to_errno(make_ref<NumbersNode>(fs, link ? FileType::Symlink : FileType::Directory)));
    made->name_ = name;
    made->jump = jump;
    return RefPtr<Node>(std::move(made));
  }
  bool still_valid(std::string_view name, Node&) override { return !gone.contains(name[0]); }
  ErrnoOr<> list(uint64_t position, DirectorySink& sink) override {
    for (; position < 9; ++position) {
      const char name = static_cast<char>('1' + position);
      if (!gone.contains(name) &&
          !sink.add({&name, 1}, position + 1, FileType::Directory, position + 3))
        break;
    }
    return {};
  }
  ErrnoOr<LinkTarget> read_link(const Credentials&) override {
    if (name_ == "magic") return LinkTarget{.place = jump};
    if (name_ == "away") return LinkTarget{.text = "/file"};
    class Text final : public RefCounted {
     public:
      char text[8];
    };
    // Made anew each time, and kept only by what is returned.
    RefPtr<Text> text = TRY(to_errno(make_ref<Text>()));
    const std::string_view view = format_into(text->text, "{}", 5);
    return LinkTarget{.text = view, .keep = std::move(text)};
  }

  int lookups = 0;
  std::map<char, bool> gone;
  const Path* jump = nullptr;

 private:
  std::string name_;
};

class OnDemandTest : public FilesTest {
 protected:
  OnDemandTest() {
    EXPECT_EQ(world.mkdir("/n"), kOk);
    EXPECT_EQ(world.touch("/file", "plain"), kOk);
    auto fs = *make_ref<OnDemandFs>();
    auto top = *make_ref<NumbersNode>(*fs);
    EXPECT_TRUE(fs->start(top));
    numbers_ = top.get();
    world.mount(std::move(fs), "/n");
  }
  NumbersNode* numbers_ = nullptr;
};

TEST_F(OnDemandTest, EntriesLiveWhileTheyAreUsed) {
  {
    const Path one = world.at("/n/1");
    EXPECT_EQ(numbers_->lookups, 1);
    EXPECT_EQ(world.at("/n/1").dentry, one.dentry);
    EXPECT_EQ(numbers_->lookups, 1);
    EXPECT_EQ(world.path_of(world.at("/n/1/2/3")), "/n/1/2/3");
  }
  EXPECT_EQ(world.look("/n/1"), kOk);
  EXPECT_EQ(numbers_->lookups, 2);
  EXPECT_EQ(world.look("/n/x"), Errno::NOENT);
  EXPECT_EQ(world.look("/n/1", walk_flags::kCached), Errno::AGAIN);
}

TEST_F(OnDemandTest, EntriesThatAreNoLongerValid) {
  const Path one = world.at("/n/1");
  numbers_->gone['1'] = true;
  EXPECT_EQ(world.look("/n/1"), Errno::NOENT);
  EXPECT_EQ(world.path_of(one), "/n/1 (deleted)");
  numbers_->gone.clear();
  EXPECT_NE(world.at("/n/1").dentry, one.dentry);
}

TEST_F(OnDemandTest, Lists) {
  numbers_->gone['3'] = true;
  const auto names = world.list("/n");
  EXPECT_EQ(names.size(), 10u);
  EXPECT_EQ(names[1], "..");
  EXPECT_EQ(names[4], "4");
}

TEST_F(OnDemandTest, CannotBeChanged) {
  EXPECT_EQ(world.mkdir("/n/1"), Errno::EXIST);
  EXPECT_EQ(world.mkdir("/n/x"), Errno::PERM);
  EXPECT_EQ(world.touch("/n/x"), Errno::ACCES);
  EXPECT_EQ(world.rmdir("/n/1"), Errno::PERM);
  EXPECT_EQ(world.unlink("/n/self"), Errno::PERM);
  EXPECT_EQ(world.rename("/n/1", "/n/x"), Errno::PERM);
  EXPECT_EQ(world.symlink("x", "/n/x"), Errno::PERM);
  EXPECT_EQ(error_of(set_xattr(world.at("/n/1"), world.who, "user.a", {}, Node::SetXattr::Any)),
            Errno::OPNOTSUPP);
}

TEST_F(OnDemandTest, MountsOnEntriesInUse) {
  world.mount(*Tmpfs::create({}), "/n/1");
  EXPECT_EQ(world.touch("/n/1/f", "x"), kOk);
  EXPECT_EQ(world.contents("/n/1/f"), "x");
  EXPECT_EQ(world.path_of(world.at("/n/1/..")), "/n");
}

TEST_F(OnDemandTest, GeneratedAndMagicLinks) {
  EXPECT_EQ(world.path_of(world.at("/n/self")), "/n/5");
  EXPECT_EQ(world.path_of(world.at("/n/self/self/7")), "/n/5/5/7");
  EXPECT_EQ(world.contents("/n/away"), "plain");
  char text[32];
  EXPECT_EQ(*read_link(world.from(), "/n/self", text), 1u);
  // A magic link leads to a file that has no name any more.
  const auto file = *world.open("/file", open_flags::kReadWrite);
  numbers_->jump = &file->path();
  ASSERT_EQ(world.unlink("/file"), kOk);
  EXPECT_EQ(world.contents("/n/magic"), "plain");
  EXPECT_EQ(*read_link(world.from(), "/n/magic", text), std::string_view("/file (deleted)").size());
  const auto look = [&](uint32_t flags) {
    return world.look("/n/magic", flags | walk_flags::kFollow);
  };
  EXPECT_EQ(look(walk_flags::kNoMagicLinks), Errno::LOOP);
  EXPECT_EQ(look(walk_flags::kNoSymlinks), Errno::LOOP);
  EXPECT_EQ(look(walk_flags::kInRoot), Errno::XDEV);
  EXPECT_EQ(error_of(walk(world.from(world.at("/n")), "magic",
                          walk_flags::kFollow | walk_flags::kNoXdev)),
            Errno::XDEV);
}

}  // namespace
}  // namespace jacinth::fs
