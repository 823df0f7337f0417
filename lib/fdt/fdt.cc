#include "fdt/fdt.h"

namespace jacinth::fdt {
namespace {

using image::bad;
using image::fits;

constexpr uint32_t kMagic = 0xd00dfeed;
constexpr uint32_t kVersion = 17;  // since 2007; later ones must be readable as this
constexpr size_t kReservationBytes = 16;

// The header's fields, by offset.
constexpr size_t kTotalSize = 4, kStructureAt = 8, kStringsAt = 12, kReservationsAt = 16,
                 kVersionAt = 20, kCompatibleAt = 24, kStringsSize = 32, kStructureSize = 36,
                 kHeaderBytes = 40;

constexpr uint32_t kBegin = 1, kEnd = 2, kProperty = 3, kNothing = 4, kStop = 9;

std::optional<uint32_t> cell_at(Bytes bytes, size_t offset) {
  const auto value = image::load<uint32_t>(bytes, offset);
  if (!value) return std::nullopt;
  return std::byteswap(*value);
}

// For offsets known to lie inside.
uint64_t number_at(Bytes bytes, size_t offset) {
  return uint64_t{cell_at(bytes, offset).value_or(0)} << 32 |
         cell_at(bytes, offset + 4).value_or(0);
}

// The string that starts at `offset`; none when no NUL ends it.
std::optional<std::string_view> string_at(Bytes bytes, size_t offset) {
  if (offset >= bytes.size()) return std::nullopt;
  const std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + offset,
                              bytes.size() - offset);
  const size_t end = rest.find('\0');
  if (end == rest.npos) return std::nullopt;
  return rest.substr(0, end);
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr size_t to_cells(size_t bytes) { return (bytes + 3) & ~size_t{3}; }

// A part of the blob, as two of the header's fields tell it.
std::optional<Bytes> part(Bytes blob, size_t offset_field, size_t size_field) {
  const uint32_t offset = cell_at(blob, offset_field).value_or(0);
  const uint32_t size = cell_at(blob, size_field).value_or(0);
  if (offset < kHeaderBytes || !fits(offset, size, blob.size())) return std::nullopt;
  return blob.subspan(offset, size);
}

bool matches(std::string_view name, std::string_view wanted) {
  if (!name.starts_with(wanted)) return false;
  return name.size() == wanted.size() || name[wanted.size()] == '@';
}

}  // namespace

std::optional<uint64_t> CellReader::take(uint32_t cells) {
  if (cells > rest_.size() / 4) return std::nullopt;
  uint64_t value = 0;
  for (uint32_t i = 0; i < cells; ++i) value = value << 32 | *cell_at(rest_, size_t{i} * 4);
  rest_ = rest_.subspan(size_t{cells} * 4);
  return value;
}

std::optional<uint32_t> Property::u32() const { return cell_at(value, 0); }
std::optional<uint64_t> Property::u64() const { return CellReader(value).take(2); }

std::string_view Property::text() const {
  const std::string_view all = as_text(value);
  return all.substr(0, all.find('\0'));
}

bool Property::has_text(std::string_view text) const {
  std::string_view rest = as_text(value);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('\0'));
    if (one == text) return true;
    rest.remove_prefix(one.size() < rest.size() ? one.size() + 1 : rest.size());
  }
  return false;
}

std::optional<Property> Node::property(std::string_view name) const {
  Tree::Token token = tree_->token_at(body_);
  for (; token.kind == Tree::Token::Kind::Property; token = tree_->token_at(token.next))
    if (token.name == name) return Property{token.name, token.value};
  return std::nullopt;
}

uint32_t Node::number(std::string_view property_name, uint32_t otherwise) const {
  const auto found = property(property_name);
  return found ? found->u32().value_or(otherwise) : otherwise;
}

std::string_view Node::text(std::string_view property_name) const {
  const auto found = property(property_name);
  return found ? found->text() : std::string_view();
}

bool Node::is_compatible(std::string_view with) const {
  const auto compatible = property("compatible");
  return compatible && compatible->has_text(with);
}

bool Node::is_enabled() const {
  const std::string_view status = text("status");
  return status.empty() || status == "okay" || status == "ok";
}

std::optional<Region> Node::reg(const Node& parent, size_t index) const {
  const auto reg = property("reg");
  if (!reg) return std::nullopt;
  CellReader cells(reg->value);
  for (;; --index) {
    const auto base = cells.take(parent.address_cells());
    const auto bytes = cells.take(parent.size_cells());
    if (!base || !bytes || (parent.address_cells() == 0 && parent.size_cells() == 0))
      return std::nullopt;
    if (index == 0) return Region{*base, *bytes};
  }
}

std::optional<Node> Node::first_child() const {
  Tree::Token token = tree_->token_at(body_);
  while (token.kind == Tree::Token::Kind::Property) token = tree_->token_at(token.next);
  if (token.kind != Tree::Token::Kind::Begin) return std::nullopt;
  return Node(*tree_, token.name, token.next);
}

std::optional<Node> Node::next_sibling() const {
  size_t depth = 1;
  Tree::Token token = tree_->token_at(body_);
  for (;; token = tree_->token_at(token.next)) {
    if (token.kind == Tree::Token::Kind::Begin) ++depth;
    if (token.kind == Tree::Token::Kind::End && --depth == 0) break;
    if (token.kind == Tree::Token::Kind::Stop || token.kind == Tree::Token::Kind::Bad)
      return std::nullopt;
  }
  token = tree_->token_at(token.next);
  if (token.kind != Tree::Token::Kind::Begin) return std::nullopt;
  return Node(*tree_, token.name, token.next);
}

std::optional<Node> Node::child(std::string_view name) const {
  for (auto node = first_child(); node; node = node->next_sibling())
    if (matches(node->name(), name)) return node;
  return std::nullopt;
}

std::optional<uint32_t> Tree::claimed_bytes(Bytes start) {
  if (cell_at(start, 0) != kMagic) return std::nullopt;
  return cell_at(start, kTotalSize);
}

image::Parsed<Tree> Tree::parse(Bytes blob) {
  const auto total = claimed_bytes(blob);
  if (!total) return bad("no device tree", 0);
  if (*total < kHeaderBytes || *total > blob.size()) return bad("too short", kTotalSize);
  blob = blob.first(*total);
  if (*cell_at(blob, kVersionAt) < kVersion || *cell_at(blob, kCompatibleAt) > kVersion)
    return bad("unknown version", kVersionAt);

  Tree tree;
  const auto structure = part(blob, kStructureAt, kStructureSize);
  if (!structure) return bad("structure outside the tree", kStructureAt);
  const auto strings = part(blob, kStringsAt, kStringsSize);
  if (!strings) return bad("strings outside the tree", kStringsAt);
  const uint32_t reservations = *cell_at(blob, kReservationsAt);
  if (reservations < kHeaderBytes || reservations > *total)
    return bad("reservations outside the tree", kReservationsAt);
  tree.structure_ = *structure;
  tree.strings_ = *strings;
  tree.reservations_ = blob.subspan(reservations);
  if (const auto checked = tree.check_reservations(); !checked)
    return std::unexpected(checked.error());
  if (const auto checked = tree.check_structure(); !checked)
    return std::unexpected(checked.error());
  return tree;
}

image::Parsed<> Tree::check_reservations() const {
  for (size_t i = 0; fits(i * kReservationBytes, kReservationBytes, reservations_.size()); ++i) {
    const Region region = reservation(i);
    if (region.base == 0 && region.bytes == 0) return {};
  }
  return bad("the reservations do not end", kReservationsAt);
}

// One root, properties before children, as deep as for_each_node() can go.
image::Parsed<> Tree::check_structure() {
  size_t offset = 0;
  size_t depth = 0;
  bool after_child = false;
  for (;;) {
    const Token token = token_at(offset);
    switch (token.kind) {
      case Token::Kind::Begin:
        if (depth == 0 && root_body_ != 0) return bad("a second root", offset);
        if (depth > kMostDepth) return bad("too deep", offset);
        if (depth++ == 0) root_body_ = token.next;
        after_child = false;
        break;
      case Token::Kind::End:
        if (depth-- == 0) return bad("an end too many", offset);
        after_child = true;
        break;
      case Token::Kind::Property:
        if (depth == 0 || after_child) return bad("a property out of place", offset);
        break;
      case Token::Kind::Stop:
        if (depth != 0 || root_body_ == 0) return bad("an incomplete tree", offset);
        return {};
      case Token::Kind::Bad:
        return bad("a broken token", offset);
    }
    offset = token.next;
  }
}

Tree::Token Tree::token_at(size_t offset) const {
  std::optional<uint32_t> kind = cell_at(structure_, offset);
  while (kind == kNothing) kind = cell_at(structure_, offset += 4);
  offset += 4;
  if (!kind) return {};
  if (*kind == kEnd) return {Token::Kind::End, offset, {}, {}};
  if (*kind == kStop) return {Token::Kind::Stop, offset, {}, {}};
  if (*kind == kBegin) {
    const auto name = string_at(structure_, offset);
    if (!name) return {};
    return {Token::Kind::Begin, offset + to_cells(name->size() + 1), *name, {}};
  }
  if (*kind != kProperty) return {};
  const auto length = cell_at(structure_, offset);
  const auto name_at = cell_at(structure_, offset + 4);
  if (!length || !name_at || !fits(offset + 8, *length, structure_.size())) return {};
  const auto name = string_at(strings_, *name_at);
  if (!name) return {};
  return {Token::Kind::Property, offset + 8 + to_cells(*length), *name,
          structure_.subspan(offset + 8, *length)};
}

Region Tree::reservation(size_t index) const {
  const size_t at = index * kReservationBytes;
  return {number_at(reservations_, at), number_at(reservations_, at + 8)};
}

std::optional<Node> Tree::find(std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  std::optional<Node> node = root();
  while (node && !path.empty()) {
    path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find('/'));
    if (!name.empty()) node = node->child(name);
    path.remove_prefix(name.size());
  }
  return node;
}

}  // namespace jacinth::fdt
