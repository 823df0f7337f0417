#include "image/zbi.h"

#include "image/crc32.h"

namespace jacinth::image {
namespace {

constexpr uint32_t kLz4FrameMagic = 0x184d2204;
constexpr uint32_t kZstdFrameMagic = 0xfd2fb528;

Parsed<> check_container(const ZbiHeader& header, uint64_t image_size) {
  if (header.type != static_cast<uint32_t>(ItemType::Container) ||
      header.extra != kZbiContainerMagic || header.magic != kZbiItemMagic) {
    return bad("not a ZBI container", 0);
  }
  if (header.flags != kZbiFlagVersion) {
    return bad("container has wrong flags", offsetof(ZbiHeader, flags));
  }
  if (header.crc32 != kZbiNoCrc) {
    return bad("container has a checksum", offsetof(ZbiHeader, crc32));
  }
  if (header.length % kZbiAlignment != 0) {
    return bad("container length is not a multiple of 8", offsetof(ZbiHeader, length));
  }
  if (!fits(sizeof(ZbiHeader), header.length, image_size)) {
    return bad("container is cut short", image_size);
  }
  return {};
}

// `offset` is where the header lies, `room` what the container has left behind that header.
Parsed<> check_item(const ZbiHeader& header, uint64_t offset, uint64_t room) {
  if (header.magic != kZbiItemMagic) return bad("item has the wrong magic number", offset);
  if (header.type == static_cast<uint32_t>(ItemType::Container)) {
    return bad("container within a container", offset);
  }
  if ((header.flags & kZbiFlagVersion) == 0) return bad("item lacks the version flag", offset);
  if ((header.flags & kZbiFlagCrc32) == 0 && header.crc32 != kZbiNoCrc) {
    return bad("item has a checksum without the flag for it", offset);
  }
  if (*round_up(header.length, kZbiAlignment) > room) {
    return bad("item passes the end of the container", offset);
  }
  return {};
}

}  // namespace

uint32_t zbi_item_crc(ZbiHeader header, Bytes payload) {
  header.crc32 = 0;
  return crc32(payload, crc32(std::as_bytes(std::span(&header, 1))));
}

Compression compression_of(Bytes payload) {
  const auto magic = load<uint32_t>(payload, 0);
  if (magic == kLz4FrameMagic) return Compression::Lz4;
  if (magic == kZstdFrameMagic) return Compression::Zstd;
  return Compression::None;
}

Parsed<> ZbiItem::check_crc() const {
  if (!has_crc() || zbi_item_crc(header, payload) == header.crc32) return {};
  return bad("item's checksum does not match", offset);
}

Parsed<Zbi> Zbi::parse(Bytes image) {
  const auto container = load<ZbiHeader>(image, 0);
  if (!container) return bad("too short for a ZBI container", image.size());
  if (auto checked = check_container(*container, image.size()); !checked) {
    return std::unexpected(checked.error());
  }
  image = image.first(sizeof(ZbiHeader) + container->length);
  for (uint64_t offset = sizeof(ZbiHeader); offset != image.size();) {
    const auto header = load<ZbiHeader>(image, offset);
    if (!header) return bad("item header is cut short", offset);
    const uint64_t room = image.size() - offset - sizeof(ZbiHeader);
    if (auto checked = check_item(*header, offset, room); !checked) {
      return std::unexpected(checked.error());
    }
    offset += sizeof(ZbiHeader) + *round_up(header->length, kZbiAlignment);
  }
  return Zbi(image);
}

std::optional<ZbiItem> Zbi::find(ItemType type) const {
  for (ZbiItem item : *this) {
    if (item.type() == type) return item;
  }
  return std::nullopt;
}

ZbiItem Zbi::Iterator::operator*() const {
  const ZbiHeader header = *load<ZbiHeader>(image_, offset_);
  return ZbiItem{header, offset_, image_.subspan(offset_ + sizeof(ZbiHeader), header.length)};
}

Zbi::Iterator& Zbi::Iterator::operator++() {
  const ZbiHeader header = *load<ZbiHeader>(image_, offset_);
  offset_ += sizeof(ZbiHeader) + *round_up(header.length, kZbiAlignment);
  return *this;
}

}  // namespace jacinth::image
