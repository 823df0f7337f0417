#include "fs/pipe.h"

#include <array>
#include <cstring>

#include "exec/activity.h"
#include "fs/testing.h"
#include "object/wait.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;

class PipeTest : public FilesTest {
 protected:
  PipeTest() : ends_(*make_pipe(kNonBlock, world.who)) {}

  static ErrnoOr<size_t> write(File& file, std::string_view text) {
    return FileWorld::now(file.write(IoSource::kernel(bytes_of(text)), {}));
  }
  static ErrnoOr<size_t> read(File& file, std::span<char> to) {
    return FileWorld::now(file.read(IoTarget::kernel(std::as_writable_bytes(to)), {}));
  }
  Pipe& pipe() { return *pipe_of(*ends_.reader); }

  PipeEnds ends_;
};

TEST_F(PipeTest, BytesComeInOrder) {
  EXPECT_EQ(*write(*ends_.writer, "hello "), 6u);
  EXPECT_EQ(*write(*ends_.writer, "world"), 5u);
  EXPECT_EQ(pipe().bytes_queued(), 11u);
  EXPECT_EQ(FileWorld::read(*ends_.reader, 3), "hel");
  EXPECT_EQ(FileWorld::read(*ends_.reader), "lo world");
  char byte;
  EXPECT_EQ(error_of(read(*ends_.reader, {&byte, 1})), Errno::AGAIN);
  EXPECT_EQ(*read(*ends_.reader, {}), 0u);
  EXPECT_EQ(error_of(ends_.reader->seek(File::Whence::Start, 0)), Errno::SPIPE);
  EXPECT_EQ(error_of(FileWorld::now(ends_.reader->read_at(0, IoTarget::kernel({}), {}))),
            Errno::SPIPE);
}

TEST_F(PipeTest, Readiness) {
  EXPECT_EQ(ends_.reader->readiness(), 0u);
  EXPECT_EQ(ends_.writer->readiness(), ready::kOut);
  EXPECT_TRUE(write(*ends_.writer, "x"));
  EXPECT_EQ(ends_.reader->readiness(), ready::kIn);
  while (write(*ends_.writer, std::string(kPageSize, 'x'))) {
  }
  EXPECT_EQ(ends_.writer->readiness(), 0u);
  EXPECT_EQ(FileWorld::read(*ends_.reader, 1), "x");
  EXPECT_EQ(ends_.writer->readiness(), ready::kOut);
  ends_.writer = nullptr;
  EXPECT_EQ(ends_.reader->readiness(), ready::kIn | ready::kHangUp);
}

TEST_F(PipeTest, EndsThatGo) {
  EXPECT_TRUE(write(*ends_.writer, "rest"));
  ends_.writer = nullptr;
  EXPECT_EQ(FileWorld::read(*ends_.reader), "rest");
  char byte;
  EXPECT_EQ(*read(*ends_.reader, {&byte, 1}), 0u);
  PipeEnds other = *make_pipe(0, world.who);
  other.reader = nullptr;
  EXPECT_EQ(error_of(write(*other.writer, "x")), Errno::PIPE);
  EXPECT_EQ(other.writer->readiness(), ready::kOut | ready::kError);
}

TEST_F(PipeTest, SmallWritesAreAtomic) {
  // One page less than full, but for a byte of the last one.
  EXPECT_EQ(*write(*ends_.writer, std::string(15 * kPageSize, 'x')), 15 * kPageSize);
  EXPECT_EQ(*write(*ends_.writer, std::string(kPageSize - 1, 'y')), kPageSize - 1);
  EXPECT_EQ(error_of(write(*ends_.writer, "ab")), Errno::AGAIN);
  EXPECT_EQ(*write(*ends_.writer, "a"), 1u);
  EXPECT_EQ(error_of(write(*ends_.writer, "b")), Errno::AGAIN);
  EXPECT_EQ(FileWorld::read(*ends_.reader, kPageSize).size(), kPageSize);
  // Longer ones need not be.
  EXPECT_EQ(*write(*ends_.writer, std::string(kPageSize + 1, 'z')), kPageSize);
}

TEST_F(PipeTest, WhatIsLookedAtStays) {
  std::array<std::byte, 8> bytes{};
  EXPECT_EQ(error_of(pipe().peek(bytes)), Errno::AGAIN);
  EXPECT_TRUE(write(*ends_.writer, "hello world"));
  EXPECT_EQ(*pipe().peek(bytes), 8u);
  EXPECT_EQ(std::memcmp(bytes.data(), "hello wo", 8), 0);
  pipe().discard(6);
  EXPECT_EQ(pipe().bytes_queued(), 5u);
  EXPECT_EQ(FileWorld::read(*ends_.reader), "world");
  pipe().discard(1);
  ends_.writer = nullptr;
  EXPECT_EQ(*pipe().peek(bytes), 0u);
}

TEST_F(PipeTest, Packets) {
  PipeEnds packets = *make_pipe(kNonBlock | kDirect, world.who);
  EXPECT_TRUE(write(*packets.writer, "first"));
  EXPECT_TRUE(write(*packets.writer, "second"));
  EXPECT_EQ(FileWorld::read(*packets.reader, 3), "fir");  // the rest of the packet is lost
  EXPECT_EQ(FileWorld::read(*packets.reader), "second");
  // A mode of writing: what is written after it is changed is bytes again.
  EXPECT_TRUE(packets.writer->set_flags(kNonBlock));
  EXPECT_TRUE(write(*packets.writer, "a"));
  EXPECT_TRUE(write(*packets.writer, "b"));
  EXPECT_EQ(FileWorld::read(*packets.reader), "ab");
}

TEST_F(PipeTest, Resizing) {
  EXPECT_EQ(pipe().capacity(), 65536u);
  EXPECT_EQ(*pipe().set_capacity(5 * kPageSize), 8 * kPageSize);
  EXPECT_EQ(*pipe().set_capacity(1), kPageSize);
  EXPECT_TRUE(write(*ends_.writer, std::string(kPageSize, 'x')));
  EXPECT_EQ(error_of(write(*ends_.writer, "y")), Errno::AGAIN);
  EXPECT_EQ(*pipe().set_capacity(2 * kPageSize), 2 * kPageSize);
  EXPECT_EQ(ends_.writer->readiness(), ready::kOut);
  EXPECT_TRUE(write(*ends_.writer, "y"));
  EXPECT_EQ(error_of(pipe().set_capacity(1)), Errno::BUSY);
  EXPECT_EQ(error_of(pipe().set_capacity(~size_t{0})), Errno::INVAL);
  EXPECT_EQ(FileWorld::read(*ends_.reader).size(), kPageSize + 1);
}

TEST_F(PipeTest, NamesItself) {
  char buffer[32];
  EXPECT_EQ(ends_.reader->describe(buffer),
            "pipe:[" + std::to_string(ends_.reader->node().number()) + "]");
  EXPECT_EQ(ends_.reader->node().attributes()->mode, mode_of(FileType::Fifo, 0600));
}

// Data that comes once more is an event for those who observe edges.
TEST_F(PipeTest, EdgesRepeat) {
  class Counter final : public SignalObserver {
   public:
    Next on_match(Signals) override {
      ++matches;
      return Next::Keep;
    }
    void on_handle_closed(Signals) override {}
    int matches = 0;
  } counter;
  pipe().observe(counter, ready::kIn, 0, KernelObject::Edge::Yes);
  EXPECT_TRUE(write(*ends_.writer, "a"));
  EXPECT_TRUE(write(*ends_.writer, "b"));
  EXPECT_EQ(counter.matches, 2);
  EXPECT_TRUE(pipe().forget(counter));
}

// --- waiting ---

exec::Task<void> transfer(File::Transferred transfer, ErrnoOr<size_t>& result) {
  result = co_await std::move(transfer);
}

class BlockingPipeTest : public FilesTest {
 protected:
  BlockingPipeTest() : ends_(*make_pipe(0, world.who)) {}
  void settle() { EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle); }
  Errno start_reading(exec::Activity& activity, std::span<char> to) {
    EXPECT_TRUE(activity.start([&] {
      return transfer(ends_.reader->read(IoTarget::kernel(std::as_writable_bytes(to)), {}), read_);
    }));
    settle();
    return error_of(read_);
  }

  PipeEnds ends_;
  ErrnoOr<size_t> read_ = fail(Errno::BADF);
};

TEST_F(BlockingPipeTest, ReadersWaitForData) {
  char text[8];
  exec::Activity activity;
  EXPECT_EQ(start_reading(activity, text), Errno::BADF);
  EXPECT_EQ(FileWorld::write(*ends_.writer, "data"), 4u);
  settle();
  EXPECT_EQ(*read_, 4u);
}

TEST_F(BlockingPipeTest, ReadersWaitForTheLastWriterToGo) {
  char text[8];
  exec::Activity activity;
  EXPECT_EQ(start_reading(activity, text), Errno::BADF);
  ends_.writer = nullptr;
  settle();
  EXPECT_EQ(*read_, 0u);
}

TEST_F(BlockingPipeTest, InterruptedReadersWantToGoOn) {
  char text[8];
  exec::Activity activity;
  EXPECT_EQ(start_reading(activity, text), Errno::BADF);
  activity.interrupt();
  settle();
  EXPECT_EQ(error_of(read_), Errno::RESTARTSYS);
}

TEST_F(BlockingPipeTest, NobodyWaitsWhenToldNotTo) {
  char byte;
  const auto to = IoTarget::kernel(std::as_writable_bytes(std::span(&byte, 1)));
  EXPECT_EQ(error_of(FileWorld::now(ends_.reader->read(to, {.no_wait = true}))), Errno::AGAIN);
}

TEST_F(BlockingPipeTest, WritersWaitForRoom) {
  const std::string text(100'000, 'w');
  ErrnoOr<size_t> written = fail(Errno::BADF);
  exec::Activity activity;
  ASSERT_TRUE(activity.start([&] {
    return transfer(ends_.writer->write(IoSource::kernel(bytes_of(text)), {}), written);
  }));
  settle();
  EXPECT_EQ(error_of(written), Errno::BADF);
  EXPECT_EQ(FileWorld::read(*ends_.reader, 65536).size(), 65536u);
  settle();
  EXPECT_EQ(*written, text.size());
  EXPECT_EQ(FileWorld::read(*ends_.reader).size(), text.size() - 65536);
}

TEST_F(BlockingPipeTest, WritersLearnThatReadersHaveGone) {
  const std::string text(100'000, 'w');
  ErrnoOr<size_t> written = fail(Errno::BADF);
  exec::Activity activity;
  ASSERT_TRUE(activity.start([&] {
    return transfer(ends_.writer->write(IoSource::kernel(bytes_of(text)), {}), written);
  }));
  settle();
  ends_.reader = nullptr;
  settle();
  EXPECT_EQ(*written, 65536u);
  EXPECT_EQ(error_of(FileWorld::now(ends_.writer->write(IoSource::kernel(bytes_of("x")), {}))),
            Errno::PIPE);
}

// --- FIFOs ---

class NamedPipeTest : public FilesTest {
 protected:
  using Opened = ErrnoOr<RefPtr<File>>;
  NamedPipeTest() { EXPECT_TRUE(make_node(world.from(), "/fifo", FileType::Fifo, 0600, {})); }
  void settle() { EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle); }
  static exec::Task<void> call(exec::Eventually<Opened> opening, Opened& result) {
    result = co_await std::move(opening);
  }
  void open_later(exec::Activity& activity, uint32_t flags, Opened& result) {
    ASSERT_TRUE(activity.start(
        [&, flags] { return call(fs::open(world.from(), "/fifo", {.flags = flags}), result); }));
    settle();
  }
};

TEST_F(NamedPipeTest, OpenersWaitForOneAnother) {
  Opened reader = fail(Errno::BADF);
  exec::Activity activity;
  open_later(activity, kReadOnly, reader);
  EXPECT_EQ(error_of(reader), Errno::BADF);
  auto writer = world.open("/fifo", kWriteOnly);
  ASSERT_TRUE(writer);
  settle();
  ASSERT_TRUE(reader);
  EXPECT_EQ(FileWorld::write(**writer, "x"), 1u);
  EXPECT_EQ(FileWorld::read(**reader), "x");
  *writer = nullptr;
  EXPECT_EQ((*reader)->readiness(), ready::kHangUp);
}

TEST_F(NamedPipeTest, AWriterThatComesAndGoesIsEnough) {
  Opened reader = fail(Errno::BADF);
  exec::Activity activity;
  open_later(activity, kReadOnly, reader);
  {
    const auto writer = world.open("/fifo", kWriteOnly);
  }
  settle();
  ASSERT_TRUE(reader);
  EXPECT_EQ(FileWorld::read(**reader), "");
}

TEST_F(NamedPipeTest, NotWaiting) {
  EXPECT_EQ(error_of(world.open("/fifo", kWriteOnly | kNonBlock)), Errno::NXIO);
  const auto reader = world.open("/fifo", kReadOnly | kNonBlock);
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->readiness(), 0u);  // nobody has hung up yet
  EXPECT_EQ(FileWorld::read(**reader), "");
  EXPECT_TRUE(world.open("/fifo", kWriteOnly | kNonBlock));
  const auto both = world.open("/fifo", kReadWrite);
  ASSERT_TRUE(both);
  EXPECT_EQ(FileWorld::write(**both, "self"), 4u);
  EXPECT_EQ(FileWorld::read(**both), "self");
  // O_PATH is no end of it.
  EXPECT_EQ(pipe_of(**world.open("/fifo", kPath)), nullptr);
}

TEST_F(NamedPipeTest, InterruptedOpening) {
  Opened writer = fail(Errno::BADF);
  exec::Activity activity;
  open_later(activity, kWriteOnly, writer);
  activity.interrupt();
  settle();
  EXPECT_EQ(error_of(writer), Errno::RESTARTSYS);
  EXPECT_EQ(error_of(world.open("/fifo", kWriteOnly | kNonBlock)), Errno::NXIO);
}

TEST_F(PipeTest, EveryAllocationMayFail) {
  const auto run = [&] {
    ErrnoOr<PipeEnds> ends = make_pipe(kNonBlock, world.who);
    if (!ends) {
      EXPECT_EQ(ends.error(), Errno::NOMEM);
      return;
    }
    const ErrnoOr<size_t> written = write(*ends->writer, std::string(2 * kPageSize, 'x'));
    EXPECT_TRUE(written || written.error() == Errno::NOMEM);
    const ErrnoOr<size_t> resized = pipe_of(*ends->reader)->set_capacity(1 << 17);
    EXPECT_TRUE(resized || resized.error() == Errno::NOMEM);
  };
  EXPECT_GE(sim::for_each_allocation_failure(run), 6u);
}

}  // namespace
}  // namespace jacinth::fs
