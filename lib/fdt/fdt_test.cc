#include "fdt/fdt.h"

#include <gtest/gtest.h>
#include <libfdt.h>

#include <string>
#include <vector>

// Made by QEMU when building: its boards with 4 harts.
extern "C" const std::byte virt_dtb_start[], virt_dtb_end[], sifive_u_dtb_start[],
    sifive_u_dtb_end[];

namespace jacinth::fdt {
namespace {

const Bytes kVirt(virt_dtb_start, virt_dtb_end);
const Bytes kSifive(sifive_u_dtb_start, sifive_u_dtb_end);

// Everything a tree says, as lines: nodes indented by depth, properties as name and hexadecimal.
class Dump {
 public:
  void node(int depth, std::string_view name) {
    text_ += std::string(static_cast<size_t>(depth) * 2, ' ') + std::string(name) + "\n";
  }
  void property(std::string_view name, Bytes value) {
    text_ += std::string(name) + " =";
    for (const std::byte byte : value) text_ += " " + std::to_string(static_cast<int>(byte));
    text_ += "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string dump_with_libfdt(Bytes blob) {
  Dump dump;
  int depth = 0;
  for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(blob.data(), node, &depth)) {
    dump.node(depth, fdt_get_name(blob.data(), node, nullptr));
    int at;
    fdt_for_each_property_offset(at, blob.data(), node) {
      const char* name;
      int length;
      const void* value = fdt_getprop_by_offset(blob.data(), at, &name, &length);
      dump.property(name, {static_cast<const std::byte*>(value), static_cast<size_t>(length)});
    }
  }
  return dump.text();
}

void dump_node(Dump& dump, int depth, const Node& node) {
  dump.node(depth, node.name());
  node.for_each_property([&](const Property& p) { dump.property(p.name, p.value); });
  for (auto child = node.first_child(); child; child = child->next_sibling())
    dump_node(dump, depth + 1, *child);
}

TEST(Fdt, ReadsWhatLibfdtReads) {
  for (const Bytes blob : {kVirt, kSifive}) {
    const auto tree = Tree::parse(blob);
    ASSERT_TRUE(tree.has_value()) << tree.error().what;
    Dump dump;
    dump_node(dump, 0, tree->root());
    EXPECT_EQ(dump.text(), dump_with_libfdt(blob));
    EXPECT_EQ(Tree::claimed_bytes(blob), fdt_totalsize(blob.data()));
  }
}

TEST(Fdt, VisitsParentsFirstAndEachNodeOnce) {
  const auto tree = Tree::parse(kVirt);
  ASSERT_TRUE(tree.has_value());
  std::vector<std::string> visited, expected;
  tree->for_each_node([&](const Node& node, const Node& parent) {
    visited.push_back(std::string(parent.name()) + "/" + std::string(node.name()));
  });
  int depth = 0;
  for (int node = fdt_next_node(kVirt.data(), 0, &depth); node >= 0 && depth > 0;
       node = fdt_next_node(kVirt.data(), node, &depth)) {
    const int parent = fdt_parent_offset(kVirt.data(), node);
    expected.push_back(std::string(fdt_get_name(kVirt.data(), parent, nullptr)) + "/" +
                       fdt_get_name(kVirt.data(), node, nullptr));
  }
  EXPECT_EQ(visited, expected);
}

TEST(Fdt, FindsNodesByPath) {
  const auto tree = Tree::parse(kVirt);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->find("/")->name(), "");
  EXPECT_EQ(tree->find("/cpus/cpu@2")->number("reg"), 2u);
  EXPECT_EQ(tree->find("/soc/serial")->name(), "serial@10000000");
  EXPECT_EQ(tree->find("/soc/serial@10000000/")->name(), "serial@10000000");
  EXPECT_FALSE(tree->find("/soc/serial@1").has_value());
  EXPECT_FALSE(tree->find("/so").has_value());
  EXPECT_FALSE(tree->find("soc").has_value());
}

TEST(Fdt, ReadsPropertiesInTheirForms) {
  const auto tree = Tree::parse(kVirt);
  ASSERT_TRUE(tree.has_value());
  const Node root = tree->root();
  const auto memory = root.child("memory");
  ASSERT_TRUE(memory.has_value());
  EXPECT_EQ(memory->text("device_type"), "memory");
  const auto ram = memory->reg(root);
  ASSERT_TRUE(ram.has_value());
  EXPECT_EQ(ram->base, 0x8000'0000u);
  EXPECT_EQ(ram->bytes, 256u << 20);
  EXPECT_FALSE(memory->reg(root, 1).has_value());

  const auto soc = root.child("soc");
  const auto test = soc->child("test");
  EXPECT_TRUE(test->is_compatible("sifive,test1"));
  EXPECT_TRUE(test->is_compatible("sifive,test0"));
  EXPECT_TRUE(test->is_compatible("syscon"));
  EXPECT_FALSE(test->is_compatible("sifive"));
  EXPECT_FALSE(test->is_compatible(""));
  EXPECT_EQ(test->reg(*soc)->base, 0x10'0000u);
  EXPECT_TRUE(test->is_enabled());
  EXPECT_TRUE(soc->has("ranges"));
  EXPECT_FALSE(soc->has("range"));
  EXPECT_EQ(test->number("nothing", 7), 7u);
  EXPECT_EQ(test->text("nothing"), "");
}

TEST(Fdt, TakesNumbersOfAnyCountOfCells) {
  const std::byte bytes[] = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5},
                             std::byte{6}, std::byte{7}, std::byte{8}, std::byte{9}};
  CellReader two(bytes);
  EXPECT_EQ(two.take(0), 0u);
  EXPECT_EQ(two.take(2), 0x0102'0304'0506'0708u);
  EXPECT_EQ(two.take(1), std::nullopt);
  CellReader one(bytes);
  EXPECT_EQ(one.take(1), 0x0102'0304u);
  EXPECT_EQ(one.take(0xffff'ffff), std::nullopt);
  EXPECT_EQ((Property{"p", Bytes(bytes).first(3)}.u32()), std::nullopt);
}

TEST(Fdt, ListsReservedMemory) {
  std::vector<std::byte> blob(4096);
  ASSERT_EQ(fdt_create(blob.data(), 4096), 0);
  ASSERT_EQ(fdt_add_reservemap_entry(blob.data(), 0x8000'0000, 0x2'0000), 0);
  ASSERT_EQ(fdt_add_reservemap_entry(blob.data(), 0x1'9000'0000, 1), 0);
  ASSERT_EQ(fdt_finish_reservemap(blob.data()), 0);
  ASSERT_EQ(fdt_begin_node(blob.data(), ""), 0);
  ASSERT_EQ(fdt_property_string(blob.data(), "status", "disabled"), 0);
  ASSERT_EQ(fdt_end_node(blob.data()), 0);
  ASSERT_EQ(fdt_finish(blob.data()), 0);
  const auto tree = Tree::parse(blob);
  ASSERT_TRUE(tree.has_value());
  std::vector<uint64_t> numbers;
  tree->for_each_reservation([&](Region region) {
    numbers.push_back(region.base);
    numbers.push_back(region.bytes);
  });
  EXPECT_EQ(numbers, (std::vector<uint64_t>{0x8000'0000, 0x2'0000, 0x1'9000'0000, 1}));
  EXPECT_FALSE(tree->root().is_enabled());
  EXPECT_FALSE(tree->root().first_child().has_value());
  EXPECT_FALSE(tree->root().next_sibling().has_value());
}

TEST(Fdt, RefusesATreeCutShortAnywhere) {
  for (size_t bytes = 0; bytes < fdt_totalsize(kVirt.data()); ++bytes)
    ASSERT_FALSE(Tree::parse(kVirt.first(bytes)).has_value()) << bytes;
}

// Builds a tree with `depth` nodes inside one another.
std::vector<std::byte> nested(size_t depth) {
  std::vector<std::byte> blob(65536);
  fdt_create(blob.data(), 65536);
  fdt_finish_reservemap(blob.data());
  for (size_t i = 0; i < depth; ++i) {
    fdt_begin_node(blob.data(), i == 0 ? "" : "n");
    if (i == 0) fdt_property_u32(blob.data(), "p", 1);
  }
  for (size_t i = 0; i < depth; ++i) fdt_end_node(blob.data());
  fdt_finish(blob.data());
  return blob;
}

TEST(Fdt, RefusesToGoTooDeep) {
  const auto deepest = nested(Tree::kMostDepth + 1);
  const auto tree = Tree::parse(deepest);
  ASSERT_TRUE(tree.has_value());
  size_t nodes = 0;
  tree->for_each_node([&](const Node&, const Node&) { ++nodes; });
  EXPECT_EQ(nodes, Tree::kMostDepth);
  const auto deeper = Tree::parse(nested(Tree::kMostDepth + 2));
  ASSERT_FALSE(deeper.has_value());
  EXPECT_STREQ(deeper.error().what, "too deep");
}

TEST(Fdt, RefusesWhatHasNoPlace) {
  const auto with_tokens = [](std::initializer_list<uint32_t> tokens) {
    std::vector<std::byte> blob = nested(1);
    fdt_set_totalsize(blob.data(), static_cast<uint32_t>(blob.size()));
    const size_t at = fdt_off_dt_struct(blob.data());
    fdt_set_size_dt_struct(blob.data(), static_cast<uint32_t>(tokens.size() * 4));
    size_t index = 0;
    for (const uint32_t token : tokens) {
      const uint32_t big_endian = cpu_to_fdt32(token);
      memcpy(blob.data() + at + 4 * index++, &big_endian, 4);
    }
    const auto tree = Tree::parse(blob);
    return tree ? std::string("accepted") : std::string(tree.error().what);
  };
  EXPECT_EQ(with_tokens({1, 0, 4, 2, 4, 9}), "accepted");
  EXPECT_EQ(with_tokens({1, 0, 2, 1, 0, 2, 9}), "a second root");
  EXPECT_EQ(with_tokens({2, 9}), "an end too many");
  EXPECT_EQ(with_tokens({9}), "an incomplete tree");
  EXPECT_EQ(with_tokens({1, 0, 9}), "an incomplete tree");
  EXPECT_EQ(with_tokens({3, 0, 0, 9}), "a property out of place");
  EXPECT_EQ(with_tokens({1, 0, 3, 0, 99999, 2, 9}), "a broken token");
  EXPECT_EQ(with_tokens({1, 0, 3, 0xffff'ffff, 0, 2, 9}), "a broken token");
  EXPECT_EQ(with_tokens({1, 0, 5, 2, 9}), "a broken token");
  EXPECT_EQ(with_tokens({1, 0, 2}), "a broken token");
}

}  // namespace
}  // namespace jacinth::fdt
