#include "storage.h"

#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "failure.h"
#include "progress.h"

namespace jacinth::zbi_tool {
namespace {

using image::Bytes;
using image::Compression;

constexpr int kZstdLevel = 12;
constexpr size_t kChunk = 1 << 20;

template <auto release>
struct Releaser {
  void operator()(auto* context) const { release(context); }
};

[[noreturn]] void fail_compressor(const char* reason) {
  throw Failure(std::format("cannot compress: {}", reason));
}

size_t checked_lz4(size_t result) {
  if (LZ4F_isError(result)) fail_compressor(LZ4F_getErrorName(result));
  return result;
}

size_t checked_zstd(size_t result) {
  if (ZSTD_isError(result)) fail_compressor(ZSTD_getErrorName(result));
  return result;
}

// Independent blocks of 64 KiB and the content's size in the header: what boot loaders and the
// small decoders in kernels and userboot accept. The item's CRC makes a checksum here superfluous.
LZ4F_preferences_t lz4_preferences(size_t size) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.contentSize = size;
  preferences.compressionLevel = LZ4F_compressionLevel_max();
  return preferences;
}

Buffer compress_lz4(Bytes bytes) {
  const LZ4F_preferences_t preferences = lz4_preferences(bytes.size());
  LZ4F_cctx* raw = nullptr;
  checked_lz4(LZ4F_createCompressionContext(&raw, LZ4F_VERSION));
  const std::unique_ptr<LZ4F_cctx, Releaser<LZ4F_freeCompressionContext>> context(raw);

  Buffer out(LZ4F_HEADER_SIZE_MAX);
  size_t used = checked_lz4(LZ4F_compressBegin(raw, out.data(), out.size(), &preferences));
  Progress progress("compressing", bytes.size());
  while (!bytes.empty()) {
    const Bytes chunk = bytes.first(std::min(bytes.size(), kChunk));
    out.resize(used + LZ4F_compressBound(chunk.size(), &preferences));
    used += checked_lz4(LZ4F_compressUpdate(raw, out.data() + used, out.size() - used, chunk.data(),
                                            chunk.size(), nullptr));
    bytes = bytes.subspan(chunk.size());
    progress.advance(chunk.size());
  }
  out.resize(used + LZ4F_compressBound(0, &preferences));
  used += checked_lz4(LZ4F_compressEnd(raw, out.data() + used, out.size() - used, nullptr));
  out.resize(used);
  return out;
}

Buffer compress_zstd(Bytes bytes) {
  const std::unique_ptr<ZSTD_CCtx, Releaser<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
  if (!context) fail_compressor("out of memory");
  checked_zstd(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kZstdLevel));
  checked_zstd(ZSTD_CCtx_setPledgedSrcSize(context.get(), bytes.size()));

  Buffer out(ZSTD_compressBound(bytes.size()));
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  Progress progress("compressing", bytes.size());
  for (size_t pending = 1; pending != 0;) {
    const Bytes chunk = bytes.first(std::min(bytes.size(), kChunk));
    bytes = bytes.subspan(chunk.size());
    ZSTD_inBuffer from{chunk.data(), chunk.size(), 0};
    const auto mode = bytes.empty() ? ZSTD_e_end : ZSTD_e_continue;
    const size_t left = checked_zstd(ZSTD_compressStream2(context.get(), &to, &from, mode));
    pending = bytes.size() + left;
    progress.advance(chunk.size());
  }
  out.resize(to.pos);
  return out;
}

// Collects output while holding it to a limit.
class Output {
 public:
  Output(std::string_view file, uint64_t limit) : file_(file), limit_(limit) {}

  void append(Bytes chunk) {
    if (chunk.size() > limit_ - bytes_.size()) {
      fail(file_, std::format("compressed content is larger than {} bytes", limit_));
    }
    bytes_.insert(bytes_.end(), chunk.begin(), chunk.end());
  }
  Buffer take() { return std::move(bytes_); }

 private:
  std::string file_;
  uint64_t limit_;
  Buffer bytes_;
};

// `step(input, chunk)` consumes some input, fills some of the chunk, and returns {consumed,
// produced, finished}; when it can do neither, the input has been cut short.
struct Step {
  size_t consumed;
  size_t produced;
  bool finished;
};

Buffer run_decoder(std::string_view file, Bytes payload, uint64_t limit, auto step) {
  Output out(file, limit);
  Buffer chunk(kChunk);
  Progress progress("decompressing", payload.size());
  for (;;) {
    const Step did = step(payload, std::span(chunk));
    out.append(Bytes(chunk).first(did.produced));
    payload = payload.subspan(did.consumed);
    progress.advance(did.consumed);
    if (did.finished) break;
    if (did.consumed == 0 && did.produced == 0) fail(file, "compressed content is cut short");
  }
  if (!payload.empty()) fail(file, "bytes follow the compressed content");
  return out.take();
}

Buffer decompress_lz4(std::string_view file, Bytes payload, uint64_t limit) {
  LZ4F_dctx* raw = nullptr;
  checked_lz4(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION));
  const std::unique_ptr<LZ4F_dctx, Releaser<LZ4F_freeDecompressionContext>> context(raw);
  return run_decoder(file, payload, limit, [&](Bytes in, std::span<std::byte> out) {
    size_t consumed = in.size();
    size_t produced = out.size();
    const size_t hint = LZ4F_decompress(raw, out.data(), &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(hint)) {
      fail(file, std::format("damaged LZ4 frame: {}", LZ4F_getErrorName(hint)));
    }
    return Step{consumed, produced, hint == 0};
  });
}

Buffer decompress_zstd(std::string_view file, Bytes payload, uint64_t limit) {
  const std::unique_ptr<ZSTD_DCtx, Releaser<ZSTD_freeDCtx>> context(ZSTD_createDCtx());
  if (!context) throw Failure("out of memory");
  return run_decoder(file, payload, limit, [&](Bytes in, std::span<std::byte> out) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const size_t left = ZSTD_decompressStream(context.get(), &to, &from);
    if (ZSTD_isError(left)) {
      fail(file, std::format("damaged zstd frame: {}", ZSTD_getErrorName(left)));
    }
    return Step{from.pos, to.pos, left == 0};
  });
}

}  // namespace

std::string_view compression_name(Compression method) {
  switch (method) {
    case Compression::None:
      return "plain";
    case Compression::Lz4:
      return "lz4";
    case Compression::Zstd:
      return "zstd";
  }
  return "unknown";
}

Buffer compress(Compression method, Bytes bytes) {
  switch (method) {
    case Compression::Lz4:
      return compress_lz4(bytes);
    case Compression::Zstd:
      return compress_zstd(bytes);
    case Compression::None:
      break;
  }
  return Buffer(bytes.begin(), bytes.end());
}

Buffer decompress(std::string_view file, Bytes payload, uint64_t limit) {
  switch (image::compression_of(payload)) {
    case Compression::Lz4:
      return decompress_lz4(file, payload, limit);
    case Compression::Zstd:
      return decompress_zstd(file, payload, limit);
    case Compression::None:
      break;
  }
  if (payload.size() > limit) fail(file, std::format("content is larger than {} bytes", limit));
  return Buffer(payload.begin(), payload.end());
}

Buffer storage_content(std::string_view file, const image::ZbiItem& item) {
  const std::string_view name = image::item_type_name(item.type());
  const uint64_t declared = item.header.extra;
  if (declared > kStorageMax) {
    fail(file, std::format("{} claims {} bytes, more than the {} that fit a machine", name,
                           declared, kStorageMax));
  }
  if (image::compression_of(item.payload) == Compression::None &&
      (item.header.flags & image::kZbiFlagStorageCompressed) != 0) {
    fail(file, std::format("{} is compressed by an unknown method", name));
  }
  Buffer content = decompress(file, item.payload, declared);
  if (content.size() != declared) {
    fail(file, std::format("{} declares {} bytes, but has {}", name, declared, content.size()));
  }
  return content;
}

}  // namespace jacinth::zbi_tool
