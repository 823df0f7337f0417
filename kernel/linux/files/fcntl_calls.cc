// fcntl.
#include "fs/memfd.h"
#include "fs/pipe.h"
#include "fs/regular_file.h"
#include "linux/files/file_signals.h"
#include "linux/files/lock_calls.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/signals/signal_set.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

enum Command : int32_t {
  kDup = 0,
  kGetFd = 1,
  kSetFd = 2,
  kGetFlags = 3,
  kSetFlags = 4,
  kGetLock = 5,
  kSetLock = 6,
  kSetLockWait = 7,
  kSetOwner = 8,
  kGetOwner = 9,
  kSetSignal = 10,
  kGetSignal = 11,
  kSetOwnerEx = 15,
  kGetOwnerEx = 16,
  kOfdGetLock = 36,
  kOfdSetLock = 37,
  kOfdSetLockWait = 38,
  kGetLease = 1025,
  kDupQuery = 1027,
  kDupCloseOnExec = 1030,
  kSetPipeSize = 1031,
  kGetPipeSize = 1032,
  kAddSeals = 1033,
  kGetSeals = 1034,
};

struct OwnerEx {  // struct f_owner_ex
  int32_t type;
  int32_t id;
};
enum OwnerType : int32_t { kOwnerThread = 0, kOwnerProcess = 1, kOwnerGroup = 2 };

SysResult dup_from(SyscallContext& ctx, const RefPtr<fs::File>& file, uint64_t from,
                   bool close_on_exec) {
  if (from >= file_limit(ctx)) return fail(Errno::INVAL);
  return static_cast<uint64_t>(
      TRY(ctx.self().files->add(file, close_on_exec, file_limit(ctx), static_cast<int32_t>(from))));
}

// Those for descriptors opened with O_PATH too. No value: some other command.
std::optional<SysResult> descriptor_command(SyscallContext& ctx, int32_t fd,
                                            const RefPtr<fs::File>& file, int32_t command,
                                            uint64_t argument) {
  constexpr uint64_t kFdCloseOnExec = 1;
  FileTable& files = *ctx.self().files;
  switch (command) {
    case kDup:
    case kDupCloseOnExec:
      return dup_from(ctx, file, argument, command == kDupCloseOnExec);
    case kGetFd: {
      const auto set = files.close_on_exec(fd);
      if (!set) return SysResult(fail(set.error()));
      return SysResult(*set ? kFdCloseOnExec : 0);
    }
    case kSetFd: {
      const auto set = files.set_close_on_exec(fd, (argument & kFdCloseOnExec) != 0);
      if (!set) return SysResult(fail(set.error()));
      return SysResult(0);
    }
    case kGetFlags:
      return SysResult(file->flags());
    case kDupQuery: {
      const auto other = files.get_any(static_cast<int32_t>(argument));
      if (!other) return SysResult(fail(other.error()));
      return SysResult(*other == file ? 1 : 0);
    }
    default:
      return std::nullopt;
  }
}

SysResult set_owner(fs::File& file, VirtAddr argument) {
  const auto owner = TRY(get(UserIn<OwnerEx>(argument)));
  if (owner.type < kOwnerThread || owner.type > kOwnerGroup) return fail(Errno::INVAL);
  file.signal_owner = owner.type == kOwnerGroup ? -owner.id : owner.id;
  return 0;
}

SysResult get_owner(fs::File& file, VirtAddr argument) {
  const int32_t owner = file.signal_owner;
  TRY(put(UserOut<OwnerEx>(argument), OwnerEx{.type = owner < 0 ? kOwnerGroup : kOwnerProcess,
                                              .id = owner < 0 ? -owner : owner}));
  return 0;
}

SysResult set_pipe_size(SyscallContext& ctx, fs::File& file, uint64_t bytes) {
  fs::Pipe* const pipe = fs::pipe_of(file);
  if (pipe == nullptr) return fail(Errno::BADF);
  if (bytes > uint64_t{1} << 31) return fail(Errno::INVAL);
  const bool privileged = (ctx.process().credentials.lock()->capabilities.effective &
                           fs::capability::kSysResource) != 0;
  if (bytes > fs::Pipe::kMaxSlots * kPageSize && bytes > pipe->capacity() && !privileged)
    return fail(Errno::PERM);
  return TRY(pipe->set_capacity(bytes));
}

SysResult add_seals(fs::File& file, uint64_t seals) {
  fs::MemoryNode* const memory = fs::memory_of(file);
  if (memory == nullptr) return fail(Errno::INVAL);
  if (!file.can_write()) return fail(Errno::PERM);
  TRY(memory->add_seals(static_cast<uint32_t>(seals)));
  return 0;
}

// There are no leases: nobody has one, and none is given (EINVAL, as for files that cannot have
// any).
SysResult file_command(SyscallContext& ctx, fs::File& file, int32_t fd, int32_t command,
                       uint64_t argument) {
  constexpr uint64_t kUnlocked = 2;
  const VirtAddr address{argument};
  switch (command) {
    case kSetFlags:
      TRY(file.set_flags(static_cast<uint32_t>(argument)));
      if ((argument & fs::open_flags::kAsync) != 0)
        TRY(begin_file_signals(file, fd, ctx.process()));
      return 0;
    case kSetOwner:
      file.signal_owner = static_cast<int32_t>(argument);
      return 0;
    case kGetOwner:
      return static_cast<uint64_t>(file.signal_owner.load());
    case kSetOwnerEx:
      return set_owner(file, address);
    case kGetOwnerEx:
      return get_owner(file, address);
    case kSetSignal:
      if (argument > kLastSignal) return fail(Errno::INVAL);
      file.signal_number = static_cast<int32_t>(argument);
      return 0;
    case kGetSignal:
      return static_cast<uint64_t>(file.signal_number.load());
    case kGetLease:
      return kUnlocked;
    case kSetPipeSize:
      return set_pipe_size(ctx, file, static_cast<uint32_t>(argument));
    case kGetPipeSize: {
      fs::Pipe* const pipe = fs::pipe_of(file);
      if (pipe == nullptr) return fail(Errno::BADF);
      return pipe->capacity();
    }
    case kAddSeals:
      return add_seals(file, argument);
    case kGetSeals: {
      fs::MemoryNode* const memory = fs::memory_of(file);
      if (memory == nullptr) return fail(Errno::INVAL);
      return memory->seals();
    }
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace

exec::Eventually<SysResult> sys_fcntl(SyscallContext& ctx, int32_t fd, int32_t command,
                                      uint64_t argument) {
  const auto file = ctx.self().files->get_any(fd);
  if (!file) return SysResult(fail(file.error()));
  if (auto done = descriptor_command(ctx, fd, *file, command, argument)) return *std::move(done);
  if ((*file)->is_path_only()) return SysResult(fail(Errno::BADF));
  const VirtAddr address{argument};
  switch (command) {
    case kGetLock:
    case kOfdGetLock:
      return lock_command(ctx, *file, LockCommand::Get, command == kOfdGetLock, address);
    case kSetLock:
    case kOfdSetLock:
      return lock_command(ctx, *file, LockCommand::Set, command == kOfdSetLock, address);
    case kSetLockWait:
    case kOfdSetLockWait:
      return lock_command(ctx, *file, LockCommand::SetAndWait, command == kOfdSetLockWait, address);
    default:
      return file_command(ctx, **file, fd, command, argument);
  }
}

SysResult sys_memfd_create(SyscallContext& ctx, UserIn<char> name, uint32_t flags) {
  constexpr uint32_t kCloseOnExec = 1, kAllowSealing = 2, kNoExecSeal = 8, kExecutable = 16;
  constexpr size_t kMostName = 249;
  if ((flags & ~(kCloseOnExec | kAllowSealing | kNoExecSeal | kExecutable)) != 0)
    return fail(Errno::INVAL);
  if ((flags & kNoExecSeal) != 0 && (flags & kExecutable) != 0) return fail(Errno::INVAL);
  char buffer[kMostName + 1];
  const auto text = TRY(read_string(name, buffer, Errno::INVAL));
  Who who(ctx);
  const bool sealable = (flags & (kAllowSealing | kNoExecSeal)) != 0;
  auto file = TRY(fs::make_memfd(text, sealable, (flags & kNoExecSeal) == 0, who.view()));
  return install(ctx, std::move(file),
                 (flags & kCloseOnExec) != 0 ? fs::open_flags::kCloseOnExec : 0);
}

}  // namespace jacinth::linux
