#include "base/intrusive_index.h"

#include <gtest/gtest.h>

#include <array>

namespace jacinth {
namespace {

struct Node {
  struct KeyOf {
    using type = int;
    const int& operator()(const Node& node) const { return node.key; }
  };
  int key;
  TreeHook link{};
};
using Index = IntrusiveIndex<Node, &Node::link, Node::KeyOf>;

TEST(IntrusiveIndex, HasNothingAtFirst) {
  Index index;
  EXPECT_TRUE(index.empty());
  EXPECT_EQ(index.find(1), nullptr);
  EXPECT_EQ(index.any(), nullptr);
}

TEST(IntrusiveIndex, FindsEachOfMany) {
  std::array<Node, 5> nodes{{{3}, {1}, {4}, {0}, {2}}};
  Index index;
  for (Node& node : nodes) index.insert(node);
  for (Node& node : nodes) EXPECT_EQ(index.find(node.key), &node);
  EXPECT_EQ(index.find(5), nullptr);
  for (Node& node : nodes) index.erase(node);
  EXPECT_TRUE(index.empty());
}

TEST(IntrusiveIndex, KeepsOthersWhenTheFirstGoes) {
  Node first{1}, second{2}, third{3};
  Index index;
  index.insert(first);
  index.insert(second);
  index.erase(first);
  EXPECT_FALSE(index.empty());
  EXPECT_EQ(index.find(1), nullptr);
  EXPECT_EQ(index.find(2), &second);
  EXPECT_EQ(index.any(), &second);
  index.insert(third);
  EXPECT_EQ(index.find(3), &third);
  EXPECT_EQ(index.find(2), &second);
  index.erase(second);
  index.erase(third);
  EXPECT_TRUE(index.empty());
}

TEST(IntrusiveIndex, ReplacesANodeWhereverItIs) {
  Node first{1}, second{2}, first_heir{1}, second_heir{2};
  Index index;
  index.insert(first);
  index.insert(second);
  index.replace(first, first_heir);
  index.replace(second, second_heir);
  EXPECT_EQ(index.find(1), &first_heir);
  EXPECT_EQ(index.find(2), &second_heir);
  index.erase(first_heir);
  index.erase(second_heir);
  EXPECT_TRUE(index.empty());
}

}  // namespace
}  // namespace jacinth
