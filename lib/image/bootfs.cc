#include "image/bootfs.h"

namespace jacinth::image {
namespace {

constexpr uint64_t kEntryAlignment = 4;

// The space of an entry whose name_length has been checked.
uint64_t entry_size(const BootfsEntry& entry) {
  return *round_up(sizeof(BootfsEntry) + uint64_t{entry.name_length}, kEntryAlignment);
}

std::string_view name_at(Bytes payload, uint64_t offset, const BootfsEntry& entry) {
  const auto* text = reinterpret_cast<const char*>(payload.data()) + offset + sizeof(BootfsEntry);
  return std::string_view(text, entry.name_length - 1);
}

// The directory is [16, directory_end); `offset` is within it.
Parsed<> check_entry(Bytes payload, uint64_t offset, uint64_t directory_end) {
  const auto entry = load<BootfsEntry>(payload.first(directory_end), offset);
  if (!entry) return bad("directory entry is cut short", offset);
  if (entry->name_length < 2 || entry->name_length > kBootfsNameMax) {
    return bad("file name has an impossible length", offset);
  }
  if (entry_size(*entry) > directory_end - offset) {
    return bad("directory entry passes the end of the directory", offset);
  }
  const std::string_view name = name_at(payload, offset, *entry);
  if (name.data()[name.size()] != '\0') return bad("file name is not terminated", offset);
  if (!valid_bootfs_name(name)) return bad("file name is not a plain relative path", offset);
  if (entry->data_offset % kBootfsPageSize != 0) {
    return bad("file does not begin on a page", offset);
  }
  if (!fits(entry->data_offset, entry->data_length, payload.size())) {
    return bad("file passes the end of the BOOTFS", offset);
  }
  if (entry->data_length != 0 && entry->data_offset < directory_end) {
    return bad("file overlaps the directory", offset);
  }
  return {};
}

}  // namespace

bool valid_bootfs_name(std::string_view name) {
  if (name.empty() || name.size() >= kBootfsNameMax) return false;
  if (name.find('\0') != std::string_view::npos) return false;
  for (size_t start = 0;;) {
    const size_t slash = name.find('/', start);
    const std::string_view part = name.substr(start, slash - start);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    start = slash + 1;
  }
}

Parsed<Bootfs> Bootfs::parse(Bytes payload) {
  const auto header = load<BootfsHeader>(payload, 0);
  if (!header) return bad("too short for a BOOTFS", payload.size());
  if (header->magic != kBootfsMagic) return bad("not a BOOTFS", 0);
  if (header->directory_size % kEntryAlignment != 0) {
    return bad("BOOTFS directory size is not a multiple of 4",
               offsetof(BootfsHeader, directory_size));
  }
  if (!fits(sizeof(BootfsHeader), header->directory_size, payload.size())) {
    return bad("BOOTFS directory is cut short", payload.size());
  }
  const uint64_t directory_end = sizeof(BootfsHeader) + header->directory_size;
  for (uint64_t offset = sizeof(BootfsHeader); offset != directory_end;) {
    if (auto checked = check_entry(payload, offset, directory_end); !checked) {
      return std::unexpected(checked.error());
    }
    offset += entry_size(*load<BootfsEntry>(payload, offset));
  }
  return Bootfs(payload, directory_end);
}

std::optional<BootfsFile> Bootfs::find(std::string_view name) const {
  for (BootfsFile file : *this) {
    if (file.name == name) return file;
  }
  return std::nullopt;
}

BootfsFile Bootfs::Iterator::operator*() const {
  const BootfsEntry entry = *load<BootfsEntry>(payload_, offset_);
  return BootfsFile{name_at(payload_, offset_, entry), entry.data_offset,
                    payload_.subspan(entry.data_offset, entry.data_length)};
}

Bootfs::Iterator& Bootfs::Iterator::operator++() {
  offset_ += entry_size(*load<BootfsEntry>(payload_, offset_));
  return *this;
}

}  // namespace jacinth::image
