#include "fs/regular_file.h"

#include "fs/memfd.h"
#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;
using Whence = File::Whence;

class RegularFileTest : public FilesTest {
 protected:
  RegularFileTest() : file_(*world.open("/file", kCreate | kReadWrite)) {}

  ErrnoOr<size_t> write_at(uint64_t offset, std::string_view text) {
    return FileWorld::now(file_->write_at(offset, IoSource::kernel(bytes_of(text)), {}));
  }
  std::string read_at(uint64_t offset, size_t bytes) {
    std::string text(bytes, '?');
    const auto to = IoTarget::kernel(std::as_writable_bytes(std::span(text)));
    text.resize(*FileWorld::now(file_->read_at(offset, to, {})));
    return text;
  }
  RefPtr<vm::Vmo> mapping() { return *file_->map({.shared = true, .writable = true}); }

  RefPtr<File> file_;
};

TEST_F(RegularFileTest, PositionsMove) {
  EXPECT_EQ(FileWorld::write(*file_, "hello "), 6u);
  EXPECT_EQ(FileWorld::write(*file_, "world"), 5u);
  EXPECT_EQ(FileWorld::read(*file_), "");
  EXPECT_EQ(*file_->seek(Whence::Start, 6), 6u);
  EXPECT_EQ(FileWorld::read(*file_, 3), "wor");
  EXPECT_EQ(*file_->seek(Whence::Current, -9), 0u);
  EXPECT_EQ(FileWorld::read(*file_), "hello world");
  EXPECT_EQ(*file_->seek(Whence::End, 2), 13u);
  EXPECT_EQ(error_of(file_->seek(Whence::Current, -14)), Errno::INVAL);
  EXPECT_EQ(error_of(file_->seek(Whence::End, std::numeric_limits<int64_t>::max())), Errno::INVAL);
  EXPECT_EQ(error_of(file_->seek(static_cast<Whence>(5), 0)), Errno::INVAL);
  EXPECT_EQ(*file_->seek(Whence::Current, 0), 13u);
}

TEST_F(RegularFileTest, OffsetsLeaveThePosition) {
  EXPECT_EQ(*write_at(3, "abc"), 3u);
  EXPECT_EQ(read_at(0, 10), std::string("\0\0\0abc", 6));
  EXPECT_EQ(*file_->seek(Whence::Current, 0), 0u);
  EXPECT_EQ(read_at(100, 1), "");
  EXPECT_EQ(error_of(write_at(kMaxFileSize, "x")), Errno::FBIG);
}

TEST_F(RegularFileTest, AppendingGoesToTheEnd) {
  const auto other = *world.open("/file", kWriteOnly | kAppend);
  FileWorld::write(*file_, "one");
  FileWorld::write(*other, "two");
  FileWorld::write(*file_, "X");
  EXPECT_EQ(world.contents("/file"), "oneXwo");
  EXPECT_TRUE(other->set_flags(0));
  EXPECT_EQ(other->flags() & kAppend, 0u);
  FileWorld::write(*other, "!");  // its position was at the end of "two"
  EXPECT_EQ(world.contents("/file"), "oneXwo!");
}

TEST_F(RegularFileTest, SeveralPiecesOfUserMemory) {
  vm::TestSpace space;
  const RefPtr<vm::Vmo> memory = *vm::Vmo::create(4 * kPageSize);
  const VirtAddr base = *space->root()->map({}, memory, 0, 4 * kPageSize,
                                            {.access = hal::Access::Read | hal::Access::Write,
                                             .max_access = hal::Access::Read | hal::Access::Write});
  ASSERT_TRUE(memory->write(kPageSize - 2, bytes_of("abcdef")));
  world.memory.run_in(*space, [&] {
    const IoVector pieces[] = {{.base = raw(base) + kPageSize - 2, .bytes = 3},
                               {.base = raw(base), .bytes = 0},
                               {.base = raw(base) + kPageSize + 1, .bytes = 3}};
    EXPECT_EQ(*FileWorld::now(file_->write(IoSource::user(pieces), {})), 6u);
    const IoVector targets[] = {{.base = raw(base) + 2 * kPageSize, .bytes = 2},
                                {.base = raw(base) + 3 * kPageSize - 1, .bytes = 9}};
    EXPECT_EQ(*FileWorld::now(file_->read_at(0, IoTarget::user(targets), {})), 6u);
    // Bad memory: what came before it counts.
    EXPECT_EQ(*FileWorld::now(file_->write(IoSource::user(base + (4 * kPageSize - 4), 9), {})), 4u);
    EXPECT_EQ(error_of(FileWorld::now(file_->write(IoSource::user(base + 4 * kPageSize, 9), {}))),
              Errno::FAULT);
    EXPECT_EQ(error_of(FileWorld::now(file_->read_at(0, IoTarget::user(VirtAddr{8}, 4), {}))),
              Errno::FAULT);
  });
  char text[6];
  ASSERT_TRUE(memory->read(3 * kPageSize - 1, std::as_writable_bytes(std::span(text, 4))));
  EXPECT_EQ(std::string_view(text, 4), "cdef");
  EXPECT_EQ(world.stat("/file").size, 10u);
}

TEST_F(RegularFileTest, MappingsShareThePages) {
  EXPECT_EQ(*write_at(0, "before"), 6u);
  const RefPtr<vm::Vmo> memory = mapping();
  EXPECT_EQ(memory->size(), kPageSize);
  ASSERT_TRUE(memory->write(0, bytes_of("after!")));
  EXPECT_EQ(read_at(0, 6), "after!");
  // What is written beyond the end through a mapping is not there when the file grows.
  ASSERT_TRUE(memory->write(6, bytes_of("junk")));
  EXPECT_EQ(*write_at(12, "x"), 1u);
  EXPECT_EQ(read_at(6, 7), std::string("\0\0\0\0\0\0x", 7));
  ASSERT_TRUE(file_->truncate(3 * kPageSize));
  EXPECT_EQ(memory->size(), 3 * kPageSize);
  ASSERT_TRUE(file_->truncate(2));
  EXPECT_EQ(memory->size(), kPageSize);
  ASSERT_TRUE(file_->truncate(6));
  EXPECT_EQ(read_at(0, 9), std::string("af\0\0\0\0", 6));
}

TEST_F(RegularFileTest, HolesTakeNoMemory) {
  EXPECT_EQ(*write_at(1 << 30, "end"), 3u);
  EXPECT_EQ(world.stat("/file").size, (1u << 30) + 3u);
  EXPECT_EQ(world.stat("/file").blocks, 8u);
  EXPECT_EQ(*file_->seek(Whence::Data, 0), 1u << 30);
  EXPECT_EQ(*file_->seek(Whence::Hole, 5), 5u);
  EXPECT_EQ(*file_->seek(Whence::Hole, (1 << 30) + 1), (1u << 30) + 3);
  EXPECT_EQ(error_of(file_->seek(Whence::Data, (1 << 30) + 3)), Errno::NXIO);
  Node& node = file_->node();
  EXPECT_TRUE(node.allocate(Node::Allocate::PunchHole, 1 << 30, kPageSize));
  EXPECT_EQ(world.stat("/file").blocks, 0u);
  EXPECT_EQ(error_of(file_->seek(Whence::Data, 0)), Errno::NXIO);
  EXPECT_TRUE(node.allocate(Node::Allocate::KeepSize, 0, kPageSize));
  EXPECT_EQ(world.stat("/file").blocks, 8u);
  EXPECT_EQ(error_of(node.allocate(Node::Allocate::Grow, 0, 0)), Errno::INVAL);
}

TEST_F(RegularFileTest, EmptyFilesHaveNoMemoryUntilWritten) {
  EXPECT_EQ(world.stat("/file").blocks, 0u);
  ASSERT_TRUE(file_->truncate(10));
  EXPECT_EQ(read_at(0, 20), std::string(10, '\0'));
  EXPECT_EQ(FileWorld::write(*file_, ""), 0u);
}

TEST_F(RegularFileTest, LongTransfersGiveOthersATurn) {
  const std::string text(1 << 20, 'x');
  auto writing = file_->write(IoSource::kernel(bytes_of(text)), {});
  EXPECT_FALSE(writing.ready());
  exec::Activity activity;
  struct Run {
    static exec::Task<void> call(File::Transferred transfer, ErrnoOr<size_t>& result) {
      result = co_await std::move(transfer);
    }
  };
  ErrnoOr<size_t> result;
  ASSERT_TRUE(activity.start([&] { return Run::call(std::move(writing), result); }));
  EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(*result, text.size());
  EXPECT_EQ(read_at(text.size() - 3, 9), "xxx");
}

TEST_F(RegularFileTest, TimesFollow) {
  const Timestamp before = world.stat("/file").modified;
  world.memory.machine.advance(seconds(1));
  FileWorld::write(*file_, "x");
  EXPECT_EQ(world.stat("/file").modified.seconds, before.seconds + 1);
  world.memory.machine.advance(seconds(1));
  EXPECT_EQ(read_at(0, 1), "x");
  EXPECT_EQ(world.stat("/file").accessed.seconds, before.seconds + 2);
  world.memory.machine.advance(seconds(1));
  EXPECT_EQ(read_at(0, 1), "x");  // nothing changed since: not noted again
  EXPECT_EQ(world.stat("/file").accessed.seconds, before.seconds + 2);
}

TEST_F(RegularFileTest, MappingRights) {
  const auto reader = *world.open("/file", kReadOnly);
  EXPECT_EQ(error_of(reader->map({.shared = true, .writable = true})), Errno::ACCES);
  EXPECT_TRUE(reader->map({.shared = false, .writable = true}));
  const auto writer = *world.open("/file", kWriteOnly);
  EXPECT_EQ(error_of(writer->map({})), Errno::ACCES);
}

// --- memfds ---

TEST_F(RegularFileTest, MemfdSeals) {
  const auto file = *make_memfd("name", true, true, world.who);
  MemoryNode& memory = *memory_of(*file);
  char buffer[64];
  EXPECT_EQ(file->describe(buffer), "/memfd:name (deleted)");
  EXPECT_EQ(FileWorld::write(*file, "12345"), 5u);
  EXPECT_TRUE(memory.add_seals(MemoryNode::kSealShrink));
  EXPECT_EQ(error_of(file->truncate(4)), Errno::PERM);
  EXPECT_TRUE(memory.add_seals(MemoryNode::kSealGrow));
  EXPECT_EQ(error_of(file->truncate(6)), Errno::PERM);
  EXPECT_EQ(FileWorld::write(*file, "6"), ~size_t{0});
  EXPECT_EQ(*file->seek(Whence::Start, 0), 0u);
  EXPECT_EQ(FileWorld::write(*file, "54321"), 5u);
  EXPECT_TRUE(memory.add_seals(MemoryNode::kSealWrite | MemoryNode::kSealSeal));
  EXPECT_EQ(*file->seek(Whence::Start, 0), 0u);
  EXPECT_EQ(FileWorld::write(*file, "x"), ~size_t{0});
  EXPECT_EQ(error_of(file->map({.shared = true, .writable = true})), Errno::PERM);
  EXPECT_EQ(error_of(memory.add_seals(MemoryNode::kSealGrow)), Errno::PERM);
  EXPECT_EQ(error_of(memory.add_seals(1u << 30)), Errno::INVAL);
  EXPECT_EQ(memory.seals(), 15u);
  EXPECT_EQ(FileWorld::read(*file), "54321");
}

TEST_F(RegularFileTest, MappedFilesAreNotSealedAgainstWriting) {
  const auto file = *make_memfd("m", true, true, world.who);
  ASSERT_TRUE(file->truncate(kPageSize));
  vm::TestSpace space;
  ASSERT_TRUE(space->root()->map(
      {}, *file->map({.shared = true, .writable = true}), 0, kPageSize,
      {.access = hal::Access::Read, .max_access = hal::Access::Read | hal::Access::Write}));
  EXPECT_EQ(error_of(memory_of(*file)->add_seals(MemoryNode::kSealWrite)), Errno::BUSY);
  EXPECT_EQ(memory_of(*world.open("/", kDirectory).value()), nullptr);
}

}  // namespace
}  // namespace jacinth::fs
