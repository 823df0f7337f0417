// Arbitrary bytes as a BOOTFS: names must be safe to extract and data inside the image.
#include "fuzz_check.h"
#include "image/bootfs.h"

using namespace jacinth::image;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes image = std::as_bytes(std::span(data, size));
  const auto bootfs = Bootfs::parse(image);
  if (!bootfs) {
    CHECK(bootfs.error().offset <= size);
    return 0;
  }
  for (BootfsFile file : *bootfs) {
    CHECK(valid_bootfs_name(file.name));
    CHECK(within(std::as_bytes(std::span(file.name)), image));
    CHECK(file.name.data()[file.name.size()] == '\0');
    CHECK(within(file.data, image));
    CHECK(file.offset % kBootfsPageSize == 0);
    CHECK(bootfs->find(file.name)->name == file.name);
  }
  return 0;
}
