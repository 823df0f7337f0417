#include "image/cpio.h"

#include <algorithm>
#include <array>

namespace jacinth::image {
namespace {

constexpr uint64_t kAlignment = 4;
constexpr size_t kMagicBytes = 6;
constexpr size_t kFieldDigits = 8;
constexpr size_t kFields = 13;
constexpr uint64_t kHeaderBytes = kMagicBytes + kFields * kFieldDigits;
constexpr std::string_view kTrailer = "TRAILER!!!";
// With the NUL; Linux takes no longer ones.
constexpr uint32_t kMaxNameSize = 4096;

// In the order in which they stand.
enum Field : uint8_t {
  kInode,
  kMode,
  kUser,
  kGroup,
  kLinks,
  kModified,
  kFileSize,
  kDeviceMajor,
  kDeviceMinor,
  kSpecialMajor,
  kSpecialMinor,
  kNameSize,
  kCheck,
};
using Fields = std::array<uint32_t, kFields>;

std::string_view text_at(Bytes bytes, uint64_t offset, uint64_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + offset, static_cast<size_t>(size)};
}

std::optional<uint32_t> parse_hexadecimal(std::string_view digits) {
  uint32_t value = 0;
  for (char c : digits) {
    const char lower = static_cast<char>(c | 0x20);
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      digit = static_cast<uint32_t>(lower - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

Parsed<Fields> parse_header(Bytes archive, uint64_t offset) {
  if (!fits(offset, kHeaderBytes, archive.size())) return bad("cpio header is cut short", offset);
  const std::string_view magic = text_at(archive, offset, kMagicBytes);
  if (magic != "070701" && magic != "070702") return bad("not a newc cpio header", offset);
  Fields fields;
  for (size_t i = 0; i < kFields; ++i) {
    const uint64_t at = offset + kMagicBytes + i * kFieldDigits;
    const auto value = parse_hexadecimal(text_at(archive, at, kFieldDigits));
    if (!value) return bad("cpio header field is not hexadecimal", at);
    fields[i] = *value;
  }
  return fields;
}

CpioEntry entry_from(const Fields& fields) {
  return {.name = {},
          .inode = fields[kInode],
          .mode = fields[kMode],
          .user = fields[kUser],
          .group = fields[kGroup],
          .links = fields[kLinks],
          .modified = fields[kModified],
          .device_major = fields[kDeviceMajor],
          .device_minor = fields[kDeviceMinor],
          .special_major = fields[kSpecialMajor],
          .special_minor = fields[kSpecialMinor],
          .data = {}};
}

}  // namespace

void CpioReader::skip_zeros() {
  while (position_ < archive_.size() && archive_[position_] == std::byte{0}) ++position_;
}

Parsed<std::optional<CpioEntry>> CpioReader::next() {
  for (;;) {
    skip_zeros();
    if (position_ == archive_.size()) return std::nullopt;
    const uint64_t header = position_;
    position_ = archive_.size();  // unless all goes well
    if (header % kAlignment != 0) return bad("cpio header is not aligned", header);
    const auto fields = parse_header(archive_, header);
    if (!fields) return std::unexpected(fields.error());

    const uint32_t name_size = (*fields)[kNameSize];
    const uint64_t name_at = header + kHeaderBytes;
    if (name_size < 2 || name_size > kMaxNameSize) return bad("cpio name has a bad size", header);
    if (!fits(name_at, name_size, archive_.size())) return bad("cpio name is cut short", name_at);
    // More NULs than one may follow the name: that is how data is made to lie on a page.
    const std::string_view stored = text_at(archive_, name_at, name_size);
    const size_t length = stored.find('\0');
    if (length == std::string_view::npos) return bad("cpio name is not terminated", name_at);
    if (length == 0) return bad("cpio name is empty", name_at);

    CpioEntry entry = entry_from(*fields);
    entry.name = stored.substr(0, length);
    entry.offset = *round_up(name_at + name_size, kAlignment);
    const uint32_t file_size = (*fields)[kFileSize];
    if (file_size != 0) {
      if (!fits(entry.offset, file_size, archive_.size()))
        return bad("cpio file is cut short", header);
      entry.data = archive_.subspan(entry.offset, file_size);
    }
    position_ =
        std::min<uint64_t>(*round_up(entry.offset + file_size, kAlignment), archive_.size());
    if (entry.name != kTrailer) return entry;
  }
}

}  // namespace jacinth::image
