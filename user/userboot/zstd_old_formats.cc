// zstd's library also knows the formats from before its first release, in 100 KB of code that boot
// images have no use for. What it would call of that is here instead, and calls each such frame
// damaged: as the library's functions are linked only when nobody else has them, theirs stay out.
#include <cstddef>

namespace {

// zstd's error codes are the largest numbers; this one says no more than that it is an error.
constexpr size_t kError = ~size_t{0};

}  // namespace

// Their arguments do not matter, but for the places where results go.
#define OLD_FORMAT(version)                                                          \
  extern "C" {                                                                       \
  void* ZSTDv##version##_createDCtx() { return nullptr; }                            \
  size_t ZSTDv##version##_freeDCtx() { return 0; }                                   \
  size_t ZSTDv##version##_getFrameParams() { return kError; }                        \
  size_t ZSTDv##version##_decompress_usingDict() { return kError; }                  \
  void ZSTDv##version##_findFrameSizeInfoLegacy(const void*, size_t, size_t* packed, \
                                                unsigned long long* most) {          \
    *packed = kError;                                                                \
    *most = 0;                                                                       \
  }                                                                                  \
  void* ZBUFFv##version##_createDCtx() { return nullptr; }                           \
  size_t ZBUFFv##version##_freeDCtx() { return 0; }                                  \
  size_t ZBUFFv##version##_decompressInitDictionary() { return kError; }             \
  size_t ZBUFFv##version##_decompressContinue() { return kError; }                   \
  }

OLD_FORMAT(05)
OLD_FORMAT(06)
OLD_FORMAT(07)
