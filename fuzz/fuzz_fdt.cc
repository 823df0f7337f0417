// Arbitrary bytes as a device tree: whatever is accepted can be walked, and answers lie inside.
#include "fdt/fdt.h"
#include "fuzz_check.h"

using namespace jacinth;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const image::Bytes blob = std::as_bytes(std::span(data, size));
  const auto tree = fdt::Tree::parse(blob);
  if (!tree) {
    CHECK(tree.error().offset <= size);
    return 0;
  }
  const auto check = [&](const fdt::Node& node, const fdt::Node& parent) {
    CHECK(within(std::as_bytes(std::span(node.name())), blob));
    node.for_each_property([&](const fdt::Property& property) {
      CHECK(within(std::as_bytes(std::span(property.name)), blob));
      CHECK(within(property.value, blob));
      CHECK(node.has(property.name));
      CHECK(property.value.empty() || property.has_text(property.text()));
    });
    node.is_enabled();
    node.reg(parent, 0);
    node.reg(parent, 3);
    if (const auto child = node.first_child()) CHECK(node.child(child->name()).has_value());
  };
  check(tree->root(), tree->root());
  tree->for_each_node(check);
  tree->for_each_reservation([](fdt::Region) {});
  CHECK(tree->find("/").has_value());
  tree->find("/soc/serial@1/x");
  return 0;
}
