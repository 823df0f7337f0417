// Making, removing and changing what has a name.
#include "fs/host_mapping.h"
#include "fs/operations.h"
#include "fs/pipe.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

// Runs body(fs::WalkFrom, path) on a path argument.
template <typename F>
SysResult with_path(SyscallContext& ctx, int32_t dir, UserIn<char> path, F&& body) {
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  TRY(body(start.from(), text));
  return 0;
}

// The same on two.
template <typename F>
SysResult with_paths(SyscallContext& ctx, int32_t old_dir, UserIn<char> old_path, int32_t new_dir,
                     UserIn<char> new_path, F&& body) {
  PathBuffer old_buffer, new_buffer;
  const std::string_view old_text = TRY(read_path(old_path, old_buffer));
  const std::string_view new_text = TRY(read_path(new_path, new_buffer));
  WalkStart from(ctx);
  TRY(from.at(old_dir, old_text));
  WalkStart to(ctx);
  TRY(to.at(new_dir, new_text));
  TRY(body(from.from(), old_text, to.from(), new_text));
  return 0;
}

// Runs body(fs::Path, fs::Node, fs::Credentials) on what the path names.
template <typename F>
SysResult with_place(SyscallContext& ctx, int32_t dir, UserIn<char> path, uint32_t flags,
                     F&& body) {
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  if (text.empty() && (flags & at_flag::kEmptyPath) != 0 && dir != kAtCwd) {
    const auto file = TRY(ctx.self().files->get_any(dir));
    Who who(ctx);
    TRY(body(file->path(), file->node(), who.view()));
    return 0;
  }
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  uint32_t walk = (flags & at_flag::kSymlinkNoFollow) == 0 ? fs::walk_flags::kFollow : 0;
  if ((flags & at_flag::kEmptyPath) != 0) walk |= fs::walk_flags::kAllowEmpty;
  const auto place = TRY(fs::walk(start.from(), text, walk));
  TRY(body(place, place.node(), start.who()));
  return 0;
}

template <typename F>
SysResult with_file(SyscallContext& ctx, int32_t fd, F&& body) {
  const auto file = TRY(ctx.self().files->get(fd));
  Who who(ctx);
  TRY(body(file->path(), file->node(), who.view()));
  return 0;
}

// What belongs to no mounted file system (a pipe, a stream) has attributes all the same.
ErrnoOr<> change_nameless(fs::Node& node, const fs::Credentials& who,
                          const fs::AttributeChange& change) {
  if (!who.owns(node)) return fail(Errno::PERM);
  return node.set_attributes(change);
}

ErrnoOr<> change_mode(const fs::Path& path, fs::Node& node, const fs::Credentials& who,
                      uint32_t mode) {
  if (path) return fs::change_mode(path, who, mode);
  return change_nameless(node, who, {.fields = fs::AttributeChange::kMode, .mode = mode});
}

ErrnoOr<> change_owner(const fs::Path& path, fs::Node& node, const fs::Credentials& who,
                       uint32_t user, uint32_t group) {
  if (path) return fs::change_owner(path, who, user, group);
  if (!who.has(fs::capability::kChown)) return fail(Errno::PERM);
  fs::AttributeChange change{.user = user, .group = group};
  if (user != fs::kUnchanged) change.fields |= fs::AttributeChange::kUser;
  if (group != fs::kUnchanged) change.fields |= fs::AttributeChange::kGroup;
  return node.set_attributes(change);
}

ErrnoOr<> change_times(const fs::Path& path, fs::Node& node, const fs::Credentials& who,
                       const std::array<fs::NewTime, 2>& times) {
  if (path) return fs::set_times(path, who, times[0], times[1]);
  using Kind = fs::NewTime::Kind;
  auto value = [](const fs::NewTime& time) {
    return time.kind == Kind::Now ? fs::Timestamp::now() : time.time;
  };
  fs::AttributeChange change{.accessed = value(times[0]), .modified = value(times[1])};
  if (times[0].kind != Kind::Omit) change.fields |= fs::AttributeChange::kAccessed;
  if (times[1].kind != Kind::Omit) change.fields |= fs::AttributeChange::kModified;
  return change_nameless(node, who, change);
}

uint32_t without_umask(SyscallContext& ctx, uint32_t mode) {
  return mode & fs::mode::kAll & ~ctx.self().fs->umask.load(std::memory_order_relaxed);
}

}  // namespace

exec::Eventually<SysResult> sys_mkdirat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                        uint32_t mode) {
  return with_path(ctx, dir, path, [&](const fs::WalkFrom& from, std::string_view text) {
    return fs::make_directory(from, text, without_umask(ctx, mode));
  });
}
exec::Eventually<SysResult> sys_mkdir(SyscallContext& ctx, UserIn<char> path, uint32_t mode) {
  return sys_mkdirat(ctx, kAtCwd, path, mode);
}

exec::Eventually<SysResult> sys_mknodat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                        uint32_t mode, uint32_t device) {
  fs::FileType type = fs::type_of_mode(mode);
  if (type == fs::FileType::Unknown) type = fs::FileType::Regular;
  return with_path(ctx, dir, path, [&](const fs::WalkFrom& from, std::string_view text) {
    return fs::make_node(from, text, type, without_umask(ctx, mode),
                         fs::DeviceNumber::decode(device));
  });
}
exec::Eventually<SysResult> sys_mknod(SyscallContext& ctx, UserIn<char> path, uint32_t mode,
                                      uint32_t device) {
  return sys_mknodat(ctx, kAtCwd, path, mode, device);
}

exec::Eventually<SysResult> sys_unlinkat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                         uint32_t flags) {
  if ((flags & ~at_flag::kRemoveDir) != 0) return SysResult(fail(Errno::INVAL));
  return with_path(ctx, dir, path, [&](const fs::WalkFrom& from, std::string_view text) {
    return flags != 0 ? fs::remove_directory(from, text) : fs::unlink(from, text);
  });
}
exec::Eventually<SysResult> sys_unlink(SyscallContext& ctx, UserIn<char> path) {
  return sys_unlinkat(ctx, kAtCwd, path, 0);
}
exec::Eventually<SysResult> sys_rmdir(SyscallContext& ctx, UserIn<char> path) {
  return sys_unlinkat(ctx, kAtCwd, path, at_flag::kRemoveDir);
}

exec::Eventually<SysResult> sys_symlinkat(SyscallContext& ctx, UserIn<char> target, int32_t dir,
                                          UserIn<char> path) {
  PathBuffer buffer;
  const auto text = read_path(target, buffer);
  if (!text) return SysResult(fail(text.error()));
  return with_path(ctx, dir, path, [&](const fs::WalkFrom& from, std::string_view name) {
    return fs::make_symlink(*text, from, name);
  });
}
exec::Eventually<SysResult> sys_symlink(SyscallContext& ctx, UserIn<char> target,
                                        UserIn<char> path) {
  return sys_symlinkat(ctx, target, kAtCwd, path);
}

exec::Eventually<SysResult> sys_linkat(SyscallContext& ctx, int32_t old_dir, UserIn<char> old_path,
                                       int32_t new_dir, UserIn<char> new_path, uint32_t flags) {
  if ((flags & ~(at_flag::kSymlinkFollow | at_flag::kEmptyPath)) != 0)
    return SysResult(fail(Errno::INVAL));
  uint32_t walk = (flags & at_flag::kSymlinkFollow) != 0 ? fs::walk_flags::kFollow : 0;
  if ((flags & at_flag::kEmptyPath) != 0) walk |= fs::walk_flags::kAllowEmpty;
  return with_paths(
      ctx, old_dir, old_path, new_dir, new_path,
      [&](const fs::WalkFrom& from, std::string_view old_text, const fs::WalkFrom& to,
          std::string_view new_text) { return fs::link(from, old_text, walk, to, new_text); });
}
exec::Eventually<SysResult> sys_link(SyscallContext& ctx, UserIn<char> old_path,
                                     UserIn<char> new_path) {
  return sys_linkat(ctx, kAtCwd, old_path, kAtCwd, new_path, 0);
}

exec::Eventually<SysResult> sys_renameat2(SyscallContext& ctx, int32_t old_dir,
                                          UserIn<char> old_path, int32_t new_dir,
                                          UserIn<char> new_path, uint32_t flags) {
  return with_paths(
      ctx, old_dir, old_path, new_dir, new_path,
      [&](const fs::WalkFrom& from, std::string_view old_text, const fs::WalkFrom& to,
          std::string_view new_text) { return fs::rename(from, old_text, to, new_text, flags); });
}
exec::Eventually<SysResult> sys_renameat(SyscallContext& ctx, int32_t old_dir,
                                         UserIn<char> old_path, int32_t new_dir,
                                         UserIn<char> new_path) {
  return sys_renameat2(ctx, old_dir, old_path, new_dir, new_path, 0);
}
exec::Eventually<SysResult> sys_rename(SyscallContext& ctx, UserIn<char> old_path,
                                       UserIn<char> new_path) {
  return sys_renameat2(ctx, kAtCwd, old_path, kAtCwd, new_path, 0);
}

// --- Modes, owners, sizes, times

exec::Eventually<SysResult> sys_fchmodat2(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                          uint32_t mode, uint32_t flags) {
  if ((flags & ~(at_flag::kSymlinkNoFollow | at_flag::kEmptyPath)) != 0)
    return SysResult(fail(Errno::INVAL));
  return with_place(ctx, dir, path, flags,
                    [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
                      return change_mode(place, node, who, mode & fs::mode::kAll);
                    });
}
exec::Eventually<SysResult> sys_fchmodat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                         uint32_t mode) {
  return sys_fchmodat2(ctx, dir, path, mode, 0);
}
exec::Eventually<SysResult> sys_chmod(SyscallContext& ctx, UserIn<char> path, uint32_t mode) {
  return sys_fchmodat2(ctx, kAtCwd, path, mode, 0);
}
SysResult sys_fchmod(SyscallContext& ctx, int32_t fd, uint32_t mode) {
  return with_file(ctx, fd, [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
    return change_mode(place, node, who, mode & fs::mode::kAll);
  });
}

exec::Eventually<SysResult> sys_fchownat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                         uint32_t user, uint32_t group, uint32_t flags) {
  if ((flags & ~(at_flag::kSymlinkNoFollow | at_flag::kEmptyPath)) != 0)
    return SysResult(fail(Errno::INVAL));
  return with_place(ctx, dir, path, flags,
                    [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
                      return change_owner(place, node, who, user, group);
                    });
}
exec::Eventually<SysResult> sys_chown(SyscallContext& ctx, UserIn<char> path, uint32_t user,
                                      uint32_t group) {
  return sys_fchownat(ctx, kAtCwd, path, user, group, 0);
}
exec::Eventually<SysResult> sys_lchown(SyscallContext& ctx, UserIn<char> path, uint32_t user,
                                       uint32_t group) {
  return sys_fchownat(ctx, kAtCwd, path, user, group, at_flag::kSymlinkNoFollow);
}
SysResult sys_fchown(SyscallContext& ctx, int32_t fd, uint32_t user, uint32_t group) {
  return with_file(ctx, fd, [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
    return change_owner(place, node, who, user, group);
  });
}

exec::Eventually<SysResult> sys_truncate(SyscallContext& ctx, UserIn<char> path, int64_t size) {
  if (size < 0) return SysResult(fail(Errno::INVAL));
  const auto wanted = static_cast<uint64_t>(size);
  return with_place(
      ctx, kAtCwd, path, 0,
      [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) -> ErrnoOr<> {
        TRY(check_file_size(ctx, wanted, node.size()));
        return fs::truncate(place, who, wanted);
      });
}
SysResult sys_ftruncate(SyscallContext& ctx, int32_t fd, int64_t size) {
  if (size < 0) return fail(Errno::INVAL);
  const auto file = TRY(ctx.self().files->get(fd));
  if (!file->can_write()) return fail(Errno::INVAL);
  TRY(check_file_size(ctx, static_cast<uint64_t>(size), file->node().size()));
  TRY(file->truncate(static_cast<uint64_t>(size)));
  if (fs::has_set_id(file->node())) fs::drop_set_id(file->node(), Who(ctx).view());
  return 0;
}

SysResult sys_fallocate(SyscallContext& ctx, int32_t fd, int32_t mode, int64_t offset,
                        int64_t size) {
  constexpr int32_t kKeepSize = 1, kPunchHole = 2, kZeroRange = 16;
  using Allocate = fs::Node::Allocate;
  const auto file = TRY(ctx.self().files->get(fd));
  if (offset < 0 || size <= 0) return fail(Errno::INVAL);
  Allocate how = Allocate::Grow;
  switch (mode) {
    case 0:
      break;
    case kKeepSize:
      how = Allocate::KeepSize;
      break;
    case kPunchHole | kKeepSize:
      how = Allocate::PunchHole;
      break;
    case kZeroRange:
      how = Allocate::ZeroRange;
      break;
    case kZeroRange | kKeepSize:
      how = Allocate::ZeroKeepSize;
      break;
    default:
      return fail(Errno::OPNOTSUPP);
  }
  if (!file->can_write()) return fail(Errno::BADF);
  if (file->node().type() == fs::FileType::Fifo) return fail(Errno::SPIPE);
  if (file->node().type() != fs::FileType::Regular) return fail(Errno::NODEV);
  int64_t end = 0;
  if (__builtin_add_overflow(offset, size, &end)) return fail(Errno::FBIG);
  if ((mode & kKeepSize) == 0) TRY(check_file_size(ctx, static_cast<uint64_t>(end)));
  TRY(file->node().allocate(how, static_cast<uint64_t>(offset), static_cast<uint64_t>(size)));
  return 0;
}

namespace {

ErrnoOr<fs::NewTime> new_time(const abi::timespec& time) {
  constexpr int64_t kNow = 0x3fffffff, kOmit = 0x3ffffffe;
  constexpr int64_t kSecond = 1'000'000'000;
  if (time.nanoseconds == kNow) return fs::NewTime{.kind = fs::NewTime::Kind::Now};
  if (time.nanoseconds == kOmit) return fs::NewTime{.kind = fs::NewTime::Kind::Omit};
  if (time.nanoseconds < 0 || time.nanoseconds >= kSecond) return fail(Errno::INVAL);
  return fs::NewTime{
      .kind = fs::NewTime::Kind::Set,
      .time = {.seconds = time.seconds, .nanoseconds = static_cast<uint32_t>(time.nanoseconds)}};
}

SysResult set_times_at(SyscallContext& ctx, int32_t dir, UserIn<char> path, uint32_t flags,
                       const std::array<fs::NewTime, 2>& times) {
  using Kind = fs::NewTime::Kind;
  // Nothing is to be done: not even the path is looked at.
  if (times[0].kind == Kind::Omit && times[1].kind == Kind::Omit) return 0;
  if (path.is_null() && dir != kAtCwd) {
    return with_file(ctx, dir,
                     [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
                       return change_times(place, node, who, times);
                     });
  }
  return with_place(ctx, dir, path, flags,
                    [&](const fs::Path& place, fs::Node& node, const fs::Credentials& who) {
                      return change_times(place, node, who, times);
                    });
}

SysResult set_timeval_times(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                            UserIn<abi::timeval> values) {
  std::array<fs::NewTime, 2> times{};
  for (size_t i = 0; i < 2 && !values.is_null(); ++i) {
    const auto value = TRY(get(values, i));
    if (value.microseconds < 0 || value.microseconds >= 1'000'000) return fail(Errno::INVAL);
    times[i] = TRY(new_time({value.seconds, value.microseconds * 1000}));
  }
  return set_times_at(ctx, dir, path, 0, times);
}

}  // namespace

exec::Eventually<SysResult> sys_utimensat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                          UserIn<abi::timespec> values, uint32_t flags) {
  auto run = [&]() -> SysResult {
    if ((flags & ~(at_flag::kSymlinkNoFollow | at_flag::kEmptyPath)) != 0)
      return fail(Errno::INVAL);
    std::array<fs::NewTime, 2> times{};
    for (size_t i = 0; i < 2 && !values.is_null(); ++i)
      times[i] = TRY(new_time(TRY(get(values, i))));
    return set_times_at(ctx, dir, path, flags, times);
  };
  return run();
}

exec::Eventually<SysResult> sys_utimes(SyscallContext& ctx, UserIn<char> path,
                                       UserIn<abi::timeval> values) {
  return set_timeval_times(ctx, kAtCwd, path, values);
}
exec::Eventually<SysResult> sys_futimesat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                          UserIn<abi::timeval> values) {
  return set_timeval_times(ctx, dir, path, values);
}

exec::Eventually<SysResult> sys_utime(SyscallContext& ctx, UserIn<char> path,
                                      UserIn<int64_t> values) {
  auto run = [&]() -> SysResult {
    std::array<fs::NewTime, 2> times{};
    for (size_t i = 0; i < 2 && !values.is_null(); ++i)
      times[i] = TRY(new_time({
        TRY(get(values, i))
        , 0
      }));
    return set_times_at(ctx, kAtCwd, path, 0, times);
  };
  return run();
}

// --- Where the task is

SysResult sys_umask(SyscallContext& ctx, uint32_t mask) {
  return ctx.self().fs->umask.exchange(mask & 0777, std::memory_order_relaxed);
}

exec::Eventually<SysResult> sys_chdir(SyscallContext& ctx, UserIn<char> path) {
  PathBuffer buffer;
  auto run = [&]() -> SysResult {
    const std::string_view text = TRY(read_path(path, buffer));
    WalkStart start(ctx);
    TRY(start.at(kAtCwd, text));
    auto place =
        TRY(fs::walk(start.from(), text, fs::walk_flags::kFollow | fs::walk_flags::kDirectory));
    TRY(fs::check_access(place, start.who(), fs::access::kExecute));
    ctx.self().fs->set_directory(std::move(place));
    return 0;
  };
  return run();
}

SysResult sys_fchdir(SyscallContext& ctx, int32_t fd) {
  const auto file = TRY(ctx.self().files->get_any(fd));
  if (!file->path() || !file->node().is_directory()) return fail(Errno::NOTDIR);
  Who who(ctx);
  TRY(fs::check_access(file->path(), who.view(), fs::access::kExecute));
  ctx.self().fs->set_directory(file->path());
  return 0;
}

SysResult sys_getcwd(SyscallContext& ctx, UserOut<char> buffer, size_t size) {
  constexpr std::string_view kUnreachable = "(unreachable)";
  const fs::Path root = ctx.self().fs->root();
  const fs::Path directory = ctx.self().fs->directory();
  if (directory.node().removed()) return fail(Errno::NOENT);
  char text[fs::kMaxPath + kUnreachable.size()];
  bool reachable = true;
  std::string_view path = TRY(fs::describe(
      directory, root, std::span(text).subspan(kUnreachable.size(), fs::kMaxPath), &reachable));
  if (!reachable) {
    char* const at = const_cast<char*>(path.data()) - kUnreachable.size();
    kUnreachable.copy(at, kUnreachable.size());
    path = {at, path.size() + kUnreachable.size()};
  }
  if (size < path.size() + 1) return fail(Errno::RANGE);
  TRY(fault_of(buffer.write_array(std::span(path))));
  TRY(put(buffer, '\0', path.size()));
  return uint64_t{path.size() + 1};
}

exec::Eventually<SysResult> sys_chroot(SyscallContext& ctx, UserIn<char> path) {
  PathBuffer buffer;
  auto run = [&]() -> SysResult {
    const std::string_view text = TRY(read_path(path, buffer));
    WalkStart start(ctx);
    TRY(start.at(kAtCwd, text));
    auto place =
        TRY(fs::walk(start.from(), text, fs::walk_flags::kFollow | fs::walk_flags::kDirectory));
    if (!start.who().has(fs::capability::kSysChroot)) return fail(Errno::PERM);
    ctx.self().fs->set_root(std::move(place));
    return 0;
  };
  return run();
}

SysResult sys_fadvise64(SyscallContext& ctx, int32_t fd, int64_t, size_t, int32_t advice) {
  constexpr int32_t kLastAdvice = 5;
  const auto file = TRY(ctx.self().files->get(fd));
  if (fs::pipe_of(*file) != nullptr) return fail(Errno::SPIPE);
  if (advice < 0 || advice > kLastAdvice) return fail(Errno::INVAL);
  return 0;
}

SysResult sys_sync(SyscallContext&) {
  fs::HostMapping::write_back_every_file();
  return 0;
}
SysResult sys_fsync(SyscallContext& ctx, int32_t fd) {
  const auto file = TRY(ctx.self().files->get(fd));
  const fs::FileType type = file->node().type();
  // Pipes, sockets and devices have nothing that could be lost.
  if (type != fs::FileType::Regular && type != fs::FileType::Directory &&
      type != fs::FileType::BlockDevice)
    return fail(Errno::INVAL);
  TRY(file->sync());
  return 0;
}
SysResult sys_fdatasync(SyscallContext& ctx, int32_t fd) { return sys_fsync(ctx, fd); }
SysResult sys_syncfs(SyscallContext& ctx, int32_t fd) {
  TRY(ctx.self().files->get(fd));
  fs::HostMapping::write_back_every_file();
  return 0;
}

// Writes go to where a file is at once, so nothing is left to be hurried.
SysResult sys_sync_file_range(SyscallContext& ctx, int32_t fd, int64_t offset, int64_t size,
                              uint32_t flags) {
  constexpr uint32_t kKnown = 7;
  const auto file = TRY(ctx.self().files->get(fd));
  int64_t end = 0;
  if ((flags & ~kKnown) != 0 || offset < 0 || size < 0 ||
      __builtin_add_overflow(offset, size, &end))
    return fail(Errno::INVAL);
  const fs::FileType type = file->node().type();
  const bool has_place = type == fs::FileType::Regular || type == fs::FileType::Directory ||
                         type == fs::FileType::BlockDevice || type == fs::FileType::Symlink;
  return has_place ? SysResult(0) : fail(Errno::SPIPE);
}

}  // namespace jacinth::linux
