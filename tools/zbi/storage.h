// Payloads of storage items: LZ4 or zstd frames, or plain bytes.
#pragma once

#include <string_view>

#include "files.h"
#include "image/zbi.h"

namespace jacinth::zbi_tool {

// The most that a storage item may hold. A machine must keep all of it in RAM, so an image that
// claims more is damaged or hostile.
inline constexpr uint64_t kStorageMax = uint64_t{1} << 30;

std::string_view compression_name(image::Compression method);

// The same bytes for the same input, always. Compression::None copies.
Buffer compress(image::Compression method, image::Bytes bytes);

// Undoes it, by the frame's magic number; plain bytes are copied. Memory use grows with what really
// comes out, whatever a frame declares. Throws Failure, naming `file`, when the frame is damaged,
// when anything follows it, or when it holds more than `limit` bytes.
Buffer decompress(std::string_view file, image::Bytes payload, uint64_t limit = kStorageMax);

// The item's content, which must be as long as its header says.
Buffer storage_content(std::string_view file, const image::ZbiItem& item);

}  // namespace jacinth::zbi_tool
