// Reading flattened device trees: the description of a board that firmware hands to a kernel.
//
// The format is big-endian: a header, a list of reserved memory, a block of strings (the names of
// properties) and the structure, a sequence of 32-bit tokens:
//
//     Begin "soc\0"  Property length name-offset value…  Begin "uart@0\0" … End  End  Stop
//
// All bytes are hostile until Tree::parse() has checked them, and must not change afterwards.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "image/bytes.h"

namespace jacinth::fdt {

using image::Bytes;

// Takes numbers of a given count of 32-bit cells off a property's value.
class CellReader {
 public:
  explicit CellReader(Bytes value) : rest_(value) {}
  // A number of `cells` cells, at most two of which may matter: of more, the last two are the
  // number. None when so many are not left.
  std::optional<uint64_t> take(uint32_t cells);

 private:
  Bytes rest_;
};

struct Property {
  std::string_view name;
  Bytes value;

  // The first cell, or the first two as one number.
  std::optional<uint32_t> u32() const;
  std::optional<uint64_t> u64() const;
  // The first string of the value's list, and whether `text` is any of them. A string that does
  // not end counts as far as it goes.
  std::string_view text() const;
  bool has_text(std::string_view text) const;
};

struct Region {
  uint64_t base;
  uint64_t bytes;
};

class Tree;

// A node of a tree that must outlive it.
class Node {
 public:
  // With its unit address, "cpu@1"; empty for the root.
  std::string_view name() const { return name_; }

  std::optional<Property> property(std::string_view name) const;
  bool has(std::string_view property_name) const { return property(property_name).has_value(); }
  // What Property's accessors say; 0 and "" when there is no such property.
  uint32_t number(std::string_view property_name, uint32_t otherwise = 0) const;
  std::string_view text(std::string_view property_name) const;
  // Calls visit(Property) for each.
  template <typename F>
  void for_each_property(F visit) const;

  bool is_compatible(std::string_view with) const;
  // Not switched off by its "status".
  bool is_enabled() const;
  // The form of its children's "reg".
  uint32_t address_cells() const { return number("#address-cells", 2); }
  uint32_t size_cells() const { return number("#size-cells", 1); }
  // Entry `index` of this node's "reg".
  std::optional<Region> reg(const Node& parent, size_t index = 0) const;

  std::optional<Node> first_child() const;
  std::optional<Node> next_sibling() const;
  // The child whose name is `name`, or is that with any unit address.
  std::optional<Node> child(std::string_view name) const;

 private:
  friend class Tree;
  Node(const Tree& tree, std::string_view name, size_t body)
      : tree_(&tree), name_(name), body_(body) {}

  const Tree* tree_;
  std::string_view name_;
  size_t body_;  // where the token after its name lies
};

class Tree {
 public:
  static constexpr size_t kMostDepth = 16;

  // The size that a blob claims, from its first 8 bytes; none when that is no device tree.
  static std::optional<uint32_t> claimed_bytes(Bytes start);
  // `blob` may be longer than the tree in it.
  static image::Parsed<Tree> parse(Bytes blob);

  Node root() const { return Node(*this, {}, root_body_); }
  // "/soc/serial@10000000"; a unit address may be left out. None for a path without the first "/".
  std::optional<Node> find(std::string_view path) const;
  // Calls visit(const Node& node, const Node& parent) for all but the root, parents first.
  template <typename F>
  void for_each_node(F visit) const;
  // Calls visit(Region) for the header's list of reserved memory.
  template <typename F>
  void for_each_reservation(F visit) const;

 private:
  friend class Node;
  struct Token {
    enum class Kind : uint8_t { Begin, End, Property, Stop, Bad };
    Kind kind = Kind::Bad;
    size_t next = 0;
    std::string_view name;
    Bytes value;
  };
  Tree() = default;
  image::Parsed<> check_structure();
  image::Parsed<> check_reservations() const;
  Token token_at(size_t offset) const;
  Region reservation(size_t index) const;

  Bytes structure_;
  Bytes strings_;
  Bytes reservations_;  // up to the blob's end
  size_t root_body_ = 0;
};

template <typename F>
void Node::for_each_property(F visit) const {
  Tree::Token token = tree_->token_at(body_);
  for (; token.kind == Tree::Token::Kind::Property; token = tree_->token_at(token.next))
    visit(Property{token.name, token.value});
}

template <typename F>
void Tree::for_each_node(F visit) const {
  std::array<std::optional<Node>, kMostDepth + 1> path;
  path[0] = root();
  size_t depth = 0;
  std::optional<Node> node = root().first_child();
  for (;;) {
    if (node) {
      visit(*node, *path[depth]);
      path[++depth] = node;
      node = node->first_child();
    } else {
      if (depth == 0) return;
      node = path[depth--]->next_sibling();
    }
  }
}

template <typename F>
void Tree::for_each_reservation(F visit) const {
  for (size_t i = 0;; ++i) {
    const Region region = reservation(i);
    if (region.base == 0 && region.bytes == 0) return;
    visit(region);
  }
}

}  // namespace jacinth::fdt
