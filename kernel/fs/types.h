// What the file layer's parts say about files to one another: types, modes, attributes, flags. The
// numbers are Linux's, which are the same on x86-64 and RISC-V.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jacinth::fs {

inline constexpr size_t kMaxPath = 4096;   // with the NUL
inline constexpr size_t kMaxName = 255;    // of one entry, without a NUL
inline constexpr unsigned kMaxLinks = 40;  // symbolic links followed in one walk
inline constexpr uint64_t kMaxFileSize = 0x7fff'ffff'ffff'f000;
// The most one read or write transfers.
inline constexpr size_t kMaxTransfer = 0x7fff'f000;

// As in the d_type of a directory entry; shifted by 12, as in st_mode.
enum class FileType : uint8_t {
  Unknown = 0,
  Fifo = 1,
  CharDevice = 2,
  Directory = 4,
  BlockDevice = 6,
  Regular = 8,
  Symlink = 10,
  Socket = 12,
};

namespace mode {
inline constexpr uint32_t kSetUser = 04000;
inline constexpr uint32_t kSetGroup = 02000;
inline constexpr uint32_t kSticky = 01000;
inline constexpr uint32_t kGroupExecute = 00010;
inline constexpr uint32_t kAllExecute = 00111;
inline constexpr uint32_t kAll = 07777;
}  // namespace mode
constexpr uint32_t mode_of(FileType type, uint32_t permissions) {
  return uint32_t{static_cast<uint8_t>(type)} << 12 | permissions;
}
constexpr FileType type_of_mode(uint32_t st_mode) {
  return static_cast<FileType>(st_mode >> 12 & 15);
}

struct DeviceNumber {
  uint32_t major = 0;  // 12 bits
  uint32_t minor = 0;  // 20 bits
  friend constexpr bool operator==(DeviceNumber, DeviceNumber) = default;

  // As in st_dev and st_rdev, and back.
  constexpr uint64_t encoded() const {
    return uint64_t{major & 0xfff} << 8 | (minor & 0xff) | uint64_t{minor & ~0xffu} << 12;
  }
  static constexpr DeviceNumber decode(uint64_t value) {
    return {.major = static_cast<uint32_t>(value >> 8 & 0xfff),
            .minor = static_cast<uint32_t>((value & 0xff) | (value >> 12 & 0xfff00))};
  }
};

// Since the Unix epoch.
struct Timestamp {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;

  static Timestamp now();
};

// What stat and statx report.
struct Attributes {
  DeviceNumber file_system{};
  uint64_t number = 0;  // of the node: st_ino
  uint32_t mode = 0;    // with the type
  uint32_t links = 0;
  uint32_t user = 0;
  uint32_t group = 0;
  DeviceNumber device{};  // of device nodes
  uint64_t size = 0;
  uint32_t block_bytes = 4096;  // preferred for transfers
  uint64_t blocks = 0;          // allocated, of 512 bytes
  Timestamp accessed{}, modified{}, changed{}, created{};
};

// What to change of a node's attributes: fields whose bit is set.
struct AttributeChange {
  static constexpr uint32_t kMode = 1u << 0;  // the 07777 bits of `mode`
  static constexpr uint32_t kUser = 1u << 1;
  static constexpr uint32_t kGroup = 1u << 2;
  static constexpr uint32_t kSize = 1u << 3;
  static constexpr uint32_t kAccessed = 1u << 4;
  static constexpr uint32_t kModified = 1u << 5;

  uint32_t fields = 0;
  uint32_t mode = 0;
  uint32_t user = 0;
  uint32_t group = 0;
  uint64_t size = 0;
  Timestamp accessed{}, modified{};
};

// What statfs reports.
struct FileSystemInfo {
  uint32_t magic = 0;
  uint32_t block_bytes = 4096;
  uint64_t blocks = 0, free_blocks = 0;
  uint64_t nodes = 0, free_nodes = 0;
};

// What a new node is to be. `mode` is without type, with the umask already taken off.
struct NewNode {
  FileType type = FileType::Regular;
  uint32_t mode = 0;
  uint32_t user = 0;
  uint32_t group = 0;
  DeviceNumber device{};  // of device nodes
};

// Flags of open(); those in kSettable can be changed later with fcntl(F_SETFL).
namespace open_flags {
inline constexpr uint32_t kReadOnly = 0;
inline constexpr uint32_t kWriteOnly = 1;
inline constexpr uint32_t kReadWrite = 2;
inline constexpr uint32_t kAccessMode = 3;  // the bits; 3 itself: neither, for ioctl only
inline constexpr uint32_t kCreate = 0100;
inline constexpr uint32_t kExclusive = 0200;
inline constexpr uint32_t kNoControllingTty = 0400;
inline constexpr uint32_t kTruncate = 01000;
inline constexpr uint32_t kAppend = 02000;
inline constexpr uint32_t kNonBlock = 04000;
inline constexpr uint32_t kDataSync = 010000;
inline constexpr uint32_t kAsync = 020000;
inline constexpr uint32_t kDirect = 040000;
inline constexpr uint32_t kLargeFile = 0100000;
inline constexpr uint32_t kDirectory = 0200000;
inline constexpr uint32_t kNoFollow = 0400000;
inline constexpr uint32_t kNoAccessTime = 01000000;
inline constexpr uint32_t kCloseOnExec = 02000000;
inline constexpr uint32_t kSync = 04000000 | kDataSync;
inline constexpr uint32_t kPath = 010000000;
inline constexpr uint32_t kTemporary = 020000000 | kDirectory;  // O_TMPFILE

inline constexpr uint32_t kSettable = kAppend | kNonBlock | kAsync | kDirect | kNoAccessTime;
}  // namespace open_flags

// How ready a file is, as bits of its poll object's signals.
namespace ready {
inline constexpr uint32_t kIn = 1u << 0;          // POLLIN, POLLRDNORM
inline constexpr uint32_t kOut = 1u << 1;         // POLLOUT, POLLWRNORM
inline constexpr uint32_t kHangUp = 1u << 2;      // POLLHUP
inline constexpr uint32_t kError = 1u << 3;       // POLLERR
inline constexpr uint32_t kPriority = 1u << 4;    // POLLPRI
inline constexpr uint32_t kReadHangUp = 1u << 5;  // POLLRDHUP
// Reported whether asked for or not.
inline constexpr uint32_t kAlways = kHangUp | kError;
}  // namespace ready

}  // namespace jacinth::fs
