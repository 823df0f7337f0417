// Opening, closing and copying descriptors.
#include <algorithm>
#include <optional>

#include "fs/operations.h"
#include "fs/pipe.h"
#include "fs/pipe_ring.h"
#include "linux/files/file_signals.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "net/socket.h"

namespace jacinth::linux {

void raise_broken_pipe(LinuxThread& self) {
  const abi::siginfo info = signal_from(self.process(), kSigPipe, signal_code::kUser);
  LockGuard guard(tasks_lock);
  (void)send_signal(self, info);
}

bool raises_broken_pipe(fs::File& file) {
  const net::Socket* const socket = net::socket_of(file);
  return socket == nullptr || socket->is_stream();
}

uint64_t file_limit(SyscallContext& ctx) {
  return ctx.process().limits.lock()->of[kLimitFiles].soft;
}

void raise_too_long(SyscallContext& ctx) {
  const abi::siginfo info = signal_from(ctx.process(), kSigXfsz, signal_code::kUser);
  LockGuard guard(tasks_lock);
  (void)send_signal(ctx.self(), info);
}

ErrnoOr<> check_file_size(SyscallContext& ctx, uint64_t size, uint64_t size_now) {
  if (size <= size_now || size <= ctx.process().file_size_limit) return {};
  raise_too_long(ctx);
  return fail(Errno::FBIG);
}

SysResult install(SyscallContext& ctx, RefPtr<fs::File> file, uint32_t flags) {
  const bool close_on_exec = (flags & fs::open_flags::kCloseOnExec) != 0;
  return static_cast<uint64_t>(
      TRY(ctx.self().files->add(std::move(file), close_on_exec, file_limit(ctx))));
}

namespace {

exec::Task<SysResult> finish_open(SyscallContext ctx,
                                  exec::Eventually<ErrnoOr<RefPtr<fs::File>>> opening,
                                  uint32_t flags) {
  auto file = CO_TRY(co_await std::move(opening));
  co_return install(ctx, std::move(file), flags);
}

exec::Eventually<SysResult> open_at(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                    fs::OpenHow how) {
  PathBuffer buffer;
  const auto text = read_path(path, buffer);
  if (!text) return SysResult(fail(text.error()));
  // With no number left the file is not even looked for, least of all made.
  const auto room = ctx.self().files->check_room(file_limit(ctx));
  if (!room) return SysResult(fail(room.error()));
  WalkStart start(ctx);
  if (const auto found = start.at(dir, *text, how.resolve); !found)
    return SysResult(fail(found.error()));
  how.mode &= ~ctx.self().fs->umask.load(std::memory_order_relaxed) & fs::mode::kAll;
  how.flags |= fs::open_flags::kLargeFile;  // on a 64-bit machine every file may be large
  auto opening = fs::open(start.from(), *text, how);
  if (!opening.ready()) return finish_open(ctx, std::move(opening), how.flags);
  if (!opening.value()) return SysResult(fail(opening.value().error()));
  return install(ctx, *std::move(opening.value()), how.flags);
}

}  // namespace

exec::Eventually<SysResult> sys_open(SyscallContext& ctx, UserIn<char> path, uint32_t flags,
                                     uint32_t mode) {
  return open_at(ctx, kAtCwd, path, {.flags = flags, .mode = mode});
}

exec::Eventually<SysResult> sys_openat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                       uint32_t flags, uint32_t mode) {
  return open_at(ctx, dir, path, {.flags = flags, .mode = mode});
}

exec::Eventually<SysResult> sys_creat(SyscallContext& ctx, UserIn<char> path, uint32_t mode) {
  using namespace fs::open_flags;
  return open_at(ctx, kAtCwd, path, {.flags = kCreate | kWriteOnly | kTruncate, .mode = mode});
}

exec::Eventually<SysResult> sys_openat2(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                        UserIn<std::byte> how, size_t size) {
  struct How {
    uint64_t flags, mode, resolve;
  };
  constexpr uint64_t kKnownResolve = fs::walk_flags::kResolve >> 8;
  constexpr uint64_t kRoots = (fs::walk_flags::kBeneath | fs::walk_flags::kInRoot) >> 8;
  constexpr uint32_t kMakes = fs::open_flags::kCreate | fs::open_flags::kTemporary;
  const auto given = read_growing<How>(how, size);
  if (!given) return SysResult(fail(given.error()));
  if (given->flags >> 32 != 0 || (given->mode & ~uint64_t{fs::mode::kAll}) != 0 ||
      (given->resolve & ~kKnownResolve) != 0 || (given->resolve & kRoots) == kRoots ||
      (given->mode != 0 && (given->flags & kMakes) == 0))
    return SysResult(fail(Errno::INVAL));
  return open_at(ctx, dir, path,
                 {.flags = static_cast<uint32_t>(given->flags),
                  .mode = static_cast<uint32_t>(given->mode),
                  .resolve = static_cast<uint32_t>(given->resolve << 8)});
}

SysResult sys_close(SyscallContext& ctx, int32_t fd) {
  TRY(ctx.self().files->close(fd));
  return 0;
}

SysResult sys_close_range(SyscallContext& ctx, uint32_t first, uint32_t last, uint32_t flags) {
  constexpr uint32_t kUnshare = 2, kCloseOnExec = 4;
  if ((flags & ~(kUnshare | kCloseOnExec)) != 0 || first > last) return fail(Errno::INVAL);
  LinuxThread& self = ctx.self();
  if ((flags & kUnshare) != 0 && self.files->ref_count() > 1)
    self.replace_files(TRY(self.files->copy()));
  self.files->close_range(first, last, (flags & kCloseOnExec) != 0);
  return 0;
}

SysResult sys_dup(SyscallContext& ctx, int32_t fd) {
  FileTable& files = *ctx.self().files;
  return static_cast<uint64_t>(TRY(files.add(TRY(files.get_any(fd)), false, file_limit(ctx))));
}

SysResult sys_dup2(SyscallContext& ctx, int32_t fd, int32_t to) {
  FileTable& files = *ctx.self().files;
  auto file = TRY(files.get_any(fd));
  if (fd != to) TRY(files.put(to, std::move(file), false, file_limit(ctx)));
  return static_cast<uint64_t>(to);
}

SysResult sys_dup3(SyscallContext& ctx, int32_t fd, int32_t to, uint32_t flags) {
  if ((flags & ~fs::open_flags::kCloseOnExec) != 0 || fd == to) return fail(Errno::INVAL);
  FileTable& files = *ctx.self().files;
  TRY(files.put(to, TRY(files.get_any(fd)), flags != 0, file_limit(ctx)));
  return static_cast<uint64_t>(to);
}

SysResult sys_pipe2(SyscallContext& ctx, UserOut<int32_t> fds, uint32_t flags) {
  using namespace fs::open_flags;
  if ((flags & ~(kCloseOnExec | kNonBlock | kDirect)) != 0) return fail(Errno::INVAL);
  Who who(ctx);
  auto ends = TRY(fs::make_pipe(flags & (kNonBlock | kDirect), who.view()));
  FileTable& files = *ctx.self().files;
  const auto pair = TRY(files.add_pair(std::move(ends.reader), std::move(ends.writer),
                                       (flags & kCloseOnExec) != 0, file_limit(ctx)));
  const std::array<int32_t, 2> numbers{pair.first, pair.second};
  const auto told = fault_of(fds.write_array(numbers));
  if (told) return 0;
  (void)files.close(pair.first);
  (void)files.close(pair.second);
  return fail(told.error());
}

SysResult sys_pipe(SyscallContext& ctx, UserOut<int32_t> fds) { return sys_pipe2(ctx, fds, 0); }

namespace {

exec::Task<SysResult> finish_ioctl(RefPtr<fs::File> file,
                                   exec::Eventually<ErrnoOr<int64_t>> pending) {
  const int64_t value = CO_TRY(co_await std::move(pending));
  co_return static_cast<uint64_t>(value);
}

}  // namespace

namespace {

// FIONREAD: the bytes in a pipe, or behind a regular file's position; others know it themselves.
std::optional<int64_t> readable_bytes(fs::File& file) {
  if (fs::Pipe* const pipe = fs::pipe_of(file); pipe != nullptr)
    return static_cast<int64_t>(pipe->bytes_queued());
  if (file.node().type() != fs::FileType::Regular) return std::nullopt;
  const auto at = file.seek(fs::File::Whence::Current, 0);
  if (!at) return std::nullopt;
  return static_cast<int64_t>(file.node().size() - *at);
}

}  // namespace

namespace {

ErrnoOr<> set_async(SyscallContext& ctx, fs::File& file, int32_t fd, UserIn<int32_t> wanted) {
  const bool on = TRY(get(wanted))
  != 0;
  const uint32_t others = file.flags() & ~fs::open_flags::kAsync;
  TRY(file.set_flags(others | (on ? fs::open_flags::kAsync : 0)));
  if (on) TRY(begin_file_signals(file, fd, ctx.process()));
  return {};
}

}  // namespace

exec::Eventually<SysResult> sys_ioctl(SyscallContext& ctx, int32_t fd, uint32_t request,
                                      uint64_t argument) {
  enum Request : uint32_t {
    kReadableBytes = 0x541b,
    kSetNonBlock = 0x5421,
    kNoCloseOnExec = 0x5450,
    kCloseOnExec = 0x5451,
    kAsync = 0x5452,
  };
  FileTable& files = *ctx.self().files;
  auto file = files.get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (request == kCloseOnExec || request == kNoCloseOnExec) {
    (void)files.set_close_on_exec(fd, request == kCloseOnExec);
    return SysResult(0);
  }
  if (request == kSetNonBlock) {
    const auto on = get(UserIn<int32_t>(VirtAddr{argument}));
    if (!on) return SysResult(fail(on.error()));
    uint32_t flags = (*file)->flags() & ~fs::open_flags::kNonBlock;
    if (*on != 0) flags |= fs::open_flags::kNonBlock;
    const auto set = (*file)->set_flags(flags);
    if (!set) return SysResult(fail(set.error()));
    return SysResult(0);
  }
  if (request == kAsync) {
    const auto set = set_async(ctx, **file, fd, UserIn<int32_t>(VirtAddr{argument}));
    if (!set) return SysResult(fail(set.error()));
    return SysResult(0);
  }
  if (request == kReadableBytes) {
    if (const auto bytes = readable_bytes(**file)) {
      const auto told = put(UserOut<int32_t>(VirtAddr{argument}), static_cast<int32_t>(*bytes));
      if (!told) return SysResult(fail(told.error()));
      return SysResult(0);
    }
  }
  auto pending = (*file)->ioctl(request, argument);
  if (!pending.ready()) return finish_ioctl(std::move(*file), std::move(pending));
  if (!pending.value()) return SysResult(fail(pending.value().error()));
  return SysResult(static_cast<uint64_t>(*pending.value()));
}

}  // namespace jacinth::linux
