#include "image/zbi.h"

#include <gtest/gtest.h>

#include <ranges>

#include "image/crc32.h"
#include "image/test_images.h"

namespace jacinth::image {
namespace {

using test::Buffer;
using test::make_zbi;
using test::put;
using test::text;

constexpr size_t kFirstItem = sizeof(ZbiHeader);

Buffer two_items() {
  return make_zbi({{ItemType::Cmdline, "quiet"}, {ItemType::StorageBootfs, "12345678", false}});
}

TEST(Zbi, IteratesItemsInOrder) {
  const Buffer image = two_items();
  const auto zbi = Zbi::parse(image);
  ASSERT_TRUE(zbi);
  const auto items = std::ranges::to<std::vector>(*zbi);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].type(), ItemType::Cmdline);
  EXPECT_EQ(items[0].offset, 32u);
  EXPECT_EQ(text(items[0].payload), "quiet");
  EXPECT_TRUE(items[0].has_crc());
  EXPECT_EQ(items[1].type(), ItemType::StorageBootfs);
  EXPECT_EQ(items[1].offset, 32u + 32 + 8);
  EXPECT_EQ(text(items[1].payload), "12345678");
  EXPECT_FALSE(items[1].has_crc());
}

TEST(Zbi, AcceptsAnEmptyContainer) {
  const Buffer image = make_zbi({});
  const auto zbi = Zbi::parse(image);
  ASSERT_TRUE(zbi);
  EXPECT_TRUE(zbi->begin() == zbi->end());
  EXPECT_FALSE(zbi->find(ItemType::Cmdline));
}

TEST(Zbi, FindsTheFirstItemOfAType) {
  const Buffer image = make_zbi({{ItemType::Discard, "x"},
                                 {ItemType::Cmdline, "first"},
                                 {ItemType::Cmdline, "second"},
                                 {static_cast<ItemType>(0x12345678), "unknown"}});
  const auto zbi = Zbi::parse(image);
  ASSERT_TRUE(zbi);
  EXPECT_EQ(text(zbi->find(ItemType::Cmdline)->payload), "first");
  EXPECT_EQ(text(zbi->find(static_cast<ItemType>(0x12345678))->payload), "unknown");
  EXPECT_FALSE(zbi->find(ItemType::Nvram));
}

TEST(Zbi, IgnoresBytesAfterTheContainer) {
  Buffer image = two_items();
  const size_t size = image.size();
  image.resize(4096);
  const auto zbi = Zbi::parse(image);
  ASSERT_TRUE(zbi);
  EXPECT_EQ(zbi->bytes().size(), size);
}

TEST(Zbi, RefusesEveryTruncation) {
  const Buffer image = two_items();
  for (size_t size = 0; size < image.size(); ++size) {
    const char* what = size < 32 ? "too short for a ZBI container" : "container is cut short";
    EXPECT_BAD(Zbi::parse(test::prefix(image, size)), what, size);
  }
}

TEST(Zbi, RefusesADamagedContainer) {
  struct Damage {
    size_t offset;
    uint32_t value;
    const char* what;
    uint64_t at;
  };
  constexpr Damage kDamages[] = {
      {0, 0, "not a ZBI container", 0},
      {8, 0, "not a ZBI container", 0},
      {24, 0, "not a ZBI container", 0},
      {12, kZbiFlagVersion | kZbiFlagCrc32, "container has wrong flags", 12},
      {12, 0, "container has wrong flags", 12},
      {28, 0, "container has a checksum", 28},
      {4, 7, "container length is not a multiple of 8", 4},
      {4, 0xfffffff8, "container is cut short", 112},
      {4, 8, "item header is cut short", 32},
      {4, 32, "item passes the end of the container", 32},
  };
  for (const Damage& damage : kDamages) {
    Buffer image = two_items();
    ASSERT_EQ(image.size(), 112u);
    put(image, damage.offset, damage.value);
    EXPECT_BAD(Zbi::parse(image), damage.what, damage.at);
  }
}

TEST(Zbi, RefusesADamagedItem) {
  struct Damage {
    size_t offset;
    uint32_t value;
    const char* what;
  };
  constexpr Damage kDamages[] = {
      {0, static_cast<uint32_t>(ItemType::Container), "container within a container"},
      {4, 0xffffffff, "item passes the end of the container"},
      {4, 0xfffffff9, "item passes the end of the container"},
      {4, 49, "item passes the end of the container"},
      {12, kZbiFlagCrc32, "item lacks the version flag"},
      {12, kZbiFlagVersion, "item has a checksum without the flag for it"},
      {24, 0x12345678, "item has the wrong magic number"},
  };
  for (const Damage& damage : kDamages) {
    Buffer image = two_items();
    put(image, kFirstItem + damage.offset, damage.value);
    EXPECT_BAD(Zbi::parse(image), damage.what, kFirstItem);
  }
}

TEST(Zbi, ChecksumCoversHeaderAndPayload) {
  const Buffer good = make_zbi({{ItemType::Cmdline, "quiet"}});
  ASSERT_TRUE((*Zbi::parse(good)->begin()).check_crc());
  // type, extra, reserved, the checksum itself, and the payload's first and last byte
  for (size_t offset : {0, 8, 16, 20, 28, 31, 32, 36}) {
    Buffer image = good;
    image[kFirstItem + offset] ^= std::byte{1};
    const auto zbi = Zbi::parse(image);
    ASSERT_TRUE(zbi) << offset;
    EXPECT_BAD((*zbi->begin()).check_crc(), "item's checksum does not match", kFirstItem);
  }
  Buffer padding = good;
  padding[kFirstItem + 37] = std::byte{1};
  EXPECT_TRUE((*Zbi::parse(padding)->begin()).check_crc());
}

TEST(Zbi, ItemWithoutChecksumPassesTheCheck) {
  const Buffer image = make_zbi({{ItemType::Cmdline, "quiet", false}});
  EXPECT_TRUE((*Zbi::parse(image)->begin()).check_crc());
}

TEST(Zbi, SurvivesEveryFlippedBit) {
  const Buffer good = two_items();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Buffer image = good;
    image[bit / 8] ^= std::byte(1 << (bit % 8));
    const auto zbi = Zbi::parse(image);
    if (!zbi) continue;
    size_t payload_bytes = 0;
    for (ZbiItem item : *zbi) payload_bytes += item.payload.size();
    EXPECT_LE(payload_bytes, image.size());
  }
}

TEST(Zbi, NamesTypesBothWays) {
  EXPECT_EQ(item_type_name(ItemType::StorageBootfs), "BOOTFS");
  EXPECT_EQ(item_type_name(static_cast<ItemType>(1)), "");
  EXPECT_EQ(item_type_named("cmdline"), ItemType::Cmdline);
  EXPECT_EQ(item_type_named("DRV_PARTITION_MAP"), ItemType::DrvPartitionMap);
  EXPECT_EQ(item_type_named("CMDLIN"), std::nullopt);
  EXPECT_EQ(item_type_named(""), std::nullopt);
}

TEST(Zbi, RecognisesCompressionByMagic) {
  const auto of = [](std::string_view bytes) {
    return compression_of(std::as_bytes(std::span(bytes)));
  };
  EXPECT_EQ(of("\x04\x22\x4d\x18"), Compression::Lz4);
  EXPECT_EQ(of("\x28\xb5\x2f\xfd"), Compression::Zstd);
  EXPECT_EQ(of("\x28\xb5\x2f"), Compression::None);
  EXPECT_EQ(of("\xf9\x3f\x6d\xa5"), Compression::None);
}

TEST(Crc32, MatchesPublishedValues) {
  const auto of = [](std::string_view bytes) { return crc32(std::as_bytes(std::span(bytes))); };
  EXPECT_EQ(of(""), 0u);
  EXPECT_EQ(of("123456789"), 0xcbf43926u);
  EXPECT_EQ(of("The quick brown fox jumps over the lazy dog"), 0x414fa339u);
}

TEST(Crc32, ContinuesAtAnyPoint) {
  const std::string_view all = "The quick brown fox jumps over the lazy dog";
  for (size_t split = 0; split <= all.size(); ++split) {
    const Bytes bytes = std::as_bytes(std::span(all));
    EXPECT_EQ(crc32(bytes.subspan(split), crc32(bytes.first(split))), 0x414fa339u);
  }
}

}  // namespace
}  // namespace jacinth::image
