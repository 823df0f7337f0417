// semget, semop, semctl.
#include <algorithm>

#include "base/never_destroyed.h"
#include "hal/clock.h"
#include "linux/ipc/semaphore_set.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

constinit NeverDestroyed<IpcTable> sets;

bool has_so_many(const IpcObject& there, size_t count) {
  return count <= static_cast<const SemaphoreSet&>(there).size();
}

ErrnoOr<RefPtr<SemaphoreSet>> find_set(int32_t id) {
  return static_ref_cast<SemaphoreSet>(TRY(sets->find(id)));
}

exec::Task<SysResult> operate_slowly(RefPtr<SemaphoreSet> set, LinuxProcess& process,
                                     Vector<SemaphoreOperation> operations, Instant deadline) {
  CO_TRY(co_await SemaphoreSet::do_all(std::move(set), process, std::move(operations), deadline));
  co_return uint64_t{0};
}

}  // namespace

void undo_semaphores(int32_t process) {
  sets->for_each(
      [process](IpcObject& object) { static_cast<SemaphoreSet&>(object).undo(process); });
}

SysResult sys_semget(SyscallContext& ctx, int32_t key, int32_t count, uint32_t flags) {
  if (count < 0) return fail(Errno::INVAL);
  const CredentialSet who = *ctx.process().credentials.lock();
  return static_cast<uint64_t>(TRY(sets->get({.key = key,
                                              .flags = flags,
                                              .size = static_cast<size_t>(count),
                                              .make = &SemaphoreSet::make,
                                              .fits = &has_so_many},
                                             who)));
}

exec::Eventually<SysResult> sys_semtimedop(SyscallContext& ctx, int32_t id,
                                           UserIn<std::byte> operations, uint32_t count,
                                           UserIn<abi::timespec> timeout) {
  Instant deadline = kForever;
  RefPtr<SemaphoreSet> set;
  auto prepare = [&]() -> ErrnoOr<Vector<SemaphoreOperation>> {
    if (count == 0 || id < 0) return fail(Errno::INVAL);
    if (count > SemaphoreSet::kMostOperations) return fail(Errno::TOOBIG);
    auto wanted = TRY(to_errno(Vector<SemaphoreOperation>::with_size(count)));
    TRY(fault_of(UserIn<SemaphoreOperation>(operations.address()).read_array(wanted)));
    if (!timeout.is_null()) deadline = hal::now() + TRY(read_duration(timeout));
    set = TRY(find_set(id));
    const bool changes = std::ranges::any_of(
        wanted, [](const SemaphoreOperation& operation) { return operation.change != 0; });
    const CredentialSet who = *ctx.process().credentials.lock();
    for (const SemaphoreOperation& operation : wanted) {
      if (operation.index >= set->size()) return fail(Errno::FBIG);
    }
    TRY(set->check_access(who, changes ? fs::access::kWrite : fs::access::kRead));
    return wanted;
  };
  auto wanted = prepare();
  if (!wanted) return SysResult(fail(wanted.error()));
  const auto done = set->try_all(ctx.process(), *wanted);
  if (done) return SysResult(0);
  if (done.error() != Errno::AGAIN) return SysResult(fail(done.error()));
  return operate_slowly(std::move(set), ctx.process(), *std::move(wanted), deadline);
}

exec::Eventually<SysResult> sys_semop(SyscallContext& ctx, int32_t id, UserIn<std::byte> operations,
                                      uint32_t count) {
  return sys_semtimedop(ctx, id, operations, count, {});
}

// --- semctl

namespace {

constexpr int32_t kGetPid = 11, kGetValue = 12, kGetAll = 13, kGetWaiting = 14,
                  kGetWaitingZero = 15, kSetValue = 16, kSetAll = 17, kSetStatAt = 18,
                  kSemInfo = 19, kSetStatAny = 20;

abi::semid_ds status_of(SemaphoreSet& set) {
  abi::semid_ds status{};
  static_assert(sizeof status.permissions == sizeof(IpcPermissions));
  std::copy_n(reinterpret_cast<const std::byte*>(&set.permissions), sizeof(IpcPermissions),
              reinterpret_cast<std::byte*>(status.permissions));
  status.operated_at = set.operated_at();
  status.changed_at = set.changed_at();
  status.count = set.size();
  return status;
}

SysResult tell_set_limits(VirtAddr buffer, bool use) {
  const IpcTable::Use found = sets->use();
  struct {
    int32_t map, sets, semaphores, undos, for_set, operations, undos_of_process, undo_bytes,
        most_value, most_adjust;
  } info{};
  info.sets = info.map = static_cast<int32_t>(IpcTable::kMost);
  info.for_set = static_cast<int32_t>(SemaphoreSet::kMostSemaphores);
  info.semaphores = info.sets * info.for_set;
  info.operations = static_cast<int32_t>(SemaphoreSet::kMostOperations);
  info.most_value = info.most_adjust = SemaphoreSet::kMostValue;
  if (use) {
    info.undo_bytes = static_cast<int32_t>(found.count);
    sets->for_each([&](IpcObject& object) {
      info.most_adjust += static_cast<int32_t>(static_cast<SemaphoreSet&>(object).size());
    });
  }
  TRY(put(UserOut<decltype(info)>(buffer), info));
  return static_cast<uint64_t>(std::max(found.last, 0));
}

SysResult get_all(SemaphoreSet& set, VirtAddr array) {
  auto values = TRY(to_errno(Vector<uint16_t>::with_size(set.size())));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(set.get(i).value);
  TRY(fault_of(UserOut<uint16_t>(array).write_array(values)));
  return 0;
}

SysResult set_all(LinuxProcess& process, SemaphoreSet& set, VirtAddr array) {
  auto values = TRY(to_errno(Vector<uint16_t>::with_size(set.size())));
  TRY(fault_of(UserIn<uint16_t>(array).read_array(values)));
  TRY(set.set_all(process, values));
  return 0;
}

// The commands about one semaphore.
SysResult about_one(LinuxProcess& process, SemaphoreSet& set, int32_t number, int32_t command,
                    int32_t value) {
  if (number < 0 || static_cast<size_t>(number) >= set.size()) return fail(Errno::INVAL);
  const auto index = static_cast<size_t>(number);
  switch (command) {
    case kGetPid:
      return static_cast<uint64_t>(set.get(index).pid);
    case kGetValue:
      return static_cast<uint64_t>(set.get(index).value);
    case kGetWaiting:
      return set.waiting(index, false);
    case kGetWaitingZero:
      return set.waiting(index, true);
    default:
      TRY(set.set(process, index, value));
      return 0;
  }
}

SysResult change_set(SemaphoreSet& set, const CredentialSet& who, int32_t command,
                     VirtAddr argument) {
  abi::semid_ds wanted{};
  if (command == ipc_command::kSet) wanted = TRY(get(UserIn<abi::semid_ds>(argument)));
  TRY(set.check_owner(who));
  if (command == ipc_command::kRemove) {
    sets->remove(set);
    set.wake_everyone();
    return 0;
  }
  IpcPermissions permissions;
  std::copy_n(reinterpret_cast<const std::byte*>(wanted.permissions), sizeof permissions,
              reinterpret_cast<std::byte*>(&permissions));
  set.change(permissions);
  set.note_change();
  return 0;
}

}  // namespace

SysResult sys_semctl(SyscallContext& ctx, int32_t id, int32_t number, int32_t command,
                     uint64_t argument) {
  if (id < 0) return fail(Errno::INVAL);
  const CredentialSet who = *ctx.process().credentials.lock();
  const VirtAddr address{argument};
  switch (command) {
    case ipc_command::kInfo:
    case kSemInfo:
      return tell_set_limits(address, command == kSemInfo);
    case kSetStatAt:
    case kSetStatAny: {
      const auto set = static_ref_cast<SemaphoreSet>(TRY(sets->at(id)));
      if (command == kSetStatAt) TRY(set->check_access(who, fs::access::kRead));
      TRY(put(UserOut<abi::semid_ds>(address), status_of(*set)));
      return static_cast<uint64_t>(set->id());
    }
    default:
      break;
  }
  const auto set = TRY(find_set(id));
  switch (command) {
    case ipc_command::kRemove:
    case ipc_command::kSet:
      return change_set(*set, who, command, address);
    case ipc_command::kStat:
      TRY(set->check_access(who, fs::access::kRead));
      TRY(put(UserOut<abi::semid_ds>(address), status_of(*set)));
      return 0;
    case kGetAll:
      TRY(set->check_access(who, fs::access::kRead));
      return get_all(*set, address);
    case kSetAll:
      TRY(set->check_access(who, fs::access::kWrite));
      return set_all(ctx.process(), *set, address);
    case kGetPid:
    case kGetValue:
    case kGetWaiting:
    case kGetWaitingZero:
      TRY(set->check_access(who, fs::access::kRead));
      return about_one(ctx.process(), *set, number, command, 0);
    case kSetValue: {
      const auto value = static_cast<int32_t>(argument);
      if (value < 0 || value > SemaphoreSet::kMostValue) return fail(Errno::RANGE);
      TRY(set->check_access(who, fs::access::kWrite));
      return about_one(ctx.process(), *set, number, command, value);
    }
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace jacinth::linux
