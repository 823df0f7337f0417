// BOOTFS: the read-only file system inside a ZBI. A flat directory of path names, then the files'
// bytes, each beginning on a page so that a file can be mapped where it lies.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace jacinth::image {

inline constexpr uint32_t kBootfsMagic = 0xa56d3ff9;
inline constexpr uint64_t kBootfsPageSize = 4096;
inline constexpr uint32_t kBootfsNameMax = 256;  // with the NUL

struct BootfsHeader {
  uint32_t magic;
  uint32_t directory_size;  // bytes of all entries
  uint32_t reserved[2];
};
static_assert(sizeof(BootfsHeader) == 16);

// Followed by the name and its NUL, padded to 4 bytes.
struct BootfsEntry {
  uint32_t name_length;  // with the NUL
  uint32_t data_length;
  uint32_t data_offset;  // from the header; a multiple of the page size
};
static_assert(sizeof(BootfsEntry) == 12);

// Relative, with no empty, "." or ".." part: safe to extract below a directory.
bool valid_bootfs_name(std::string_view name);

struct BootfsFile {
  std::string_view name;
  uint64_t offset;  // of the data within the BOOTFS; a multiple of the page size
  Bytes data;
};

class Bootfs {
 public:
  // Checks the directory: after this every file's name is valid and its data inside `payload`,
  // which is uncompressed. Names need not be sorted or unique; find() returns the first.
  static Parsed<Bootfs> parse(Bytes payload);

  std::optional<BootfsFile> find(std::string_view name) const;

  class Iterator {
   public:
    using value_type = BootfsFile;
    using difference_type = ptrdiff_t;
    Iterator() = default;
    Iterator(Bytes payload, uint64_t offset) : payload_(payload), offset_(offset) {}
    BootfsFile operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(const Iterator& other) const { return offset_ == other.offset_; }

   private:
    Bytes payload_;
    uint64_t offset_ = 0;
  };
  // for (BootfsFile file : bootfs)
  Iterator begin() const { return Iterator(payload_, sizeof(BootfsHeader)); }
  Iterator end() const { return Iterator(payload_, directory_end_); }

 private:
  Bootfs(Bytes payload, uint64_t directory_end)
      : payload_(payload), directory_end_(directory_end) {}
  Bytes payload_;
  uint64_t directory_end_;
};

}  // namespace jacinth::image
