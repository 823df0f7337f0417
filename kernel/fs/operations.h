// What programs do to files by name, with all permission checks and Linux's order of errors. The
// personality's system calls copy arguments in and out, and call these.
//
// All end with the errors of a walk (path_walk.h), EROFS on a mount or file system that cannot be
// written, and ENOMEM. `mode` has no type in it and the umask already taken off.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/errno.h"
#include "exec/task.h"
#include "fs/file.h"
#include "fs/path_walk.h"

namespace jacinth::fs {

// How open() was called: open_flags::…, `mode` for new files, and walk_flags::kResolve bits.
struct OpenHow {
  uint32_t flags = 0;
  uint32_t mode = 0;
  uint32_t resolve = 0;
};
// Waits for the other side of a FIFO, unless O_NONBLOCK. O_TMPFILE, O_PATH, O_CREAT … as in Linux.
exec::Eventually<ErrnoOr<RefPtr<File>>> open(const WalkFrom& from, std::string_view path,
                                             const OpenHow& how);
// Opens what has been found already (execve, /proc/self/fd). `flags` without O_CREAT.
exec::Eventually<ErrnoOr<RefPtr<File>>> open_at(const Path& place, const Credentials& who,
                                                uint32_t flags);

// `flags`: of the walk.
ErrnoOr<Attributes> stat(const WalkFrom& from, std::string_view path, uint32_t flags);
// access(): `wanted` of namespace access.
ErrnoOr<> check_access(const WalkFrom& from, std::string_view path, uint32_t wanted,
                       uint32_t flags);
// The link's text, cut to `out`; its length there. EINVAL: no symbolic link.
ErrnoOr<size_t> read_link(const WalkFrom& from, std::string_view path, std::span<char> out,
                          uint32_t flags = 0);

ErrnoOr<> make_directory(const WalkFrom& from, std::string_view path, uint32_t mode);
// EPERM: a device without kMakeNode; EINVAL: a directory or link.
ErrnoOr<> make_node(const WalkFrom& from, std::string_view path, FileType type, uint32_t mode,
                    DeviceNumber device);
ErrnoOr<> make_symlink(std::string_view target, const WalkFrom& from, std::string_view path);
// `flags`: kFollow and kAllowEmpty for the old path. EPERM: a directory. EXDEV, EMLINK.
ErrnoOr<> link(const WalkFrom& from, std::string_view old_path, uint32_t flags, const WalkFrom& to,
               std::string_view new_path);
// A name for an open file (O_TMPFILE; linkat by way of /proc/self/fd). ENOENT: it has no links left
// and was not made without a name.
ErrnoOr<> link(const Path& old, const WalkFrom& to, std::string_view new_path);
ErrnoOr<> unlink(const WalkFrom& from, std::string_view path);
ErrnoOr<> remove_directory(const WalkFrom& from, std::string_view path);

namespace rename_flags {
inline constexpr uint32_t kNoReplace = 1;
inline constexpr uint32_t kExchange = 2;
inline constexpr uint32_t kWhiteout = 4;  // EINVAL here
}  // namespace rename_flags
ErrnoOr<> rename(const WalkFrom& from, std::string_view old_path, const WalkFrom& to,
                 std::string_view new_path, uint32_t flags);

// --- what has been found: by a walk, or as an open file's path() ---
inline constexpr uint32_t kUnchanged = ~0u;
ErrnoOr<> change_mode(const Path& path, const Credentials& who, uint32_t mode);
// kUnchanged leaves one as it is. Takes away set-user and set-group bits as chown does.
ErrnoOr<> change_owner(const Path& path, const Credentials& who, uint32_t user, uint32_t group);
// utimensat(): what to do with each time.
struct NewTime {
  enum class Kind : uint8_t { Set, Now, Omit } kind = Kind::Now;
  Timestamp time{};
};
ErrnoOr<> set_times(const Path& path, const Credentials& who, NewTime accessed, NewTime modified);
// truncate(): EISDIR, EINVAL (no regular file), ETXTBSY, EFBIG. check_truncate(): all but the last
// two.
ErrnoOr<> check_truncate(const Path& path, const Credentials& who);
ErrnoOr<> truncate(const Path& path, const Credentials& who, uint64_t size);
// After a file's contents have changed: unless `who` may set them, the bits go that make a program
// run as its owner or group. has_set_id(): there are such bits.
void drop_set_id(Node& node, const Credentials& who);
bool has_set_id(const Node& node);
// Whether the mount and the node allow `wanted`: EROFS, EACCES.
ErrnoOr<> check_access(const Path& path, const Credentials& who, uint32_t wanted);

// Extended attributes, with the rules of their name spaces: user.* needs access to the file
// (regular files and directories only, else EPERM), trusted.* kSysAdmin. EOPNOTSUPP, ENODATA,
// ERANGE, EPERM.
ErrnoOr<size_t> get_xattr(const Path& path, const Credentials& who, std::string_view name,
                          std::span<std::byte> out);
ErrnoOr<> set_xattr(const Path& path, const Credentials& who, std::string_view name,
                    std::span<const std::byte> value, Node::SetXattr how);
ErrnoOr<> remove_xattr(const Path& path, const Credentials& who, std::string_view name);
ErrnoOr<size_t> list_xattrs(const Path& path, const Credentials& who, std::span<char> out);

}  // namespace jacinth::fs
