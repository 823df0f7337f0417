// Small images that tests build, then damage.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "image/bootfs.h"
#include "image/elf.h"
#include "image/zbi.h"

namespace jacinth::image::test {

// Allocated to its exact size, so that AddressSanitizer sees one byte too many being read.
using Buffer = std::vector<std::byte>;

template <typename T>
void put(Buffer& bytes, size_t offset, const T& value) {
  if (bytes.size() < offset + sizeof(T)) bytes.resize(offset + sizeof(T));
  memcpy(bytes.data() + offset, &value, sizeof(T));
}

inline void put_text(Buffer& bytes, size_t offset, std::string_view text) {
  if (bytes.size() < offset + text.size()) bytes.resize(offset + text.size());
  memcpy(bytes.data() + offset, text.data(), text.size());
}

inline std::string_view text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Buffer prefix(const Buffer& bytes, size_t size) {
  return Buffer(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
}

// Offsets in an ELF header and of the first program header.
enum : size_t {
  kElfType = 16,
  kElfMachine = 18,
  kElfEntry = 24,
  kElfSegmentsOffset = 32,
  kElfHeaderSize = 52,
  kElfSegmentSize = 54,
  kElfSegmentCount = 56,
  kElfFirstSegment = 64,
};

// A position-independent x86-64 file of `size` bytes with these program headers.
inline Buffer make_elf(std::initializer_list<Segment> segments, size_t size) {
  Buffer bytes(size);
  put_text(bytes, 0,
           "\x7f"
           "ELF\x02\x01\x01");
  put<uint16_t>(bytes, kElfType, 3);
  put(bytes, kElfMachine, ElfMachine::X86_64);
  put<uint32_t>(bytes, 20, 1);
  put<uint64_t>(bytes, kElfEntry, 0x1010);
  put<uint64_t>(bytes, kElfSegmentsOffset, kElfFirstSegment);
  put<uint16_t>(bytes, kElfHeaderSize, 64);
  put<uint16_t>(bytes, kElfSegmentSize, sizeof(Segment));
  put(bytes, kElfSegmentCount, static_cast<uint16_t>(segments.size()));
  size_t offset = kElfFirstSegment;
  for (const Segment& segment : segments) {
    put(bytes, offset, segment);
    offset += sizeof(Segment);
  }
  return bytes;
}

inline Segment load_segment(uint32_t flags, uint64_t offset, uint64_t address, uint64_t file_size,
                            uint64_t memory_size) {
  return {SegmentType::Load, flags, offset, address, address, file_size, memory_size, 4096};
}

struct TestItem {
  ItemType type;
  std::string_view payload;
  bool crc = true;
};

inline Buffer make_zbi(std::initializer_list<TestItem> items) {
  Buffer bytes(sizeof(ZbiHeader));
  for (const TestItem& item : items) {
    const Bytes payload = std::as_bytes(std::span(item.payload));
    ZbiHeader header{static_cast<uint32_t>(item.type),
                     static_cast<uint32_t>(payload.size()),
                     0,
                     kZbiFlagVersion | (item.crc ? kZbiFlagCrc32 : 0),
                     {},
                     kZbiItemMagic,
                     kZbiNoCrc};
    if (item.crc) header.crc32 = zbi_item_crc(header, payload);
    put(bytes, bytes.size(), header);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(*round_up(bytes.size(), kZbiAlignment));
  }
  put(bytes, 0,
      ZbiHeader{static_cast<uint32_t>(ItemType::Container),
                static_cast<uint32_t>(bytes.size() - sizeof(ZbiHeader)),
                kZbiContainerMagic,
                kZbiFlagVersion,
                {},
                kZbiItemMagic,
                kZbiNoCrc});
  return bytes;
}

struct TestFile {
  std::string_view name;
  std::string_view data;
};

// As the format has it, but for the padding behind the last file.
inline Buffer make_bootfs(std::initializer_list<TestFile> files) {
  Buffer bytes(sizeof(BootfsHeader));
  uint64_t data_offset = kBootfsPageSize;
  for (const TestFile& file : files) {
    put(bytes, bytes.size(),
        BootfsEntry{static_cast<uint32_t>(file.name.size() + 1),
                    static_cast<uint32_t>(file.data.size()), static_cast<uint32_t>(data_offset)});
    put_text(bytes, bytes.size(), file.name);
    bytes.resize(*round_up(bytes.size() + 1, 4));
    data_offset += *round_up(file.data.size(), kBootfsPageSize);
  }
  put(bytes, 0,
      BootfsHeader{kBootfsMagic, static_cast<uint32_t>(bytes.size() - sizeof(BootfsHeader)), {}});
  for (const TestFile& file : files) {
    bytes.resize(*round_up(bytes.size(), kBootfsPageSize));
    put_text(bytes, bytes.size(), file.data);
  }
  return bytes;
}

}  // namespace jacinth::image::test

// That parsing failed, saying exactly this about exactly that place.
#define EXPECT_BAD(parsed, expected_what, expected_offset)  \
  do {                                                      \
    const auto& bad_result_ = (parsed);                     \
    ASSERT_FALSE(bad_result_.has_value());                  \
    EXPECT_STREQ(bad_result_.error().what, expected_what);  \
    EXPECT_EQ(bad_result_.error().offset, expected_offset); \
  } while (false)
