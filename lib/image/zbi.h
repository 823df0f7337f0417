// ZBI: the boot image of Zircon. A container of typed items: command line, file system, tables.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace jacinth::image {

// Any other number may occur, too: items of unknown type are passed over.
enum class ItemType : uint32_t {
  Container = 0x544f4f42,
  Discard = 0x50494b53,
  KernelX64 = 0x4c4e524b,
  KernelArm64 = 0x384e524b,
  StorageRamdisk = 0x4b534452,
  StorageBootfs = 0x42534642,
  StorageBootfsFactory = 0x46534642,
  Cmdline = 0x4c444d43,
  Crashlog = 0x4d4f4f42,
  Nvram = 0x4c4c564e,
  PlatformId = 0x44494c50,
  CpuConfig = 0x43555043,
  CpuTopology = 0x544f504f,
  MemConfig = 0x434d454d,
  KernelDriver = 0x5652444b,
  AcpiRsdp = 0x50445352,
  Smbios = 0x49424d53,
  EfiMemoryMap = 0x4d494645,
  EfiSystemTable = 0x53494645,
  E820Table = 0x30323845,
  DebugUart = 0x54524155,
  Framebuffer = 0x42465753,
  BootConfig = 0x47464342,
  BootVersion = 0x53525642,
  DrvMacAddress = 0x43414d6d,
  DrvPartitionMap = 0x5452506d,
  DrvBoardPrivate = 0x524f426d,
};

inline constexpr uint32_t kZbiItemMagic = 0xb5781729;
inline constexpr uint32_t kZbiContainerMagic = 0x868cf7e6;  // in the container's `extra`
inline constexpr uint32_t kZbiNoCrc = 0x4a87e8d6;           // in `crc32` when there is none
inline constexpr uint32_t kZbiFlagVersion = 0x00010000;     // on every header
inline constexpr uint32_t kZbiFlagCrc32 = 0x00020000;
inline constexpr uint32_t kZbiFlagStorageCompressed = 0x00000001;
inline constexpr uint64_t kZbiAlignment = 8;

// Precedes every payload, the container's included. Payloads are padded to kZbiAlignment.
struct ZbiHeader {
  uint32_t type;
  uint32_t length;  // of the payload, without header and padding
  uint32_t extra;   // of a storage item: its size when uncompressed
  uint32_t flags;
  uint32_t reserved[2];
  uint32_t magic;
  uint32_t crc32;
};
static_assert(sizeof(ZbiHeader) == 32);

// The checksum that belongs into the item's header: over the header with `crc32` zero, then
// payload.
uint32_t zbi_item_crc(ZbiHeader header, Bytes payload);

// "CMDLINE" and so on; empty for an unknown type.
std::string_view item_type_name(ItemType type);
// By that name, in any case; nullopt for an unknown one.
std::optional<ItemType> item_type_named(std::string_view name);

// Ramdisks and BOOTFS: these may be compressed, and `extra` is their uncompressed size.
constexpr bool is_storage(ItemType type) {
  return type == ItemType::StorageRamdisk || type == ItemType::StorageBootfs ||
         type == ItemType::StorageBootfsFactory;
}

enum class Compression { None, Lz4, Zstd };

// Recognised by the frame's magic number.
Compression compression_of(Bytes payload);

struct ZbiItem {
  ZbiHeader header;
  uint64_t offset;  // of the header, from the image's start
  Bytes payload;

  ItemType type() const { return static_cast<ItemType>(header.type); }
  bool has_crc() const { return (header.flags & kZbiFlagCrc32) != 0; }
  // Fails when the item carries a checksum that does not fit its bytes.
  Parsed<> check_crc() const;
};

class Zbi {
 public:
  // Checks the container and every item's header, not the checksums. Bytes after the container (a
  // VMO is a whole number of pages) are ignored.
  static Parsed<Zbi> parse(Bytes image);

  // The first item of that type.
  std::optional<ZbiItem> find(ItemType type) const;
  // The container with its header, without what follows it.
  Bytes bytes() const { return image_; }

  class Iterator {
   public:
    using value_type = ZbiItem;
    using difference_type = ptrdiff_t;
    Iterator() = default;
    Iterator(Bytes image, uint64_t offset) : image_(image), offset_(offset) {}
    ZbiItem operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(const Iterator& other) const { return offset_ == other.offset_; }

   private:
    Bytes image_;
    uint64_t offset_ = 0;
  };
  // for (ZbiItem item : zbi)
  Iterator begin() const { return Iterator(image_, sizeof(ZbiHeader)); }
  Iterator end() const { return Iterator(image_, image_.size()); }

 private:
  explicit Zbi(Bytes image) : image_(image) {}
  Bytes image_;
};

}  // namespace jacinth::image
