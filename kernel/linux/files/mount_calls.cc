// mount, umount2, pivot_root.
#include <array>

#include "fs/devices.h"
#include "fs/mount.h"
#include "fs/tmpfs.h"
#include "linux/files/mount_types.h"
#include "linux/files/path_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {
namespace {

enum MountFlag : uint64_t {
  kRemount = 32,
  kBind = 4096,
  kMove = 8192,
  kRecursive = 16384,
  kSilent = 32768,
  kUnbindable = 1 << 17,
  kPrivate = 1 << 18,
  kSlave = 1 << 19,
  kShared = 1 << 20,
};
constexpr uint64_t kPropagation = kUnbindable | kPrivate | kSlave | kShared;

struct KnownType {
  std::string_view name;
  MakeFileSystem make = nullptr;
};

ErrnoOr<RefPtr<fs::FileSystem>> make_tmpfs(std::string_view options) {
  return RefPtr<fs::FileSystem>(
      TRY(fs::Tmpfs::create(TRY(fs::Tmpfs::Options::parse(options)), "tmpfs")));
}
ErrnoOr<RefPtr<fs::FileSystem>> make_ramfs(std::string_view) {
  return RefPtr<fs::FileSystem>(TRY(fs::Tmpfs::create({.mode = 0755}, "ramfs")));
}
ErrnoOr<RefPtr<fs::FileSystem>> make_devtmpfs(std::string_view) { return fs::create_devtmpfs(); }

// Those after the first three are registered at start-up, and constant from then on.
constinit std::array<KnownType, 12> types{
    {{"tmpfs", &make_tmpfs}, {"ramfs", &make_ramfs}, {"devtmpfs", &make_devtmpfs}}};

const KnownType* find_type(std::string_view name) {
  for (const KnownType& type : types) {
    if (type.make != nullptr && type.name == name) return &type;
  }
  return nullptr;
}

ErrnoOr<> check_may_mount(SyscallContext& ctx) {
  if ((ctx.process().credentials.lock()->capabilities.effective & fs::capability::kSysAdmin) == 0)
    return fail(Errno::PERM);
  return {};
}

ErrnoOr<fs::Path> find_place(SyscallContext& ctx, UserIn<char> path, uint32_t how) {
  PathBuffer buffer;
  const auto text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(kAtCwd, text));
  return fs::walk(start.from(), text, how);
}

struct Request {
  UserIn<char> source;
  UserIn<char> type;
  uint64_t flags;
  UserIn<std::byte> data;

  uint32_t mount_flags() const { return static_cast<uint32_t>(flags) & fs::mount_flags::kAll; }
  ErrnoOr<std::string_view> options(std::span<char> buffer) const {
    if (data.is_null()) return std::string_view();
    return read_string(UserIn<char>(data.address()), buffer, Errno::INVAL);
  }
};

ErrnoOr<> remount(fs::MountNamespace& mounts, const fs::Path& at, const Request& request) {
  char buffer[512];
  if ((request.flags & kBind) == 0)
    TRY(at.mount->file_system().remount(TRY(request.options(buffer))));
  return mounts.set_flags(at, request.mount_flags());
}

ErrnoOr<> change_propagation(fs::MountNamespace& mounts, const fs::Path& at, uint64_t flags) {
  const auto wanted = [flags]() -> ErrnoOr<fs::Propagation> {
    switch (flags & ~uint64_t{kRecursive | kSilent}) {
      case kShared:
        return fs::Propagation::Shared;
      case kPrivate:
        return fs::Propagation::Private;
      case kSlave:
        return fs::Propagation::Slave;
      case kUnbindable:
        return fs::Propagation::Unbindable;
      default:
        return fail(Errno::INVAL);
    }
  };
  return mounts.set_propagation(at, TRY(wanted()), (flags & kRecursive) != 0);
}

ErrnoOr<> mount_new(fs::MountNamespace& mounts, const fs::Path& at, const Request& request) {
  char name[64];
  char source[64];
  char options[512];
  if (request.type.is_null()) return fail(Errno::INVAL);
  const KnownType* const type = find_type(TRY(read_string(request.type, name, Errno::NODEV)));
  if (type == nullptr) return fail(Errno::NODEV);
  std::string_view from = "none";
  if (!request.source.is_null())
    from = TRY(read_string(request.source, source, Errno::NAMETOOLONG));
  auto system = TRY(type->make(TRY(request.options(options))));
  auto mount = fs::Mount::create(system, system->root(), request.mount_flags(), from);
  system->end_use();
  return mounts.attach(TRY(std::move(mount)), at);
}

SysResult mount(SyscallContext& ctx, UserIn<char> target, const Request& request) {
  constexpr uint32_t kFollow = fs::walk_flags::kFollow;
  const fs::Path at = TRY(find_place(ctx, target, kFollow));
  TRY(check_may_mount(ctx));
  fs::MountNamespace& mounts = ctx.self().fs->mounts();
  if ((request.flags & kRemount) != 0) {
    TRY(remount(mounts, at, request));
  } else if ((request.flags & kBind) != 0) {
    const fs::Path from = TRY(find_place(ctx, request.source, kFollow));
    TRY(mounts.bind(from, at, (request.flags & kRecursive) != 0));
  } else if ((request.flags & kPropagation) != 0) {
    TRY(change_propagation(mounts, at, request.flags));
  } else if ((request.flags & kMove) != 0) {
    TRY(mounts.move(TRY(find_place(ctx, request.source, kFollow)), at));
  } else {
    TRY(mount_new(mounts, at, request));
  }
  return 0;
}

// Where everybody is. To be let go of without locks: the last of them takes places along.
ErrnoOr<Vector<RefPtr<FsContext>>> all_contexts() {
  Vector<RefPtr<FsContext>> contexts;
  ErrnoOr<> outcome;
  LockGuard guard(tasks_lock);
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    for (LinuxThread& thread : process.threads()) {
      if (outcome) outcome = to_errno(contexts.push_back(thread.shared_fs()));
    }
  });
  TRY(std::move(outcome));
  return contexts;
}

SysResult pivot(SyscallContext& ctx, UserIn<char> new_root, UserIn<char> put_old) {
  constexpr uint32_t kHow = fs::walk_flags::kFollow | fs::walk_flags::kDirectory;
  TRY(check_may_mount(ctx));
  const fs::Path to = TRY(find_place(ctx, new_root, kHow));
  const fs::Path old = TRY(find_place(ctx, put_old, kHow));
  fs::MountNamespace& mounts = ctx.self().fs->mounts();
  const fs::Path before = mounts.root();
  const auto contexts = TRY(all_contexts());
  TRY(mounts.pivot(to, old));
  // Whoever stood at the old root stands at the new one.
  for (const RefPtr<FsContext>& context : contexts) {
    if (!context) continue;
    if (context->root() == before) context->set_root(to);
    if (context->directory() == before) context->set_directory(to);
  }
  return 0;
}

}  // namespace

ErrnoOr<> register_file_system_type(std::string_view type, MakeFileSystem make) {
  for (KnownType& free : types) {
    if (free.make != nullptr) continue;
    free = {.name = type, .make = make};
    return {};
  }
  return fail(Errno::NOSPC);
}

exec::Eventually<SysResult> sys_mount(SyscallContext& ctx, UserIn<char> source, UserIn<char> target,
                                      UserIn<char> type, uint64_t flags, UserIn<std::byte> data) {
  constexpr uint64_t kMagicMask = 0xffff0000, kMagic = 0xc0ed0000;  // of long ago
  if ((flags & kMagicMask) == kMagic) flags &= ~kMagicMask;
  return mount(ctx, target, {.source = source, .type = type, .flags = flags, .data = data});
}

exec::Eventually<SysResult> sys_umount2(SyscallContext& ctx, UserIn<char> target, uint32_t flags) {
  constexpr uint32_t kForce = 1, kDetach = 2, kNoFollow = 8;
  auto run = [&]() -> SysResult {
    // MNT_EXPIRE would have to remember who was here last.
    if ((flags & ~(kForce | kDetach | kNoFollow)) != 0) return fail(Errno::INVAL);
    const fs::Path at =
        TRY(find_place(ctx, target, (flags & kNoFollow) != 0 ? 0 : fs::walk_flags::kFollow));
    TRY(check_may_mount(ctx));
    TRY(ctx.self().fs->mounts().unmount(at, (flags & kDetach) != 0));
    return 0;
  };
  return run();
}

exec::Eventually<SysResult> sys_pivot_root(SyscallContext& ctx, UserIn<char> new_root,
                                           UserIn<char> put_old) {
  return pivot(ctx, new_root, put_old);
}

// The namespaces that there are one of each of cannot be left, as on a Linux without them.
SysResult sys_unshare(SyscallContext& ctx, uint32_t flags) {
  using namespace clone_flag;
  constexpr uint64_t kMine = kFs | kFiles | kNewNs | kSysvsem | kThread | kSighand | kVm;
  LinuxThread& self = ctx.self();
  if ((flags & ~kMine) != 0) return fail(Errno::INVAL);
  // Alone in the process it shares none of these with anybody.
  if ((flags & (kThread | kSighand | kVm)) != 0 && ctx.process().thread_count() > 1)
    return fail(Errno::INVAL);
  if ((flags & kNewNs) != 0) TRY(check_may_mount(ctx));
  RefPtr<FileTable> files;
  if ((flags & kFiles) != 0 && self.files->ref_count() > 1) files = TRY(self.files->copy());
  if ((flags & kNewNs) != 0) {
    fs::Path root = self.fs->root();
    fs::Path directory = self.fs->directory();
    auto mounts = TRY(self.fs->mounts().clone(root, directory));
    self.replace_fs(TRY(to_errno(FsContext::create(std::move(mounts), std::move(root),
                                                   std::move(directory), self.fs->umask.load()))));
  } else if ((flags & kFs) != 0 && self.fs->ref_count() > 1) {
    self.replace_fs(TRY(to_errno(self.fs->copy())));
  }
  if (files) self.replace_files(std::move(files));
  return 0;
}

// --- Names that outlive descriptors: no file system gives any out.

exec::Eventually<SysResult> sys_name_to_handle_at(SyscallContext& ctx, int32_t dir,
                                                  UserIn<char> path, UserInOut<std::byte>,
                                                  UserOut<int32_t>, uint32_t flags) {
  auto run = [&]() -> SysResult {
    if ((flags & ~(at_flag::kSymlinkFollow | at_flag::kEmptyPath)) != 0) return fail(Errno::INVAL);
    PathBuffer buffer;
    const auto text = TRY(read_path(path, buffer));
    WalkStart start(ctx);
    TRY(start.at(dir, text));
    uint32_t how = (flags & at_flag::kSymlinkFollow) != 0 ? fs::walk_flags::kFollow : 0;
    if ((flags & at_flag::kEmptyPath) != 0) how |= fs::walk_flags::kAllowEmpty;
    TRY(fs::walk(start.from(), text, how));
    return fail(Errno::OPNOTSUPP);
  };
  return run();
}

exec::Eventually<SysResult> sys_open_by_handle_at(SyscallContext& ctx, int32_t, UserIn<std::byte>,
                                                  uint32_t) {
  constexpr uint64_t kReadSearch = 1 << 2;
  const bool may = (ctx.process().credentials.lock()->capabilities.effective & kReadSearch) != 0;
  return SysResult(fail(may ? Errno::STALE : Errno::PERM));
}

}  // namespace jacinth::linux
