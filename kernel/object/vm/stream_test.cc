#include "object/vm/stream.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::Resizable;
using Outcome = Result<uint64_t>;

// A stream, and a user program's memory: first the vectors, then a page of data for each.
class VmoStreamTest : public vm::VmTest {
 protected:
  static constexpr size_t kDataPages = 160;

  VmoStreamTest() {
    const hal::Access access = hal::Access::Read | hal::Access::Write;
    memory_base_ = *space_->root()->map({}, *vm::Vmo::create((1 + kDataPages) * kPageSize), 0,
                                        (1 + kDataPages) * kPageSize,
                                        {.access = access, .max_access = access});
  }

  RefPtr<Stream> stream(uint64_t size, Resizable resizable = Resizable::No, uint64_t seek = 0) {
    vmo_ = *VmoObject::create(*vm::Vmo::create(size, resizable));
    return *Stream::create(vmo_, {.read = true, .write = true}, seek);
  }
  uint64_t data(size_t page = 0) const { return raw(memory_base_) + (1 + page) * kPageSize; }

  Stream::Vectors vectors(std::vector<IoVector> list) {
    EXPECT_TRUE(space_->write_memory(memory_base_, std::as_bytes(std::span(list))));
    return {vm::UserIn<IoVector>(memory_base_), list.size()};
  }
  // One vector over data page 0.
  Stream::Vectors one(uint64_t bytes) { return vectors({{data(), bytes}}); }
  Stream::Vectors text(std::string_view content) {
    put(content);
    return one(content.size());
  }
  void put(std::string_view content, size_t page = 0) {
    EXPECT_TRUE(space_->write_memory(VirtAddr{data(page)}, std::as_bytes(std::span(content))));
  }
  std::string get(size_t bytes, size_t page = 0) {
    std::string content(bytes, '?');
    EXPECT_TRUE(
        space_->read_memory(VirtAddr{data(page)}, std::as_writable_bytes(std::span(content))));
    return content;
  }
  std::string contents(size_t bytes) {
    std::string content(bytes, '?');
    EXPECT_TRUE(vmo_->vmo()->read(0, std::as_writable_bytes(std::span(content))));
    return content;
  }

  // Runs a transfer to its end in a program's activity.
  Outcome run(const std::function<exec::Eventually<Outcome>()>& transfer) {
    Outcome outcome = fail(Status::Internal);
    exec::Activity activity;
    activity.set_address_space(&space_->machine());
    EXPECT_TRUE(activity.start([&] { return await(transfer, outcome); }));
    EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle);
    return outcome;
  }
  Outcome write(Stream& stream, Stream::Vectors from) {
    return run([&] { return stream.write(from, Stream::Append::No); });
  }
  Outcome append(Stream& stream, Stream::Vectors from) {
    return run([&] { return stream.write(from, Stream::Append::Yes); });
  }
  Outcome read(Stream& stream, Stream::Vectors to) {
    return run([&] { return stream.read(to); });
  }

  vm::TestSpace space_;
  VirtAddr memory_base_{};
  RefPtr<VmoObject> vmo_;

 private:
  static exec::Task<void> await(const std::function<exec::Eventually<Outcome>()>& transfer,
                                Outcome& outcome) {
    outcome = co_await transfer();
  }
};

TEST_F(VmoStreamTest, ReadsAndWritesFromItsPosition) {
  const auto file = stream(kPageSize);
  vmo_->vmo()->set_content_size(0);
  EXPECT_EQ(write(*file, text("hello ")), Outcome(6));
  EXPECT_EQ(write(*file, text("world")), Outcome(5));
  EXPECT_EQ(file->info().seek, 11u);
  EXPECT_EQ(file->info().content_size, 11u);
  EXPECT_EQ(read(*file, one(10)), Outcome(0));
  EXPECT_EQ(file->seek(Stream::Whence::Start, 6), Outcome(6));
  EXPECT_EQ(read(*file, one(100)), Outcome(5));
  EXPECT_EQ(get(5), "world");
  EXPECT_EQ(file->info().seek, 11u);
}

TEST_F(VmoStreamTest, TransfersAtAnOffsetLeaveThePosition) {
  const auto file = stream(kPageSize, Resizable::No, 3);
  const auto source = text("abc");
  EXPECT_EQ(run([&] { return file->write_at(100, source); }), Outcome(3));
  EXPECT_EQ(run([&] { return file->read_at(101, source); }), Outcome(3));
  EXPECT_EQ(get(2), "bc");
  EXPECT_EQ(file->info().seek, 3u);
}

TEST_F(VmoStreamTest, SeveralVectorsAreOneTransfer) {
  const auto file = stream(kPageSize);
  put("one", 0);
  put("two", 1);
  EXPECT_EQ(write(*file, vectors({{data(0), 3}, {0, 0}, {data(1), 3}})), Outcome(6));
  EXPECT_EQ(contents(6), "onetwo");
  EXPECT_EQ(write(*file, vectors({})), Outcome(0));
}

TEST_F(VmoStreamTest, AppendsAtTheEndOfTheContents) {
  const auto file = stream(kPageSize);
  vmo_->vmo()->set_content_size(4);
  const auto other = *Stream::create(vmo_, {.read = true, .write = true}, 0);
  EXPECT_EQ(append(*file, text("AB")), Outcome(2));
  EXPECT_EQ(append(*other, text("CD")), Outcome(2));
  EXPECT_EQ(append(*file, text("EF")), Outcome(2));
  EXPECT_EQ(contents(10).substr(4), "ABCDEF");
  EXPECT_EQ(file->info().seek, 10u);
  EXPECT_EQ(other->info().seek, 8u);
}

TEST_F(VmoStreamTest, GapsReadAsZeros) {
  const auto file = stream(4 * kPageSize);
  // Left-overs beyond the end of the contents.
  const std::string rubbish(3 * kPageSize, 'x');
  ASSERT_TRUE(vmo_->vmo()->write(0, std::as_bytes(std::span(rubbish))));
  vmo_->vmo()->set_content_size(5);
  ASSERT_EQ(file->seek(Stream::Whence::End, 2 * kPageSize), Outcome(2 * kPageSize + 5));
  EXPECT_EQ(write(*file, text("end")), Outcome(3));
  EXPECT_EQ(contents(2 * kPageSize + 8), "xxxxx" + std::string(2 * kPageSize, '\0') + "end");
  EXPECT_EQ(file->info().content_size, 2 * kPageSize + 8);
}

TEST_F(VmoStreamTest, FixedMemoryFillsUp) {
  const auto file = stream(kPageSize, Resizable::No, kPageSize - 2);
  EXPECT_EQ(write(*file, text("abcd")), Outcome(2));
  EXPECT_EQ(file->info().content_size, kPageSize);
  EXPECT_EQ(write(*file, text("abcd")), Outcome(fail(Status::NoSpace)));
  EXPECT_EQ(append(*file, text("abcd")), Outcome(fail(Status::NoSpace)));
  EXPECT_EQ(file->info().seek, kPageSize);
}

TEST_F(VmoStreamTest, ResizableMemoryGrows) {
  const auto file = stream(0, Resizable::Yes);
  EXPECT_EQ(write(*file, text("grow")), Outcome(4));
  EXPECT_EQ(vmo_->vmo()->size(), kPageSize);
  EXPECT_EQ(file->info().content_size, 4u);
  ASSERT_TRUE(file->seek(Stream::Whence::Start, 10 * kPageSize));
  EXPECT_EQ(write(*file, text("far")), Outcome(3));
  EXPECT_EQ(vmo_->vmo()->size(), 11 * kPageSize);
  EXPECT_EQ(file->info().content_size, 10 * kPageSize + 3);
}

TEST_F(VmoStreamTest, BeyondEveryMemoryIsFileBig) {
  const auto file = stream(0, Resizable::Yes);
  const auto source = text("x");
  EXPECT_EQ(run([&] { return file->write_at(~uint64_t{0}, source); }),
            Outcome(fail(Status::FileBig)));
}

TEST_F(VmoStreamTest, SeekStaysInside) {
  const auto file = stream(kPageSize, Resizable::No, 10);
  EXPECT_EQ(file->seek(Stream::Whence::Current, -10), Outcome(0));
  EXPECT_EQ(file->seek(Stream::Whence::Current, -1), Outcome(fail(Status::InvalidArgs)));
  EXPECT_EQ(file->seek(Stream::Whence::Start, -1), Outcome(fail(Status::InvalidArgs)));
  EXPECT_EQ(file->seek(Stream::Whence::End, -1), Outcome(kPageSize - 1));
  vmo_->vmo()->set_content_size(~uint64_t{0});
  EXPECT_EQ(file->seek(Stream::Whence::End, 1), Outcome(fail(Status::InvalidArgs)));
  EXPECT_EQ(file->info().seek, kPageSize - 1);
}

TEST_F(VmoStreamTest, BadUserMemoryEndsATransfer) {
  const auto file = stream(2 * kPageSize);
  vmo_->vmo()->set_content_size(0);
  const Outcome invalid = fail(Status::InvalidArgs);
  EXPECT_EQ(write(*file, {vm::UserIn<IoVector>(VirtAddr{8}), 1}), invalid);
  EXPECT_EQ(write(*file, vectors({{8, 4}})), invalid);
  EXPECT_EQ(write(*file, vectors({{data(), ~uint64_t{0}}, {data(), 1}})), invalid);
  EXPECT_EQ(file->info().seek, 0u);
  EXPECT_EQ(file->info().content_size, 0u);
  // What was written before the bad vector counts.
  put("good");
  EXPECT_EQ(write(*file, vectors({{data(), 4}, {8, 4}})), Outcome(4));
  EXPECT_EQ(file->info().seek, 4u);
  EXPECT_EQ(file->info().content_size, 4u);
}

TEST_F(VmoStreamTest, LongTransfersYieldAndArriveWhole) {
  const auto file = stream(kDataPages * kPageSize);
  vmo_->vmo()->set_content_size(0);
  for (size_t page = 0; page < kDataPages; ++page) put(std::to_string(1000 + page), page);
  const uint64_t bytes = kDataPages * kPageSize;
  static_assert(kDataPages * kPageSize > 2 * vm::Vmo::kCopyChunk);
  EXPECT_EQ(write(*file, one(bytes)), Outcome(bytes));
  EXPECT_EQ(file->info().content_size, bytes);
  EXPECT_EQ(contents(bytes).substr(159 * kPageSize, 4), "1159");
}

TEST_F(VmoStreamTest, InterruptedTransferIsShort) {
  const auto file = stream(kDataPages * kPageSize);
  vmo_->vmo()->set_content_size(0);
  const auto source = one(kDataPages * kPageSize);
  const Outcome outcome = run([&] {
    exec::Activity::current()->interrupt();
    return file->write(source, Stream::Append::No);
  });
  ASSERT_TRUE(outcome);
  EXPECT_LT(*outcome, kDataPages * kPageSize);
  EXPECT_GT(*outcome, 0u);
  EXPECT_EQ(file->info().seek, *outcome);
  EXPECT_EQ(file->info().content_size, *outcome);
}

TEST_F(VmoStreamTest, RightsFollowTheMode) {
  const auto vmo = *VmoObject::create(*vm::Vmo::create(0));
  const Rights base = rights::kBasic | rights::kProperty | rights::kSignal;
  EXPECT_EQ((*Stream::create(vmo, {.read = true}, 0))->default_rights(), base | rights::kRead);
  EXPECT_EQ((*Stream::create(vmo, {.write = true}, 0))->default_rights(), base | rights::kWrite);
}

}  // namespace
}  // namespace jacinth
