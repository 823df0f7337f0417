// Locks on files: flock(), and those of fcntl().
#include "linux/files/lock_calls.h"

#include "fs/file_locks.h"
#include "fs/node.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using fs::FileLock;
using fs::FileLocks;

struct UserLock {  // struct flock
  int16_t type;
  int16_t whence;
  int32_t padding1;
  int64_t start;
  int64_t length;
  int32_t pid;
  int32_t padding2;
};
static_assert(sizeof(UserLock) == 32);

enum LockType : int16_t { kReadLock = 0, kWriteLock = 1, kUnlock = 2 };

exec::Task<SysResult> finish_lock(RefPtr<fs::File> file, exec::Eventually<ErrnoOr<>> pending) {
  CO_TRY(co_await std::move(pending));
  co_return uint64_t{0};
}

exec::Eventually<SysResult> set_lock(const RefPtr<fs::File>& file, FileLocks::Space space,
                                     const FileLock& lock, FileLocks::Wait wait,
                                     bool detects_deadlocks) {
  const auto locks = file->node().locks();
  if (!locks) return SysResult(fail(locks.error()));
  auto pending =
      (*locks)->set(RefPtr<fs::Node>(&file->node()), space, lock, wait, detects_deadlocks);
  if (!pending.ready()) return finish_lock(file, std::move(pending));
  if (!pending.value()) return SysResult(fail(pending.value().error()));
  return SysResult(0);
}

// Where `whence` counts from.
ErrnoOr<int64_t> base_of(fs::File& file, int16_t whence) {
  switch (static_cast<fs::File::Whence>(whence)) {
    case fs::File::Whence::Start:
      return 0;
    case fs::File::Whence::Current:
      // What has no position is always at its start.
      return static_cast<int64_t>(file.seek(fs::File::Whence::Current, 0).value_or(0));
    case fs::File::Whence::End:
      return static_cast<int64_t>(file.node().size());
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<FileLock> to_lock(fs::File& file, const UserLock& given) {
  FileLock lock;
  if (given.type < kReadLock || given.type > kUnlock) return fail(Errno::INVAL);
  lock.kind = given.type == kReadLock    ? FileLock::Kind::Shared
              : given.type == kWriteLock ? FileLock::Kind::Exclusive
                                         : FileLock::Kind::None;
  int64_t first = 0;
  if (__builtin_add_overflow(TRY(base_of(file, given.whence)), given.start, &first))
    return fail(Errno::OVERFLOW);
  if (first < 0) return fail(Errno::INVAL);
  int64_t last = std::numeric_limits<int64_t>::max();
  if (given.length > 0) {
    if (__builtin_add_overflow(first, given.length - 1, &last)) return fail(Errno::OVERFLOW);
  } else if (given.length < 0) {
    // The bytes before the start.
    last = first - 1;
    if (__builtin_add_overflow(first, given.length, &first) || first < 0) return fail(Errno::INVAL);
  }
  lock.first = static_cast<uint64_t>(first);
  lock.last = static_cast<uint64_t>(last);
  return lock;
}

SysResult get_lock(fs::File& file, const FileLock& wanted, UserLock& given, VirtAddr argument) {
  if (given.type == kUnlock) return fail(Errno::INVAL);
  FileLocks* const locks = file.node().locks_if_any();
  std::optional<FileLock> other;
  if (locks != nullptr) other = locks->conflict(FileLocks::Space::Records, wanted);
  if (other) {
    const bool to_the_end = other->last == FileLock::kToTheEnd;
    given.type = other->kind == FileLock::Kind::Shared ? kReadLock : kWriteLock;
    given.whence = 0;
    given.start = static_cast<int64_t>(other->first);
    given.length = to_the_end ? 0 : static_cast<int64_t>(other->last - other->first + 1);
    given.pid = other->process;
  } else {
    given.type = kUnlock;
  }
  TRY(put(UserOut<UserLock>(argument), given));
  return 0;
}

}  // namespace

exec::Eventually<SysResult> lock_command(SyscallContext& ctx, const RefPtr<fs::File>& file,
                                         LockCommand command, bool of_open_file,
                                         VirtAddr argument) {
  FileLock lock;
  auto prepare = [&]() -> ErrnoOr<UserLock> {
    const auto given = TRY(get(UserIn<UserLock>(argument)));
    if (of_open_file && given.pid != 0) return fail(Errno::INVAL);
    lock = TRY(to_lock(*file, given));
    if (command == LockCommand::Get) return given;
    if (lock.kind == FileLock::Kind::Shared && !file->can_read()) return fail(Errno::BADF);
    if (lock.kind == FileLock::Kind::Exclusive && !file->can_write()) return fail(Errno::BADF);
    return given;
  };
  auto given = prepare();
  if (!given) return SysResult(fail(given.error()));
  lock.owner = of_open_file ? static_cast<const void*>(file.get()) : ctx.self().files.get();
  lock.process = of_open_file ? -1 : ctx.process().id();
  if (command == LockCommand::Get) return get_lock(*file, lock, *given, argument);
  const bool waits = command == LockCommand::SetAndWait;
  return set_lock(file, FileLocks::Space::Records, lock,
                  waits ? FileLocks::Wait::Yes : FileLocks::Wait::No, waits && !of_open_file);
}

exec::Eventually<SysResult> sys_flock(SyscallContext& ctx, int32_t fd, int32_t operation) {
  enum Operation : int32_t { kShared = 1, kExclusive = 2, kNoWait = 4, kUnlockWhole = 8 };
  FileLock lock;
  switch (operation & ~kNoWait) {
    case kShared:
      lock.kind = FileLock::Kind::Shared;
      break;
    case kExclusive:
      lock.kind = FileLock::Kind::Exclusive;
      break;
    case kUnlockWhole:
      lock.kind = FileLock::Kind::None;
      break;
    default:
      return SysResult(fail(Errno::INVAL));
  }
  const auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  lock.owner = file->get();
  lock.process = -1;
  const auto wait = (operation & kNoWait) != 0 ? FileLocks::Wait::No : FileLocks::Wait::Yes;
  return set_lock(*file, FileLocks::Space::Whole, lock, wait, false);
}

}  // namespace jacinth::linux
