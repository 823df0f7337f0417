// Extended attributes.
#include <algorithm>

#include "fs/operations.h"
#include "linux/files/path_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

constexpr size_t kMostValue = 65536;
constexpr size_t kMostName = 255;

struct NameBuffer {
  char text[kMostName + 1];
};

ErrnoOr<std::string_view> read_name(UserIn<char> from, NameBuffer& buffer) {
  const std::string_view name = TRY(read_string(from, buffer.text, Errno::RANGE));
  if (name.empty()) return fail(Errno::RANGE);
  return name;
}

ErrnoOr<fs::Path> place_of(SyscallContext& ctx, UserIn<char> path, bool follow) {
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(kAtCwd, text));
  return fs::walk(start.from(), text, follow ? fs::walk_flags::kFollow : 0);
}

ErrnoOr<fs::Path> place_of(SyscallContext& ctx, int32_t fd) {
  const auto file = TRY(ctx.self().files->get(fd));
  if (!file->path()) return fail(Errno::OPNOTSUPP);
  return file->path();
}

SysResult get_value(SyscallContext& ctx, ErrnoOr<fs::Path> place, UserIn<char> name,
                    UserOut<std::byte> out, size_t size) {
  const fs::Path at = TRY(std::move(place));
  NameBuffer buffer;
  const std::string_view text = TRY(read_name(name, buffer));
  Who who(ctx);
  auto value = TRY(to_errno(Vector<std::byte>::with_size(std::min(size, kMostValue))));
  const size_t length = TRY(fs::get_xattr(at, who.view(), text, value));
  if (size != 0) TRY(fault_of(out.write_array(std::span<const std::byte>(value).first(length))));
  return uint64_t{length};
}

SysResult set_value(SyscallContext& ctx, ErrnoOr<fs::Path> place, UserIn<char> name,
                    UserIn<std::byte> from, size_t size, uint32_t flags) {
  constexpr uint32_t kCreate = 1, kReplace = 2;
  if ((flags & ~(kCreate | kReplace)) != 0) return fail(Errno::INVAL);
  const fs::Path at = TRY(std::move(place));
  NameBuffer buffer;
  const std::string_view text = TRY(read_name(name, buffer));
  if (size > kMostValue) return fail(Errno::TOOBIG);
  auto value = TRY(to_errno(Vector<std::byte>::with_size(size)));
  TRY(fault_of(from.read_array(value)));
  Who who(ctx);
  const auto how = (flags & kCreate) != 0    ? fs::Node::SetXattr::Create
                   : (flags & kReplace) != 0 ? fs::Node::SetXattr::Replace
                                             : fs::Node::SetXattr::Any;
  TRY(fs::set_xattr(at, who.view(), text, value, how));
  return 0;
}

SysResult list_names(SyscallContext& ctx, ErrnoOr<fs::Path> place, UserOut<char> out, size_t size) {
  const fs::Path at = TRY(std::move(place));
  Who who(ctx);
  auto names = TRY(to_errno(Vector<char>::with_size(std::min(size, kMostValue))));
  const size_t length = TRY(fs::list_xattrs(at, who.view(), names));
  if (size != 0) TRY(fault_of(out.write_array(std::span<const char>(names).first(length))));
  return uint64_t{length};
}

SysResult remove_value(SyscallContext& ctx, ErrnoOr<fs::Path> place, UserIn<char> name) {
  const fs::Path at = TRY(std::move(place));
  NameBuffer buffer;
  const std::string_view text = TRY(read_name(name, buffer));
  Who who(ctx);
  TRY(fs::remove_xattr(at, who.view(), text));
  return 0;
}

}  // namespace

exec::Eventually<SysResult> sys_getxattr(SyscallContext& ctx, UserIn<char> path, UserIn<char> name,
                                         UserOut<std::byte> value, size_t size) {
  return get_value(ctx, place_of(ctx, path, true), name, value, size);
}
exec::Eventually<SysResult> sys_lgetxattr(SyscallContext& ctx, UserIn<char> path, UserIn<char> name,
                                          UserOut<std::byte> value, size_t size) {
  return get_value(ctx, place_of(ctx, path, false), name, value, size);
}
SysResult sys_fgetxattr(SyscallContext& ctx, int32_t fd, UserIn<char> name,
                        UserOut<std::byte> value, size_t size) {
  return get_value(ctx, place_of(ctx, fd), name, value, size);
}

exec::Eventually<SysResult> sys_setxattr(SyscallContext& ctx, UserIn<char> path, UserIn<char> name,
                                         UserIn<std::byte> value, size_t size, uint32_t flags) {
  return set_value(ctx, place_of(ctx, path, true), name, value, size, flags);
}
exec::Eventually<SysResult> sys_lsetxattr(SyscallContext& ctx, UserIn<char> path, UserIn<char> name,
                                          UserIn<std::byte> value, size_t size, uint32_t flags) {
  return set_value(ctx, place_of(ctx, path, false), name, value, size, flags);
}
SysResult sys_fsetxattr(SyscallContext& ctx, int32_t fd, UserIn<char> name, UserIn<std::byte> value,
                        size_t size, uint32_t flags) {
  return set_value(ctx, place_of(ctx, fd), name, value, size, flags);
}

exec::Eventually<SysResult> sys_listxattr(SyscallContext& ctx, UserIn<char> path,
                                          UserOut<char> list, size_t size) {
  return list_names(ctx, place_of(ctx, path, true), list, size);
}
exec::Eventually<SysResult> sys_llistxattr(SyscallContext& ctx, UserIn<char> path,
                                           UserOut<char> list, size_t size) {
  return list_names(ctx, place_of(ctx, path, false), list, size);
}
SysResult sys_flistxattr(SyscallContext& ctx, int32_t fd, UserOut<char> list, size_t size) {
  return list_names(ctx, place_of(ctx, fd), list, size);
}

exec::Eventually<SysResult> sys_removexattr(SyscallContext& ctx, UserIn<char> path,
                                            UserIn<char> name) {
  return remove_value(ctx, place_of(ctx, path, true), name);
}
exec::Eventually<SysResult> sys_lremovexattr(SyscallContext& ctx, UserIn<char> path,
                                             UserIn<char> name) {
  return remove_value(ctx, place_of(ctx, path, false), name);
}
SysResult sys_fremovexattr(SyscallContext& ctx, int32_t fd, UserIn<char> name) {
  return remove_value(ctx, place_of(ctx, fd), name);
}

}  // namespace jacinth::linux
