#include "vm/user_memory.h"

#include "base/spinlock.h"
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using hal::Access;

class UserMemoryTest : public VmTest {
 protected:
  static constexpr uint64_t kPages = 8;

  UserMemoryTest() : vmo_(*Vmo::create(kPages * kPage)) {
    base_ = *space_->root()->map(
        {}, vmo_, 0, kPages * kPage,
        {.access = Access::Read | Access::Write, .max_access = Access::Read | Access::Write});
  }
  void run(const std::function<void()>& body) { memory_.run_in(*space_, body); }

  TestSpace space_;
  RefPtr<Vmo> vmo_;
  VirtAddr base_;
};

TEST_F(UserMemoryTest, ValuesAndArraysGoBothWays) {
  run([&] {
    const UserInOut<uint32_t> user(base_ + (kPage - 8));
    EXPECT_TRUE(user.write(5));
    EXPECT_TRUE(user.write(6, 3));  // on the next page
    EXPECT_EQ(*user.read(), 5u);
    uint32_t all[4] = {};
    EXPECT_TRUE(user.read_array(all));
    EXPECT_EQ(all[3], 6u);
    EXPECT_EQ(all[1], 0u);
    const uint32_t two[] = {8, 9};
    EXPECT_TRUE(user.out().at(1).write_array(two));
    EXPECT_EQ(*user.in().at(2).read(), 9u);
  });
}

TEST_F(UserMemoryTest, BadAddressesAreInvalid) {
  run([&] {
    uint64_t value = 0;
    for (VirtAddr at : {VirtAddr{0}, VirtAddr{8}, base_ + kPages * kPage, VirtAddr{~uint64_t{0}},
                        VirtAddr{0xffff'8000'0000'0000}}) {
      EXPECT_EQ(status_of(UserIn<uint64_t>(at).read()), Status::InvalidArgs);
      EXPECT_EQ(status_of(UserOut<uint64_t>(at).write(value)), Status::InvalidArgs);
    }
    const UserOut<uint64_t> user(base_);
    EXPECT_EQ(status_of(user.write(value, ~size_t{0})), Status::InvalidArgs);
    EXPECT_EQ(status_of(user.write(value, ~size_t{0} / 8 + 1)), Status::InvalidArgs);
    EXPECT_TRUE(UserIn<uint64_t>(VirtAddr{0}).is_null());
  });
}

TEST_F(UserMemoryTest, ReadOnlyMemoryIsNotWritten) {
  ASSERT_TRUE(space_->root()->protect(base_, kPage, Access::Read));
  run([&] {
    EXPECT_EQ(status_of(UserOut<char>(base_).write('x')), Status::InvalidArgs);
    EXPECT_TRUE(UserIn<char>(base_).read());
    EXPECT_EQ(status_of(UserOut<uint16_t>(base_ + (kPage - 1)).write(1)), Status::InvalidArgs);
  });
}

TEST_F(UserMemoryTest, NothingMayBeReadOrWrittenWithoutASpace) {
  EXPECT_EQ(status_of(UserIn<char>(base_).read()), Status::InvalidArgs);
}

TEST_F(UserMemoryTest, VmosAreCopiedToAndFromUserMemory) {
  auto other = *Vmo::create(4 * kPage);
  poke(*other, 1, 11);
  poke(*other, 3, 13);
  run([&] {
    ByteRange range{kPage, 3 * kPage};
    UserOut<std::byte> to(base_ + 100);
    while (range.size != 0) EXPECT_TRUE(other->read(range, to));
    EXPECT_EQ(*UserIn<uint8_t>(base_ + 100).read(), 11);
    EXPECT_EQ(*UserIn<uint8_t>(base_ + 100 + kPage).read(), 0);
    EXPECT_EQ(*UserIn<uint8_t>(base_ + 100 + 2 * kPage).read(), 13);
    ByteRange back{0, 3 * kPage};
    UserIn<std::byte> from(base_ + 100);
    while (back.size != 0) EXPECT_TRUE(other->write(back, from));
    EXPECT_EQ(peek(*other, 0), 11);
    EXPECT_EQ(peek(*other, 2), 13);
    EXPECT_EQ(peek(*other, 3), 13);
  });
}

TEST_F(UserMemoryTest, AVmoIsCopiedToItsOwnMapping) {
  poke(*vmo_, 0, 1);
  run([&] {
    ByteRange range{0, 2 * kPage};
    UserOut<std::byte> to(base_ + 2 * kPage);
    while (range.size != 0) EXPECT_TRUE(vmo_->read(range, to));
    EXPECT_EQ(peek(*vmo_, 2), 1);
  });
}

TEST_F(UserMemoryTest, VmoCopiesReportRangesBeforeFaults) {
  run([&] {
    ByteRange outside{kPages * kPage, 1};
    UserOut<std::byte> nowhere(VirtAddr{8});
    EXPECT_EQ(status_of(vmo_->read(outside, nowhere)), Status::OutOfRange);
    ByteRange inside{0, 1};
    EXPECT_EQ(status_of(vmo_->read(inside, nowhere)), Status::InvalidArgs);
    UserIn<std::byte> source(VirtAddr{8});
    EXPECT_EQ(status_of(vmo_->write(inside, source)), Status::InvalidArgs);
    ByteRange empty{kPages * kPage, 0};
    EXPECT_TRUE(vmo_->read(empty, nowhere));
    EXPECT_TRUE(vmo_->write(empty, source));
  });
}

TEST_F(UserMemoryTest, LackOfMemoryIsNotABadAddress) {
  run([&] {
    const uint64_t failures = sim::for_each_allocation_failure([&] {
      ByteRange all{0, kPages * kPage};
      while (all.size != 0) ASSERT_TRUE(vmo_->decommit(all));
      const Result<> written = UserOut<uint32_t>(base_ + (kPage - 2)).write(7);
      if (!written) EXPECT_EQ(written.error(), Status::NoMemory);
    });
    EXPECT_GT(failures, 2u);
  });
}

TEST_F(UserMemoryTest, CopyingWithALockHeldIsAKernelBug) {
  EXPECT_DEATH(run([&] {
                 SpinLock lock(LockRank::Object);
                 const LockGuard guard(lock);
                 static_cast<void>(UserIn<char>(base_).read());
               }),
               "assertion failed: current_held_locks");
}

}  // namespace
}  // namespace jacinth::vm
