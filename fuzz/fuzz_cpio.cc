// Arbitrary bytes as a cpio archive: every name and every file's data lies inside the archive, and
// reading comes to an end.
#include "fuzz_check.h"
#include "image/cpio.h"

using namespace jacinth::image;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes archive = std::as_bytes(std::span(data, size));
  CpioReader reader(archive);
  for (size_t entries = 0;; ++entries) {
    CHECK(entries <= size);
    const auto entry = reader.next();
    if (!entry) {
      CHECK(entry.error().offset <= size);
      CHECK(reader.next() && !*reader.next());
      return 0;
    }
    if (!*entry) return 0;
    CHECK(!(*entry)->name.empty());
    CHECK((*entry)->name.find('\0') == std::string_view::npos);
    CHECK(within(std::as_bytes(std::span((*entry)->name)), archive));
    if ((*entry)->data.empty()) continue;
    CHECK(within((*entry)->data, archive));
    CHECK((*entry)->data.data() == archive.data() + (*entry)->offset);
  }
}
