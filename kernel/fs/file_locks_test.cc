#include "fs/file_locks.h"

#include "exec/activity.h"
#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using Kind = FileLock::Kind;
using Space = FileLocks::Space;
using Wait = FileLocks::Wait;

class FileLocksTest : public FilesTest {
 protected:
  FileLocksTest() {
    EXPECT_EQ(world.touch("/f"), kOk);
    EXPECT_EQ(world.touch("/g"), kOk);
  }
  Node& node(std::string_view path) { return world.at(path).node(); }
  static FileLock lock(const int& owner, Kind kind, uint64_t first = 0,
                       uint64_t last = FileLock::kToTheEnd) {
    return {.kind = kind, .first = first, .last = last, .owner = &owner, .process = owner};
  }
  Errno set(const FileLock& wanted, Space space = Space::Records, std::string_view path = "/f") {
    return error_of(FileWorld::now(
        (*node(path).locks())->set(RefPtr(&node(path)), space, wanted, Wait::No, false)));
  }
  // An x for each of the first bytes that `owner` could not lock.
  std::string held(const int& owner) {
    std::string text;
    for (uint64_t at = 0; at < 20; ++at) {
      const bool taken = (*node("/f").locks())
                             ->conflict(Space::Records, lock(owner, Kind::Exclusive, at, at))
                             .has_value();
      text += taken ? 'x' : '.';
    }
    return text;
  }
  static exec::Task<void> call(exec::Eventually<ErrnoOr<>> waiting, ErrnoOr<>& result) {
    result = co_await std::move(waiting);
  }
  void set_later(exec::Activity& activity, const FileLock& wanted, std::string_view path,
                 ErrnoOr<>& result) {
    result = fail(Errno::BADF);
    ASSERT_TRUE(activity.start([&] {
      return call(
          (*node(path).locks())->set(RefPtr(&node(path)), Space::Records, wanted, Wait::Yes, true),
          result);
    }));
    settle();
  }
  void settle() { EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle); }

  const int a_ = 1, b_ = 2, c_ = 3;
};

TEST_F(FileLocksTest, SharedAndExclusive) {
  EXPECT_EQ(set(lock(a_, Kind::Shared)), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared)), kOk);
  EXPECT_EQ(set(lock(c_, Kind::Exclusive)), Errno::AGAIN);
  EXPECT_EQ(set(lock(a_, Kind::Exclusive)), Errno::AGAIN);
  EXPECT_EQ(set(lock(b_, Kind::None)), kOk);
  EXPECT_EQ(set(lock(a_, Kind::Exclusive)), kOk);
  const auto other = (*node("/f").locks())->conflict(Space::Records, lock(b_, Kind::Shared, 5, 6));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->process, a_);
  EXPECT_EQ(other->kind, Kind::Exclusive);
  // flock() and fcntl() do not see one another.
  EXPECT_EQ(set(lock(b_, Kind::Exclusive), Space::Whole), kOk);
  EXPECT_EQ(set(lock(c_, Kind::Shared), Space::Whole), Errno::AGAIN);
}

TEST_F(FileLocksTest, RangesAreCutAndJoined) {
  EXPECT_EQ(set(lock(a_, Kind::Exclusive, 0, 19)), kOk);
  EXPECT_EQ(set(lock(a_, Kind::None, 5, 9)), kOk);
  EXPECT_EQ(held(b_), "xxxxx.....xxxxxxxxxx");
  EXPECT_EQ(set(lock(b_, Kind::Shared, 5, 9)), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared, 4, 9)), Errno::AGAIN);
  EXPECT_EQ(set(lock(b_, Kind::None, 0, 19)), kOk);
  EXPECT_EQ(set(lock(a_, Kind::Exclusive, 5, 9)), kOk);
  EXPECT_EQ(held(b_), "xxxxxxxxxxxxxxxxxxxx");
  EXPECT_EQ(set(lock(a_, Kind::None, 0, 2)), kOk);
  EXPECT_EQ(set(lock(a_, Kind::None, 18, FileLock::kToTheEnd)), kOk);
  EXPECT_EQ(held(b_), "...xxxxxxxxxxxxxxx..");
  // A shared lock in the middle of an exclusive one: others may share that.
  EXPECT_EQ(set(lock(a_, Kind::Shared, 8, 8)), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared, 8, 8)), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared, 9, 9)), Errno::AGAIN);
  node("/f").locks_if_any()->release_all(&a_);
  EXPECT_EQ(held(c_), "........x...........");
}

TEST_F(FileLocksTest, WaitersGetTheirTurn) {
  EXPECT_EQ(set(lock(a_, Kind::Exclusive)), kOk);
  exec::Activity activity;
  ErrnoOr<> result;
  set_later(activity, lock(b_, Kind::Exclusive), "/f", result);
  EXPECT_EQ(error_of(result), Errno::BADF);
  EXPECT_EQ(set(lock(a_, Kind::None)), kOk);
  settle();
  EXPECT_EQ(error_of(result), kOk);
  EXPECT_EQ(set(lock(a_, Kind::Shared)), Errno::AGAIN);
}

TEST_F(FileLocksTest, InterruptedWaiters) {
  EXPECT_EQ(set(lock(a_, Kind::Exclusive)), kOk);
  exec::Activity activity;
  ErrnoOr<> result;
  set_later(activity, lock(b_, Kind::Exclusive), "/f", result);
  activity.interrupt();
  settle();
  EXPECT_EQ(error_of(result), Errno::RESTARTSYS);
  EXPECT_EQ(set(lock(a_, Kind::None)), kOk);
  EXPECT_EQ(set(lock(c_, Kind::Exclusive)), kOk);
}

TEST_F(FileLocksTest, DeadlocksAreFound) {
  EXPECT_EQ(set(lock(a_, Kind::Exclusive), Space::Records, "/f"), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Exclusive), Space::Records, "/g"), kOk);
  exec::Activity waits;
  exec::Activity closes_the_ring;
  ErrnoOr<> first;
  ErrnoOr<> second;
  set_later(waits, lock(a_, Kind::Exclusive), "/g", first);
  EXPECT_EQ(error_of(first), Errno::BADF);
  set_later(closes_the_ring, lock(b_, Kind::Shared), "/f", second);
  EXPECT_EQ(error_of(second), Errno::DEADLK);
  EXPECT_EQ(set(lock(b_, Kind::None), Space::Records, "/g"), kOk);
  settle();
  EXPECT_EQ(error_of(first), kOk);
}

TEST_F(FileLocksTest, ChangingAWholeLockGivesItUpFirst) {
  EXPECT_EQ(set(lock(a_, Kind::Shared), Space::Whole), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared), Space::Whole), kOk);
  EXPECT_EQ(set(lock(a_, Kind::Exclusive), Space::Whole), Errno::AGAIN);
  EXPECT_EQ(set(lock(b_, Kind::Exclusive), Space::Whole), kOk);
}

TEST_F(FileLocksTest, ClosingLetsGo) {
  auto file = *world.open("/f", open_flags::kReadWrite);
  FileLock own{.kind = Kind::Exclusive, .owner = file.get()};
  EXPECT_EQ(set(own, Space::Whole), kOk);
  EXPECT_EQ(set(lock(a_, Kind::Exclusive), Space::Records), kOk);
  file->on_close(&a_);
  EXPECT_EQ(set(lock(b_, Kind::Exclusive), Space::Records), kOk);
  EXPECT_EQ(set(lock(b_, Kind::Shared), Space::Whole), Errno::AGAIN);
  file = nullptr;
  EXPECT_EQ(set(lock(b_, Kind::Shared), Space::Whole), kOk);
}

}  // namespace
}  // namespace jacinth::fs
