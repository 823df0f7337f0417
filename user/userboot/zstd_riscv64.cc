// Debian has no zstd for this architecture that a freestanding program could use.
#include "userboot/decompress.h"

namespace userboot {

void prepare_zstd(zx_handle_t) {}
bool unpack_zstd(jacinth::image::Bytes, std::span<std::byte>) { return false; }

}  // namespace userboot
