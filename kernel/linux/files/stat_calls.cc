// Asking about files.
#include <algorithm>
#include <cstring>

#include "fs/file_system.h"
#include "fs/operations.h"
#include "linux/arch.h"
#include "linux/files/path_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

// The order and the widths of the fields are the architecture's.
abi::stat to_stat(const fs::Attributes& a) {
  abi::stat out{};
  out.dev = a.file_system.encoded();
  out.ino = a.number;
  out.nlink = a.links;
  out.mode = a.mode;
  out.uid = a.user;
  out.gid = a.group;
  out.rdev = a.device.encoded();
  out.size = static_cast<int64_t>(a.size);
  out.block_size = static_cast<decltype(out.block_size)>(a.block_bytes);
  out.blocks = static_cast<int64_t>(a.blocks);
  out.access_seconds = a.accessed.seconds;
  out.access_ns = a.accessed.nanoseconds;
  out.modification_seconds = a.modified.seconds;
  out.modification_ns = a.modified.nanoseconds;
  out.change_seconds = a.changed.seconds;
  out.change_ns = a.changed.nanoseconds;
  return out;
}

SysResult deliver_stat(UserOut<std::byte> out, const fs::Attributes& attributes) {
  TRY(put(UserOut<abi::stat>(out.address()), to_stat(attributes)));
  return 0;
}

// What `path` and `flags` (at_flag::…) name; an empty path may stand for the descriptor itself.
ErrnoOr<fs::Attributes> attributes_at(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                      uint32_t flags) {
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  if (text.empty() && (flags & at_flag::kEmptyPath) != 0 && dir != kAtCwd)
    return TRY(ctx.self().files->get_any(dir))
  ->node().attributes();
  uint32_t walk = 0;
  if ((flags & at_flag::kSymlinkNoFollow) == 0) walk |= fs::walk_flags::kFollow;
  if ((flags & at_flag::kEmptyPath) != 0) walk |= fs::walk_flags::kAllowEmpty;
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  return fs::stat(start.from(), text, walk);
}

SysResult stat_at(SyscallContext& ctx, int32_t dir, UserIn<char> path, UserOut<std::byte> out,
                  uint32_t flags) {
  return deliver_stat(out, TRY(attributes_at(ctx, dir, path, flags)));
}

abi::statx_timestamp to_statx(const fs::Timestamp& time) {
  return {.seconds = time.seconds, .nanoseconds = time.nanoseconds, .padding = 0};
}

SysResult deliver_statx(UserOut<abi::statx> out, const fs::Attributes& a) {
  constexpr uint32_t kBasicAndBirth = 0xfff;
  abi::statx x{};
  x.mask = kBasicAndBirth;
  x.block_size = a.block_bytes;
  x.links = a.links;
  x.uid = a.user;
  x.gid = a.group;
  x.mode = static_cast<uint16_t>(a.mode);
  x.inode = a.number;
  x.size = a.size;
  x.blocks = a.blocks;
  x.access = to_statx(a.accessed);
  x.birth = to_statx(a.created);
  x.change = to_statx(a.changed);
  x.modification = to_statx(a.modified);
  x.rdev_major = a.device.major;
  x.rdev_minor = a.device.minor;
  x.dev_major = a.file_system.major;
  x.dev_minor = a.file_system.minor;
  TRY(put(out, x));
  return 0;
}

SysResult access_at(SyscallContext& ctx, int32_t dir, UserIn<char> path, int32_t mode,
                    uint32_t flags) {
  constexpr uint32_t kKnown =
      at_flag::kEffectiveAccess | at_flag::kSymlinkNoFollow | at_flag::kEmptyPath;
  if ((mode & ~7) != 0 || (flags & ~kKnown) != 0) return fail(Errno::INVAL);
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  if ((flags & at_flag::kEffectiveAccess) == 0) start.use_real_ids();
  uint32_t walk = (flags & at_flag::kSymlinkNoFollow) == 0 ? fs::walk_flags::kFollow : 0;
  if ((flags & at_flag::kEmptyPath) != 0) walk |= fs::walk_flags::kAllowEmpty;
  TRY(fs::check_access(start.from(), text, static_cast<uint32_t>(mode), walk));
  return 0;
}

SysResult read_link_at(SyscallContext& ctx, int32_t dir, UserIn<char> path, UserOut<char> out,
                       int32_t size) {
  if (size <= 0) return fail(Errno::INVAL);
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  char target[fs::kMaxPath];
  const size_t room = std::min<size_t>(static_cast<size_t>(size), sizeof target);
  const uint32_t walk = text.empty() ? fs::walk_flags::kAllowEmpty : 0;
  const size_t length = TRY(fs::read_link(start.from(), text, std::span(target).first(room), walk));
  TRY(fault_of(out.write_array(std::span<const char>(target).first(length))));
  return uint64_t{length};
}

abi::statfs to_statfs(fs::FileSystem& system) {
  const fs::FileSystemInfo info = system.info();
  abi::statfs out{};
  out.type = info.magic;
  out.block_size = out.fragment_size = info.block_bytes;
  out.blocks = info.blocks;
  out.blocks_free = out.blocks_available = info.free_blocks;
  out.files = info.nodes;
  out.files_free = info.free_nodes;
  out.name_length = fs::kMaxName;
  return out;
}

}  // namespace

exec::Eventually<SysResult> sys_stat(SyscallContext& ctx, UserIn<char> path,
                                     UserOut<std::byte> out) {
  return stat_at(ctx, kAtCwd, path, out, 0);
}

exec::Eventually<SysResult> sys_lstat(SyscallContext& ctx, UserIn<char> path,
                                      UserOut<std::byte> out) {
  return stat_at(ctx, kAtCwd, path, out, at_flag::kSymlinkNoFollow);
}

SysResult sys_fstat(SyscallContext& ctx, int32_t fd, UserOut<std::byte> out) {
  const auto file = TRY(ctx.self().files->get_any(fd));
  return deliver_stat(out, TRY(file->node().attributes()));
}

exec::Eventually<SysResult> sys_newfstatat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                           UserOut<std::byte> out, uint32_t flags) {
  constexpr uint32_t kKnown =
      at_flag::kSymlinkNoFollow | at_flag::kEmptyPath | at_flag::kNoAutomount;
  if ((flags & ~kKnown) != 0) return SysResult(fail(Errno::INVAL));
  return stat_at(ctx, dir, path, out, flags);
}

exec::Eventually<SysResult> sys_statx(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                      uint32_t flags, uint32_t mask, UserOut<abi::statx> out) {
  constexpr uint32_t kSyncTypes = 0x6000, kReservedMask = 0x80000000;
  constexpr uint32_t kKnown =
      at_flag::kSymlinkNoFollow | at_flag::kEmptyPath | at_flag::kNoAutomount | kSyncTypes;
  if ((flags & ~kKnown) != 0 || (mask & kReservedMask) != 0 || (flags & kSyncTypes) == kSyncTypes)
    return SysResult(fail(Errno::INVAL));
  const auto attributes = attributes_at(ctx, dir, path, flags);
  if (!attributes) return SysResult(fail(attributes.error()));
  return deliver_statx(out, *attributes);
}

exec::Eventually<SysResult> sys_access(SyscallContext& ctx, UserIn<char> path, int32_t mode) {
  return access_at(ctx, kAtCwd, path, mode, 0);
}

exec::Eventually<SysResult> sys_faccessat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                          int32_t mode) {
  return access_at(ctx, dir, path, mode, 0);
}

exec::Eventually<SysResult> sys_faccessat2(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                           int32_t mode, uint32_t flags) {
  return access_at(ctx, dir, path, mode, flags);
}

exec::Eventually<SysResult> sys_readlink(SyscallContext& ctx, UserIn<char> path, UserOut<char> out,
                                         int32_t size) {
  return read_link_at(ctx, kAtCwd, path, out, size);
}

exec::Eventually<SysResult> sys_readlinkat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                           UserOut<char> out, int32_t size) {
  return read_link_at(ctx, dir, path, out, size);
}

exec::Eventually<SysResult> sys_statfs(SyscallContext& ctx, UserIn<char> path,
                                       UserOut<abi::statfs> out) {
  PathBuffer buffer;
  auto run = [&]() -> SysResult {
    const std::string_view text = TRY(read_path(path, buffer));
    WalkStart start(ctx);
    TRY(start.at(kAtCwd, text));
    const auto place = TRY(fs::walk(start.from(), text, fs::walk_flags::kFollow));
    TRY(put(out, to_statfs(place.node().file_system())));
    return 0;
  };
  return run();
}

SysResult sys_fstatfs(SyscallContext& ctx, int32_t fd, UserOut<abi::statfs> out) {
  const auto file = TRY(ctx.self().files->get_any(fd));
  TRY(put(out, to_statfs(file->node().file_system())));
  return 0;
}

// --- Directories

namespace {

// Entries go to the program piece by piece, through kernel memory: add() is called under locks.
class EntryBuffer final : public fs::DirectorySink {
 public:
  // struct linux_dirent has the type behind the name, in its last byte; linux_dirent64 before it.
  enum class Layout : uint8_t { TypeLast, TypeFirst };
  EntryBuffer(Layout layout, size_t room) : layout_(layout), room_(std::min(room, sizeof bytes_)) {}

  bool add(std::string_view name, uint64_t number, fs::FileType type, uint64_t next) override {
    constexpr size_t kHeader = 18;  // without the type
    const size_t name_at = layout_ == Layout::TypeFirst ? kHeader + 1 : kHeader;
    const size_t length = (kHeader + 1 + name.size() + 1 + 7) & ~size_t{7};
    if (length > room_ - used_) {
      full_ = true;
      return false;
    }
    std::byte* const at = bytes_ + used_;
    memset(at, 0, length);
    const auto record = static_cast<uint16_t>(length);
    const auto kind = static_cast<uint8_t>(type);
    memcpy(at, &number, 8);
    memcpy(at + 8, &next, 8);
    memcpy(at + 16, &record, 2);
    memcpy(at + (layout_ == Layout::TypeFirst ? kHeader : length - 1), &kind, 1);
    memcpy(at + name_at, name.data(), name.size());
    used_ += length;
    return true;
  }

  std::span<const std::byte> bytes() const { return {bytes_, used_}; }
  bool full() const { return full_; }

 private:
  const Layout layout_;
  const size_t room_;
  size_t used_ = 0;
  bool full_ = false;
  std::byte bytes_[8192];
};

SysResult list(SyscallContext& ctx, int32_t fd, UserOut<std::byte> out, EntryBuffer& entries) {
  const auto file = TRY(ctx.self().files->get(fd));
  TRY(file->read_directory(entries));
  if (entries.bytes().empty() && entries.full()) return fail(Errno::INVAL);
  TRY(fault_of(out.write_array(entries.bytes())));
  return uint64_t{entries.bytes().size()};
}

}  // namespace

exec::Eventually<SysResult> sys_getdents64(SyscallContext& ctx, int32_t fd, UserOut<std::byte> out,
                                           uint32_t size) {
  EntryBuffer entries(EntryBuffer::Layout::TypeFirst, size);
  return list(ctx, fd, out, entries);
}

exec::Eventually<SysResult> sys_getdents(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                         uint32_t size) {
  EntryBuffer entries(EntryBuffer::Layout::TypeLast, size);
  return list(ctx, fd, buffer, entries);
}

}  // namespace jacinth::linux
