#include "vm/page_tree.h"

#include <map>

#include "hal/sim/random.h"
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

Frame* new_frame() {
  Frame* frame = frames().allocate(0, FrameUse::Vmo);
  EXPECT_NE(frame, nullptr);
  return frame;
}

void ignore(Frame&, bool) {}

using PageTreeTest = VmTest;

TEST_F(PageTreeTest, AnEmptyTreeHasNoPages) {
  PageTree tree;
  EXPECT_TRUE(tree.empty());
  EXPECT_FALSE(tree.find(0));
  EXPECT_FALSE(tree.find(PageTree::kMaxPages - 1));
  EXPECT_TRUE(tree.remove(0, PageTree::kMaxPages, ignore));
}

TEST_F(PageTreeTest, HoldsPagesAtBothEndsOfItsRange) {
  PageTree tree;
  Frame* low = new_frame();
  Frame* high = new_frame();
  ASSERT_EQ(tree.put(PageTree::kMaxPages - 1, high), nullptr);
  ASSERT_EQ(tree.put(0, low), nullptr);
  EXPECT_EQ(tree.find(0).frame, low);
  EXPECT_EQ(tree.find(PageTree::kMaxPages - 1).frame, high);
  EXPECT_TRUE(tree.find(0).exclusive);
  EXPECT_FALSE(tree.find(1));
}

TEST_F(PageTreeTest, PutReturnsWhatWasThere) {
  PageTree tree;
  Frame* first = new_frame();
  Frame* second = new_frame();
  ASSERT_EQ(tree.put(7, first), nullptr);
  EXPECT_EQ(tree.put(7, second), first);
  frames().release(*first);
}

TEST_F(PageTreeTest, ASnapshotAllocatesNothing) {
  PageTree tree;
  for (uint64_t i = 0; i < 1000; ++i) ASSERT_TRUE(tree.put(i * 3, new_frame()));
  const size_t blocks = sim::live_heap_blocks();
  auto view = tree.snapshot(0, 3000);
  ASSERT_TRUE(view);
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
  EXPECT_EQ(view->find(300).frame, tree.find(300).frame);
  EXPECT_FALSE(tree.find(300).exclusive);
}

TEST_F(PageTreeTest, ASnapshotOfAPartFreesTheRestWithItsParent) {
  auto tree = std::make_unique<PageTree>();
  for (uint64_t i = 0; i < 200; ++i) ASSERT_TRUE(tree->put(i, new_frame()));
  auto view = tree->snapshot(50, 10);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->find(0).frame, tree->find(50).frame);
  EXPECT_FALSE(view->find(10));
  tree.reset();
  EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 10u);
  EXPECT_TRUE(view->find(9).exclusive);
}

TEST_F(PageTreeTest, RemovingTellsWhetherOthersHaveThePage) {
  PageTree tree;
  ASSERT_TRUE(tree.put(1, new_frame()));
  auto view = tree.snapshot(0, 100);
  ASSERT_TRUE(view);
  ASSERT_TRUE(tree.put(2, new_frame()));
  int shared = 0;
  int alone = 0;
  const auto count = [&](Frame&, bool last) { ++(last ? alone : shared); };
  ASSERT_TRUE(tree.remove(0, 10, count));
  EXPECT_EQ(shared, 1);
  EXPECT_EQ(alone, 1);
  EXPECT_TRUE(tree.empty());
  EXPECT_TRUE(view->find(1));
}

TEST_F(PageTreeTest, ChainsOfViewsAddUpOffsetsWithoutEnd) {
  // Each view begins half way to the end of the last one's range and puts a page there: offsets add
  // up to many times what a tree has positions for.
  auto tree = std::make_unique<PageTree>();
  constexpr uint64_t kHalf = PageTree::kMaxPages / 2;
  ASSERT_TRUE(tree->put(kHalf, new_frame()));
  for (int depth = 0; depth < 64; ++depth) {
    auto view = tree->snapshot(kHalf, PageTree::kMaxPages - kHalf);
    ASSERT_TRUE(view);
    ASSERT_TRUE(view->find(0)) << depth;
    ASSERT_TRUE(view->put(kHalf, new_frame()));
    ASSERT_TRUE(view->find(kHalf));
    tree = std::make_unique<PageTree>(std::move(*view));
    EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 2u);
  }
}

// --- Against a model
// ------------------------------------------------------------------------------

using Model = std::map<uint64_t, Frame*>;

void expect_same(const PageTree& tree, const Model& model) {
  auto expected = model.begin();
  tree.for_each(0, PageTree::kMaxPages, [&](uint64_t index, PageTree::Page page) {
    EXPECT_TRUE(expected != model.end());
    if (expected == model.end()) return false;
    EXPECT_EQ(index, expected->first);
    EXPECT_EQ(page.frame, expected->second);
    ++expected;
    return true;
  });
  EXPECT_TRUE(expected == model.end());
}

uint64_t random_index(sim::Random& random) {
  static constexpr uint64_t kScales[] = {
      8, 100, 5000, 1 << 20, uint64_t{1} << 40, PageTree::kMaxPages};
  return random.below(kScales[random.below(std::size(kScales))]);
}

TEST_F(PageTreeTest, BehavesAsAMapUnderRandomOperations) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    sim::Random random(seed);
    std::vector<std::pair<PageTree, Model>> trees(1);
    for (int step = 0; step < 200; ++step) {
      const size_t which = random.below(trees.size());
      auto& [tree, model] = trees[which];
      const uint64_t index = random_index(random);
      const uint64_t count = std::min(random_index(random) + 1, PageTree::kMaxPages - index);
      switch (random.below(8)) {
        default: {
          Frame* frame = new_frame();
          auto before = tree.put(index, frame);
          ASSERT_TRUE(before);
          ASSERT_EQ(*before, model.contains(index) ? model[index] : nullptr);
          if (*before != nullptr) frames().release(**before);
          model[index] = frame;
          break;
        }
        case 5: {
          size_t dropped = 0;
          ASSERT_TRUE(tree.remove(index, count, [&](Frame&, bool) { ++dropped; }));
          const auto first = model.lower_bound(index);
          const auto end = model.lower_bound(index + count);
          EXPECT_EQ(dropped, static_cast<size_t>(std::distance(first, end)));
          model.erase(first, end);
          break;
        }
        case 6: {
          auto view = tree.snapshot(index, count);
          ASSERT_TRUE(view);
          Model seen;
          for (auto at = model.lower_bound(index); at != model.lower_bound(index + count); ++at)
            seen[at->first - index] = at->second;
          trees.emplace_back(std::move(*view), std::move(seen));
          break;
        }
        case 7:
          if (trees.size() > 1) trees.erase(trees.begin() + static_cast<ptrdiff_t>(which));
          break;
      }
    }
    for (const auto& [tree, model] : trees) expect_same(tree, model);
  }
}

TEST_F(PageTreeTest, RunningOutOfMemoryChangesNothing) {
  PageTree tree;
  Model model;
  for (uint64_t i = 0; i < 130; ++i) {
    model[i] = new_frame();
    ASSERT_TRUE(tree.put(i, model[i]));
  }
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    auto view = tree.snapshot(3, 100);
    if (!view) return;
    Result<> removed = view->remove(10, 20, ignore);
    if (!removed) EXPECT_TRUE(view->find(15));
    Frame* frame = frames().allocate(0, FrameUse::Vmo);
    if (frame == nullptr) return;
    auto before = view->put(PageTree::kMaxPages - 1, frame);
    if (!before) frames().release(*frame);
    expect_same(tree, model);
  });
  EXPECT_GT(failures, 5u);
}

}  // namespace
}  // namespace jacinth::vm
