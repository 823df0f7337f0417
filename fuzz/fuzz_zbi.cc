// Arbitrary bytes as a ZBI: items must lie inside the image, one after another.
#include "fuzz_check.h"
#include "image/zbi.h"

using namespace jacinth::image;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes image = std::as_bytes(std::span(data, size));
  const auto zbi = Zbi::parse(image);
  if (!zbi) {
    CHECK(zbi.error().offset <= size);
    return 0;
  }
  CHECK(within(zbi->bytes(), image));
  uint64_t end = sizeof(ZbiHeader);
  for (ZbiItem item : *zbi) {
    CHECK(item.offset == end);
    CHECK(within(item.payload, image));
    end = item.offset + sizeof(ZbiHeader) + *round_up(item.payload.size(), kZbiAlignment);
    const bool good = item.check_crc().has_value();
    CHECK(good || item.has_crc());
    CHECK(zbi->find(item.type())->offset <= item.offset);
    CHECK(compression_of(item.payload) == Compression::None || item.payload.size() >= 4);
    const std::string_view name = item_type_name(item.type());
    CHECK(name.empty() || item_type_named(name) == item.type());
  }
  CHECK(end == zbi->bytes().size());
  return 0;
}
