// Memory objects and mappings with every allocation failing in turn: contents and mappings stay as
// they were, or as far as the call has come.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/object.h>

#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

constexpr uint64_t kPages = 40;
constexpr uint64_t kSize = kPages * kPageSize;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

// A resizable VMO in word 0; with contents, the first word of each page is `stamp` + its number.
Steps make_vmo(Program& p, uint64_t stamp = 0) {
  co_await p.ok(number::kVmoCreate, kSize, ZX_VMO_RESIZABLE, p.at(0));
  if (stamp == 0) co_return;
  for (uint64_t page = 0; page < kPages; ++page) {
    co_await p.write<uint64_t>(p.data(), stamp + page);
    co_await p.ok(number::kVmoWrite, co_await p.handle(0), p.data(), page * kPageSize, 8);
  }
}

sim::UserTask<uint64_t> word_of(Program& p, HandleValue vmo, uint64_t offset) {
  co_await p.ok(number::kVmoRead, vmo, p.data(5000), offset, 8);
  co_return co_await p.read<uint64_t>(p.data(5000));
}

Steps expect_stamps(Program& p, HandleValue vmo, uint64_t stamp, uint64_t from, uint64_t to) {
  for (uint64_t page = from; page < to; ++page)
    EXPECT_EQ(co_await word_of(p, vmo, page * kPageSize), stamp + page) << "page " << page;
}

TEST(FailingMemory, Commit) {
  each_failure(4, [](Program& p) -> Steps {
    co_await make_vmo(p);
    const HandleValue vmo = co_await p.handle(0);
    co_await p.retried(number::kVmoOpRange, vmo, ZX_VMO_OP_COMMIT, 0, kSize, 0, 0);
    co_await p.ok(number::kObjectGetInfo, vmo, ZX_INFO_VMO, p.data(), sizeof(zx_info_vmo_t), 0, 0);
    EXPECT_EQ((co_await p.read<zx_info_vmo_t>(p.data())).committed_bytes, kSize);
  });
}

TEST(FailingMemory, WriteReachesEveryPage) {
  each_failure(3, [](Program& p) -> Steps {
    co_await make_vmo(p);
    const HandleValue vmo = co_await p.handle(0);
    constexpr uint64_t kLength = 9 * kPageSize;
    for (uint64_t page = 0; page < 9; ++page)
      co_await p.write<uint64_t>(p.data(page * kPageSize), 1000 + page);
    co_await p.retried(number::kVmoWrite, vmo, p.data(), 0, kLength);
    co_await expect_stamps(p, vmo, 1000, 0, 9);
    EXPECT_EQ(co_await word_of(p, vmo, kLength), 0u);
  });
}

TEST(FailingMemory, ReadNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await make_vmo(p, 7);
    EXPECT_EQ(co_await p.failing(number::kVmoRead, co_await p.handle(0), p.data(), 0, 8192),
              Status::Ok);
  });
}

template <uint32_t kKind>
void child_changes_nothing() {
  each_failure(3, [](Program& p) -> Steps {
    co_await p.ok(number::kVmoCreate, kSize, 0, p.at(0));
    const HandleValue vmo = co_await p.handle(0);
    co_await p.ok(number::kVmoOpRange, vmo, ZX_VMO_OP_COMMIT, 0, kSize, 0, 0);
    if (co_await p.failing(number::kVmoCreateChild, vmo, kKind, 3 * kPageSize, 9 * kPageSize,
                           p.at(1)) == Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(vmo), signals::kSignaled) << "it has no children";
      co_await p.ok(number::kVmoCreateChild, vmo, kKind, 3 * kPageSize, 9 * kPageSize, p.at(1));
    }
    EXPECT_EQ(co_await p.signals(vmo), 0u);
  });
}
TEST(FailingMemory, SnapshotChangesNothing) { child_changes_nothing<ZX_VMO_CHILD_SNAPSHOT>(); }
TEST(FailingMemory, SliceChangesNothing) { child_changes_nothing<ZX_VMO_CHILD_SLICE>(); }

// Either side's write copies a page, and perhaps nodes of the page tree.
template <bool kWriteToChild>
void write_after_snapshot_is_private() {
  each_failure(2, [](Program& p) -> Steps {
    co_await make_vmo(p, 500);
    co_await p.ok(number::kVmoCreateChild, co_await p.handle(0), ZX_VMO_CHILD_SNAPSHOT, 0, kSize,
                  p.at(1));
    const HandleValue written = co_await p.handle(kWriteToChild ? 1 : 0);
    const HandleValue other = co_await p.handle(kWriteToChild ? 0 : 1);
    co_await p.write<uint64_t>(p.data(), 1);
    co_await p.retried(number::kVmoWrite, written, p.data(), 17 * kPageSize, 8);
    EXPECT_EQ(co_await word_of(p, written, 17 * kPageSize), 1u);
    co_await expect_stamps(p, other, 500, 0, kPages);
  });
}
TEST(FailingMemory, WriteToSnapshotIsPrivate) { write_after_snapshot_is_private<true>(); }
TEST(FailingMemory, WriteToParentIsPrivate) { write_after_snapshot_is_private<false>(); }

TEST(FailingMemory, ShrinkOfASharedTreeIsAllOrNothing) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_vmo(p, 500);
    const HandleValue vmo = co_await p.handle(0);
    co_await p.ok(number::kVmoCreateChild, vmo, ZX_VMO_CHILD_SNAPSHOT, 0, kSize, p.at(1));
    if (co_await p.failing(number::kVmoSetSize, vmo, 11 * kPageSize) == Status::NoMemory) {
      co_await p.ok(number::kVmoGetSize, vmo, p.at(2));
      EXPECT_EQ(co_await p.word(2), kSize);
      co_await expect_stamps(p, vmo, 500, 0, kPages);
      co_await p.ok(number::kVmoSetSize, vmo, 11 * kPageSize);
    }
    co_await p.ok(number::kVmoSetSize, vmo, kSize);
    co_await expect_stamps(p, vmo, 500, 0, 11);
    EXPECT_EQ(co_await word_of(p, vmo, 11 * kPageSize), 0u);
    co_await expect_stamps(p, co_await p.handle(1), 500, 0, kPages);
  });
}

TEST(FailingMemory, GrowNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await make_vmo(p, 7);
    EXPECT_EQ(co_await p.failing(number::kVmoSetSize, co_await p.handle(0), kSize << 20),
              Status::Ok);
  });
}

TEST(FailingMemory, ZeroOfPartsOfPages) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_vmo(p, 500);
    const HandleValue vmo = co_await p.handle(0);
    co_await p.ok(number::kVmoCreateChild, vmo, ZX_VMO_CHILD_SNAPSHOT, 0, kSize, p.at(1));
    // From the middle of page 4 to the middle of page 9.
    constexpr uint64_t kFrom = 4 * kPageSize + 2048;
    co_await p.retried(number::kVmoOpRange, vmo, ZX_VMO_OP_ZERO, kFrom, 5 * kPageSize, 0, 0);
    EXPECT_EQ(co_await word_of(p, vmo, 4 * kPageSize), 504u);
    for (uint64_t page = 5; page <= 9; ++page)
      EXPECT_EQ(co_await word_of(p, vmo, page * kPageSize), 0u);
    co_await expect_stamps(p, vmo, 500, 10, kPages);
    co_await expect_stamps(p, co_await p.handle(1), 500, 0, kPages);
  });
}

// --- Mappings

constexpr uint64_t kPlace = 0x800'0000;  // of the tests' mappings, from the root VMAR's base

VirtAddr place(uint64_t page = 0) { return hal::user_range().base + kPlace + page * kPageSize; }

// The VMO of word 0, mapped at place().
Steps make_mapping(Program& p, uint64_t stamp = 0) {
  co_await make_vmo(p, stamp);
  co_await p.ok(number::kVmarMap, p.vmar, kReadWrite | ZX_VM_SPECIFIC, kPlace, co_await p.handle(0),
                0, kSize, p.at(3));
}

TEST(FailingMemory, MapLeavesThePlaceFree) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_vmo(p, 500);
    co_await p.retried(number::kVmarMap, p.vmar, kReadWrite | ZX_VM_SPECIFIC | ZX_VM_MAP_RANGE,
                       kPlace, co_await p.handle(0), 0, kSize, p.at(3));
    EXPECT_EQ(co_await p.read<uint64_t>(place(39)), 539u);
  });
}

TEST(FailingMemory, OverwriteKeepsWhatIsThere) {
  each_failure(2, [](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    co_await p.ok(number::kVmoCreate, kPageSize, 0, p.at(1));
    co_await p.retried(number::kVmarMap, p.vmar, kReadWrite | ZX_VM_SPECIFIC_OVERWRITE,
                       kPlace + 5 * kPageSize, co_await p.handle(1), 0, kPageSize, p.at(3));
    EXPECT_EQ(co_await p.read<uint64_t>(place(4)), 504u);
    EXPECT_EQ(co_await p.read<uint64_t>(place(5)), 0u);
    EXPECT_EQ(co_await p.read<uint64_t>(place(6)), 506u);
  });
}

TEST(FailingMemory, UnmapOfTheMiddle) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    co_await p.retried(number::kVmarUnmap, p.vmar, place(5), 3 * kPageSize);
    EXPECT_EQ(co_await p.read<uint64_t>(place(4)), 504u);
    EXPECT_EQ(co_await p.read<uint64_t>(place(8)), 508u);
    // The hole is one: it can be filled.
    co_await p.ok(number::kVmarMap, p.vmar, ZX_VM_PERM_READ | ZX_VM_SPECIFIC,
                  kPlace + 5 * kPageSize, co_await p.handle(0), 0, 3 * kPageSize, p.at(3));
  });
}

TEST(FailingMemory, UnmapOfTheWholeNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    EXPECT_EQ(co_await p.failing(number::kVmarUnmap, p.vmar, place(), kSize), Status::Ok);
  });
}

TEST(FailingMemory, ProtectOfTheMiddle) {
  each_failure(2, [](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    if (co_await p.failing(number::kVmarProtect, p.vmar, ZX_VM_PERM_READ, place(5),
                           3 * kPageSize) == Status::NoMemory) {
      co_await p.write<uint64_t>(place(6), 1);  // may still be written
      co_await p.ok(number::kVmarProtect, p.vmar, ZX_VM_PERM_READ, place(5), 3 * kPageSize);
    }
    co_await p.write<uint64_t>(place(4), 1);
    co_await p.write<uint64_t>(place(8), 1);
    EXPECT_EQ(co_await p.call(number::kClockGet, 0, place(6)), Status::InvalidArgs);
  });
}

TEST(FailingMemory, MapRangeAndDecommit) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    co_await p.retried(number::kVmarOpRange, p.vmar, ZX_VMAR_OP_MAP_RANGE, place(), kSize, 0, 0);
  });
  each_failure(1, [](Program& p) -> Steps {
    co_await make_mapping(p, 500);
    co_await p.ok(number::kVmoCreateChild, co_await p.handle(0), ZX_VMO_CHILD_SNAPSHOT, 0, kSize,
                  p.at(1));
    co_await p.retried(number::kVmarOpRange, p.vmar, ZX_VMAR_OP_DECOMMIT, place(3), 4 * kPageSize,
                       0, 0);
    EXPECT_EQ(co_await p.read<uint64_t>(place(3)), 0u);
    co_await expect_stamps(p, co_await p.handle(1), 500, 0, kPages);
  });
}

TEST(FailingMemory, DestroyNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await make_vmo(p);
    co_await p.ok(number::kVmarAllocate, p.vmar, ZX_VM_CAN_MAP_READ, 0, kSize, p.at(1), p.at(2));
    co_await p.ok(number::kVmarMap, co_await p.handle(1), ZX_VM_PERM_READ, 0, co_await p.handle(0),
                  0, kSize, p.at(3));
    EXPECT_EQ(co_await p.failing(number::kVmarDestroy, co_await p.handle(1)), Status::Ok);
  });
}

// The kernel faults pages in for a call, too: here for the one that copies a result out.
TEST(FailingMemory, ResultsGoToMemoryThatIsNotThereYet) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_mapping(p);
    co_await p.retried(number::kClockGet, 0, place(7));
  });
}

// --- Streams

TEST(FailingMemory, StreamMovesAsFarAsItWrites) {
  each_failure(2, [](Program& p) -> Steps {
    co_await p.ok(number::kVmoCreate, 0, ZX_VMO_RESIZABLE, p.at(0));
    const HandleValue vmo = co_await p.handle(0);
    co_await p.ok(number::kStreamCreate, ZX_STREAM_MODE_WRITE, vmo, 0, p.at(1));
    const HandleValue stream = co_await p.handle(1);
    constexpr uint64_t kLength = 9 * kPageSize;
    co_await p.write<uint64_t>(p.at(10), raw(p.data()));
    co_await p.write<uint64_t>(p.at(11), kLength);
    if (co_await p.failing(number::kStreamWritev, stream, 0, p.at(10), 1, p.at(2)) ==
        Status::NoMemory)
      co_await p.write<uint64_t>(p.at(2), 0);
    const uint64_t written = co_await p.word(2);
    co_await p.ok(number::kStreamSeek, stream, ZX_STREAM_SEEK_ORIGIN_CURRENT, 0, p.at(3));
    EXPECT_EQ(co_await p.word(3), written);
    co_await p.ok(number::kObjectGetProperty, vmo, ZX_PROP_VMO_CONTENT_SIZE, p.at(4), 8);
    EXPECT_EQ(co_await p.word(4), written);
    co_await p.ok(number::kStreamWritevAt, stream, 0, 0, p.at(10), 1, p.at(2));
    EXPECT_EQ(co_await p.word(2), kLength);
  });
}

// --- Another process's memory

TEST(FailingMemory, WriteToAnotherProcess) {
  each_failure(2, [](Program& p) -> Steps {
    co_await make_vmo(p);
    co_await p.ok(number::kProcessCreate, p.job, p.data(), 4, 0, p.at(1), p.at(2));
    co_await p.ok(number::kVmarMap, co_await p.handle(2), kReadWrite | ZX_VM_SPECIFIC, kPlace,
                  co_await p.handle(0), 0, kSize, p.at(3));
    co_await p.write<uint64_t>(p.data(), 0xfeed);
    co_await p.retried(number::kProcessWriteMemory, co_await p.handle(1), place(3), p.data(), 8,
                       p.at(4));
    EXPECT_EQ(co_await word_of(p, co_await p.handle(0), 3 * kPageSize), 0xfeedu);
  });
}

}  // namespace
}  // namespace jacinth::zircon
