// Families of VMOs under random operations, against a model in which every VMO has its own copy.
#include <memory>

#include "hal/sim/random.h"
#include "hal/sim/seeds.h"
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

// Contents shared by a VMO and its slices.
struct ModelPages {
  std::vector<uint8_t> bytes;  // one for each page
};
struct Member {
  RefPtr<Vmo> vmo;
  std::shared_ptr<ModelPages> pages;
  uint64_t first = 0;
  uint64_t count = 0;
  bool slice = false;
  bool has_slices = false;

  uint8_t& at(uint64_t page) { return pages->bytes[first + page]; }
};

class Family {
 public:
  explicit Family(uint64_t seed) : random_(seed) {}

  void step() {
    if (members_.empty()) return create();
    Member& member = members_[random_.below(members_.size())];
    switch (random_.below(12)) {
      case 0:
        return create();
      case 1:
      case 2:
        return take_snapshot(member);
      case 3:
        return take_slice(member);
      case 4:
        return resize(member);
      case 5:
        return zero(member);
      case 6:
        return drop();
      case 7:
        return commit(member);
      default:
        return write(member);
    }
  }

  void check() {
    uint64_t charged = 0;
    for (Member& member : members_) {
      ASSERT_EQ(member.vmo->size(), member.count * kPage);
      for (uint64_t page = 0; page < member.count; ++page)
        ASSERT_EQ(peek(*member.vmo, page), member.at(page)) << "page " << page;
      charged += committed_pages(*member.vmo);
    }
    // A dropped VMO whose slices live is still there, but nobody can ask it.
    if (!orphaned_slices_) EXPECT_EQ(charged, frames().counts().of(FrameUse::Vmo));
    EXPECT_LE(charged, frames().counts().of(FrameUse::Vmo));
  }

 private:
  static constexpr uint64_t kMostPages = 80;

  void add(RefPtr<Vmo> vmo, std::vector<uint8_t> bytes) {
    auto pages = std::make_shared<ModelPages>(std::move(bytes));
    const uint64_t count = pages->bytes.size();
    members_.push_back({std::move(vmo), std::move(pages), 0, count});
  }
  void create() {
    if (members_.size() > 12) return drop();
    const uint64_t count = random_.below(kMostPages);
    add(*Vmo::create(count * kPage, random_.one_in(2) ? Resizable::Yes : Resizable::No),
        std::vector<uint8_t>(count));
  }
  void take_snapshot(Member& parent) {
    if (members_.size() > 12) return drop();
    const uint64_t first = random_.below(parent.count + 10);
    const uint64_t count = random_.below(kMostPages);
    std::vector<uint8_t> bytes(count);
    for (uint64_t page = 0; page < count && first + page < parent.count; ++page)
      bytes[page] = parent.at(first + page);
    auto child =
        parent.vmo->create_child(ChildKind::Snapshot, first * kPage, count * kPage, Resizable::Yes);
    ASSERT_TRUE(child);
    add(*child, std::move(bytes));
  }
  void take_slice(Member& parent) {
    if (members_.size() > 12) return drop();
    const uint64_t first = random_.below(parent.count + 1);
    const uint64_t count = random_.below(parent.count - first + 1);
    auto child =
        parent.vmo->create_child(ChildKind::Slice, first * kPage, count * kPage, Resizable::No);
    ASSERT_EQ(child.has_value(), !parent.vmo->resizable());
    if (!child) return;
    parent.has_slices = true;
    members_.push_back({*child, parent.pages, parent.first + first, count, true, false});
  }
  void resize(Member& member) {
    const uint64_t count = random_.below(kMostPages);
    const Result<> done = member.vmo->set_size(count * kPage);
    ASSERT_EQ(done.has_value(), member.vmo->resizable());
    if (!done) return;
    member.pages->bytes.resize(count);
    member.count = count;
  }
  void zero(Member& member) {
    const uint64_t first = random_.below(member.count + 1);
    ByteRange range{first * kPage, random_.below(member.count - first + 1) * kPage};
    const uint64_t count = range.size / kPage;
    do ASSERT_TRUE(member.vmo->zero(range));
    while (range.size != 0);
    for (uint64_t page = 0; page < count; ++page) member.at(first + page) = 0;
  }
  void commit(Member& member) {
    ByteRange range{0, member.count * kPage};
    do ASSERT_TRUE(member.vmo->commit(range));
    while (range.size != 0);
  }
  void write(Member& member) {
    if (member.count == 0) return;
    for (uint64_t i = random_.below(6) + 1; i > 0; --i) {
      const uint64_t page = random_.below(member.count);
      const auto value = static_cast<uint8_t>(random_.next());
      poke(*member.vmo, page, value);
      member.at(page) = value;
    }
  }
  void drop() {
    const auto victim = members_.begin() + static_cast<ptrdiff_t>(random_.below(members_.size()));
    if (victim->has_slices) orphaned_slices_ = true;
    members_.erase(victim);
  }

  sim::Random random_;
  std::vector<Member> members_;
  bool orphaned_slices_ = false;
};

TEST(VmoFamilySeeds, AnyHistoryLooksAsIfEveryVmoHadItsOwnCopy) {
  sim::for_each_seed(500, [](uint64_t seed) {
    MemoryMachine memory({.seed = seed, .ram_bytes = 8 << 20, .ram_fill = 0xa5});
    Family family(seed);
    for (int round = 0; round < 8; ++round) {
      for (int i = 0; i < 20; ++i) family.step();
      family.check();
    }
  });
}

}  // namespace
}  // namespace jacinth::vm
