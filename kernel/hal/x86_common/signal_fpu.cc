#include "hal/x86_common/signal_fpu.h"

#include <cstring>

namespace jacinth::hal::x86 {
namespace {

// struct _fpx_sw_bytes.
struct SoftwareRecord {
  uint32_t magic;
  uint32_t whole_bytes;  // the mark included
  uint64_t components;
  uint32_t image_bytes;
  uint32_t reserved[7];
};
static_assert(sizeof(SoftwareRecord) == 48);

constexpr uint32_t kRecordMagic = 0x46505853;
constexpr uint32_t kEndMark = 0x46505845;
constexpr size_t kRecordOffset = 464;
constexpr size_t kMxcsrOffset = 24;
constexpr size_t kLegacyBytes = 512;
constexpr size_t kHeaderBytes = 64;  // which components there are; the rest reserved
constexpr uint64_t kLegacyComponents = 3;
constexpr uint32_t kMxcsrReserved = 0xffff0000;

struct Header {
  uint64_t present;
  uint64_t compact;
  uint64_t reserved[6];
};
static_assert(sizeof(Header) == kHeaderBytes);

template <typename T>
T read_at(std::span<const std::byte> bytes, size_t offset) {
  T value;
  memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

bool has_whole_image(const XsaveLayout& layout, std::span<const std::byte> in) {
  if (in.size() < signal_fpu_bytes(layout)) return false;
  const auto record = read_at<SoftwareRecord>(in, kRecordOffset);
  return record.magic == kRecordMagic && record.image_bytes == layout.bytes &&
         record.whole_bytes == signal_fpu_bytes(layout) &&
         read_at<uint32_t>(in, layout.bytes) == kEndMark;
}

}  // namespace

size_t signal_fpu_bytes(const XsaveLayout& layout) { return layout.bytes + sizeof kEndMark; }

Result<> make_signal_fpu(const XsaveLayout& layout, const std::byte* image,
                         std::span<std::byte> out) {
  if (out.size() < signal_fpu_bytes(layout)) return fail(Status::BufferTooSmall);
  const SoftwareRecord record{
      .magic = kRecordMagic,
      .whole_bytes = static_cast<uint32_t>(signal_fpu_bytes(layout)),
      .components = layout.mask,
      .image_bytes = layout.bytes,
      .reserved = {},
  };
  memcpy(out.data(), image, layout.bytes);
  memcpy(out.data() + kRecordOffset, &record, sizeof record);
  memcpy(out.data() + layout.bytes, &kEndMark, sizeof kEndMark);
  return {};
}

Result<> take_signal_fpu(const XsaveLayout& layout, std::span<const std::byte> in,
                         std::byte* image) {
  if (in.size() < kLegacyBytes) return fail(Status::BufferTooSmall);
  if ((read_at<uint32_t>(in, kMxcsrOffset) & kMxcsrReserved) != 0) return fail(Status::InvalidArgs);
  if (!has_whole_image(layout, in)) {
    init_xsave_image(layout, image);
    memcpy(image, in.data(), kLegacyBytes);
    const Header header{.present = kLegacyComponents, .compact = 0, .reserved = {}};
    memcpy(image + kLegacyBytes, &header, sizeof header);
    return {};
  }
  auto header = read_at<Header>(in, kLegacyBytes);
  for (const uint64_t word : header.reserved) {
    if (word != 0) return fail(Status::InvalidArgs);
  }
  if (header.compact != 0) return fail(Status::InvalidArgs);
  header.present &= layout.mask;
  memcpy(image, in.data(), layout.bytes);
  memcpy(image + kLegacyBytes, &header, sizeof header);
  return {};
}

}  // namespace jacinth::hal::x86
