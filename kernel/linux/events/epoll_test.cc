#include "linux/events/epoll.h"

#include "exec/deferred.h"
#include "fs/pipe.h"
#include "fs/testing.h"
#include "linux/events/event_counter.h"
#include "linux/files/poll_events.h"

namespace jacinth::linux {
namespace {

using fs::FileWorld;

// A file as a descriptor holds it.
class Descriptor {
 public:
  explicit Descriptor(RefPtr<fs::File> file) : file_(std::move(file)) { file_->add_handle(); }
  ~Descriptor() { close(); }
  void close() {
    if (!file_) return;
    file_->remove_handle();
    file_ = nullptr;
  }
  fs::File& operator*() const { return *file_; }
  fs::File* operator->() const { return file_.get(); }

 private:
  RefPtr<fs::File> file_;
};

struct Collector final : EpollFile::Sink {
  ErrnoOr<> add(const abi::epoll_event& event) override {
    if (refuses) return fail(Errno::FAULT);
    events.emplace_back(uint32_t{event.events}, uint64_t{event.data});
    return {};
  }
  std::vector<std::pair<uint32_t, uint64_t>> events;
  bool refuses = false;
};
using Events = std::vector<std::pair<uint32_t, uint64_t>>;

class EpollTest : public testing::Test {
 protected:
  EpollTest() : epoll_(*EpollFile::create()), ends_(*fs::make_pipe(04000, world_.who)) {}

  static Errno error_of(const ErrnoOr<>& result) { return result ? Errno{} : result.error(); }
  static abi::epoll_event event(uint32_t events, uint64_t data = 7) {
    return {.events = events, .data = data};
  }
  static Events harvest(EpollFile& epoll, uint32_t most = 10) {
    Collector collector;
    EXPECT_EQ(*epoll.harvest(most, collector), collector.events.size());
    return collector.events;
  }
  Events harvest() { return harvest(*epoll_); }
  void write(std::string_view text) {
    EXPECT_EQ(FileWorld::write(*ends_.writer, text), text.size());
  }

  FileWorld world_;
  RefPtr<EpollFile> epoll_;
  fs::PipeEnds ends_;
};

TEST_F(EpollTest, LevelTriggered) {
  const Descriptor reader(ends_.reader);
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn)));
  EXPECT_EQ(error_of(epoll_->add(*reader, 3, event(kPollIn))), Errno::EXIST);
  EXPECT_EQ(harvest(), Events{});
  write("x");
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
  EXPECT_EQ(FileWorld::read(*ends_.reader), "x");
  EXPECT_EQ(harvest(), Events{});
  ASSERT_TRUE(epoll_->remove(*reader, 3));
  EXPECT_EQ(error_of(epoll_->remove(*reader, 3)), Errno::NOENT);
  EXPECT_EQ(error_of(epoll_->modify(*reader, 3, event(kPollIn))), Errno::NOENT);
  write("y");
  EXPECT_EQ(harvest(), Events{});
}

TEST_F(EpollTest, EdgeTriggered) {
  const Descriptor reader(ends_.reader);
  write("x");
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn | epoll_flag::kEdge)));
  // Ready when registered counts as an edge; what has been told is not told again.
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
  EXPECT_EQ(harvest(), Events{});
  // More data is an edge, though there was some before.
  write("y");
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
  EXPECT_EQ(harvest(), Events{});
}

TEST_F(EpollTest, OneShot) {
  const Descriptor reader(ends_.reader);
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn | epoll_flag::kOneShot)));
  write("x");
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
  write("y");
  EXPECT_EQ(harvest(), Events{});
  ASSERT_TRUE(epoll_->modify(*reader, 3, event(kPollIn | epoll_flag::kOneShot, 8)));
  EXPECT_EQ(harvest(), (Events{{kPollIn, 8}}));
  EXPECT_EQ(harvest(), Events{});
}

TEST_F(EpollTest, WhatCouldNotBeToldIsKept) {
  const Descriptor reader(ends_.reader);
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn | epoll_flag::kEdge)));
  write("x");
  Collector refusing;
  refusing.refuses = true;
  EXPECT_EQ(epoll_->harvest(10, refusing).error(), Errno::FAULT);
  EXPECT_EQ(harvest(), (Events{{kPollIn, 7}}));
}

TEST_F(EpollTest, EveryMemberGetsItsTurn) {
  const Descriptor reader(ends_.reader);
  const Descriptor writer(ends_.writer);
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn, 1)));
  ASSERT_TRUE(epoll_->add(*writer, 4, event(kPollOut, 2)));
  write("x");
  EXPECT_EQ(harvest(*epoll_, 1), (Events{{kPollOut, 2}}));
  EXPECT_EQ(harvest(*epoll_, 1), (Events{{kPollIn, 1}}));
  EXPECT_EQ(harvest(*epoll_, 1), (Events{{kPollOut, 2}}));
  EXPECT_EQ(harvest().size(), 2u);
}

TEST_F(EpollTest, TheLastDescriptorTakesTheMemberAlong) {
  Descriptor reader(ends_.reader);
  Descriptor copy(ends_.reader);
  ends_.reader = nullptr;
  ASSERT_TRUE(epoll_->add(*reader, 3, event(kPollIn, 1)));
  ASSERT_TRUE(epoll_->add(*reader, 5, event(kPollIn, 2)));  // by another descriptor
  write("x");
  EXPECT_EQ(harvest().size(), 2u);
  reader.close();
  EXPECT_EQ(harvest().size(), 2u);
  // The set did not keep the file: now nobody reads the pipe.
  copy.close();
  EXPECT_EQ(harvest(), Events{});
  EXPECT_EQ(ends_.writer->readiness(), fs::ready::kOut | fs::ready::kError);
}

TEST_F(EpollTest, HangUpsAreToldUnasked) {
  const Descriptor reader(ends_.reader);
  ASSERT_TRUE(epoll_->add(*reader, 3, event(0)));
  ends_.writer = nullptr;
  EXPECT_EQ(harvest(), (Events{{kPollHangUp, 7}}));
}

TEST_F(EpollTest, Nested) {
  const Descriptor inner{RefPtr<fs::File>(*EpollFile::create())};
  EpollFile& inner_epoll = *EpollFile::of(*inner);
  const Descriptor reader(ends_.reader);
  ASSERT_TRUE(epoll_->add(*inner, 3, event(kPollIn | epoll_flag::kEdge, 1)));
  ASSERT_TRUE(inner_epoll.add(*reader, 4, event(kPollIn, 2)));
  EXPECT_EQ(harvest(), Events{});
  write("x");
  exec::run_deferred();
  EXPECT_EQ(inner->readiness(), fs::ready::kIn);
  EXPECT_EQ(harvest(), (Events{{kPollIn, 1}}));
  EXPECT_EQ(harvest(), Events{});
  EXPECT_EQ(harvest(inner_epoll), (Events{{kPollIn, 2}}));
  EXPECT_EQ(FileWorld::read(*ends_.reader), "x");
  EXPECT_EQ(inner->readiness(), 0u);
  write("y");
  exec::run_deferred();
  EXPECT_EQ(harvest(), (Events{{kPollIn, 1}}));
}

TEST_F(EpollTest, CirclesAreRefused) {
  const Descriptor a{RefPtr<fs::File>(*EpollFile::create())};
  const Descriptor b{RefPtr<fs::File>(*EpollFile::create())};
  ASSERT_TRUE(EpollFile::of(*a)->add(*b, 3, event(kPollIn)));
  EXPECT_EQ(error_of(EpollFile::of(*b)->add(*a, 3, event(kPollIn))), Errno::LOOP);
  EXPECT_EQ(error_of(EpollFile::of(*b)->add(*a, 3, event(kPollIn | epoll_flag::kExclusive))),
            Errno::INVAL);
}

TEST_F(EpollTest, DepthIsBounded) {
  std::vector<std::unique_ptr<Descriptor>> chain;
  for (int i = 0; i < 6; ++i)
    chain.push_back(std::make_unique<Descriptor>(RefPtr<fs::File>(*EpollFile::create())));
  // From the top down, so that only the length above can tell.
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(EpollFile::of(**chain[i])->add(**chain[i + 1], 3, event(kPollIn)));
  EXPECT_EQ(error_of(EpollFile::of(**chain[4])->add(**chain[5], 3, event(kPollIn))), Errno::LOOP);
}

class EventCounterTest : public testing::Test {
 protected:
  static ErrnoOr<size_t> write(fs::File& file, uint64_t value) {
    return FileWorld::now(
        file.write(fs::IoSource::kernel(std::as_bytes(std::span(&value, 1))), {}));
  }
  static ErrnoOr<uint64_t> read(fs::File& file) {
    uint64_t value = 0;
    const auto done = FileWorld::now(
        file.read(fs::IoTarget::kernel(std::as_writable_bytes(std::span(&value, 1))), {}));
    if (!done) return fail(done.error());
    return value;
  }
  FileWorld world_;
};

TEST_F(EventCounterTest, CountsAndIsTaken) {
  const auto file = *make_event_counter(3, false, 04000);
  EXPECT_EQ(*read(*file), 3u);
  EXPECT_EQ(read(*file).error(), Errno::AGAIN);
  EXPECT_EQ(file->readiness(), fs::ready::kOut);
  EXPECT_EQ(*write(*file, 5), 8u);
  EXPECT_EQ(*write(*file, 6), 8u);
  EXPECT_EQ(*read(*file), 11u);
  EXPECT_EQ(write(*file, ~uint64_t{0}).error(), Errno::INVAL);
  EXPECT_EQ(*write(*file, ~uint64_t{0} - 1), 8u);
  EXPECT_EQ(file->readiness(), fs::ready::kIn);
  EXPECT_EQ(write(*file, 1).error(), Errno::AGAIN);
}

TEST_F(EventCounterTest, ASemaphoreGivesOneAtATime) {
  const auto file = *make_event_counter(2, true, 04000);
  EXPECT_EQ(*read(*file), 1u);
  EXPECT_EQ(*read(*file), 1u);
  EXPECT_EQ(read(*file).error(), Errno::AGAIN);
}

}  // namespace
}  // namespace jacinth::linux
