// User and group numbers, capabilities, limits.
#include <algorithm>

#include "linux/syscall_prototypes.h"
#include "linux/task/process_limit.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

// Linux's rules (capabilities(7)): all numbers leaving 0 behind drops what was permitted; the
// effective number decides what is in effect.
void CredentialSet::user_changed(const Ids& before) {
  const bool had_root = before.real == 0 || before.effective == 0 || before.saved == 0;
  const bool has_root = user.real == 0 || user.effective == 0 || user.saved == 0;
  if (had_root && !has_root) capabilities.effective = 0;
  if (had_root && !has_root && !keeps_capabilities) capabilities.permitted = 0;
  if (before.effective == 0 && user.effective != 0) capabilities.effective = 0;
  if (before.effective != 0 && user.effective == 0) capabilities.effective = capabilities.permitted;
}

namespace {

using Ids = CredentialSet::Ids;
constexpr uint32_t kKeep = ~0u;
constexpr uint64_t kSetGid = 1 << 6, kSetUid = 1 << 7;

bool is_one_of(uint32_t id, const Ids& ids) {
  return id == ids.real || id == ids.effective || id == ids.saved;
}

// Changes user (or group) numbers by `body`, which fails with PERM unless `privileged`.
template <typename F>
ErrnoOr<> change_locked(SyscallContext& ctx, bool user, F&& body) {
  auto credentials = ctx.process().credentials.lock();
  Ids& ids = user ? credentials->user : credentials->group;
  const bool privileged = (credentials->capabilities.effective & (user ? kSetUid : kSetGid)) != 0;
  const Ids before = ids;
  Ids wanted = ids;
  TRY(body(wanted, privileged));
  wanted.file_system = wanted.effective;
  ids = wanted;
  if (user) credentials->user_changed(before);
  return {};
}

template <typename F>
SysResult change_ids(SyscallContext& ctx, bool user, F&& body) {
  const uint32_t former = ctx.process().credentials.lock()->user.real;
  TRY(change_locked(ctx, user, std::forward<F>(body)));
  if (ctx.process().credentials.lock()->user.real != former) note_new_user(ctx.process());
  return 0;
}

SysResult set_id(SyscallContext& ctx, bool user, uint32_t id) {
  if (id == kKeep) return fail(Errno::INVAL);
  return change_ids(ctx, user, [id](Ids& ids, bool privileged) -> ErrnoOr<> {
    if (privileged) {
      ids.real = ids.saved = id;
    } else if (id != ids.real && id != ids.saved) {
      return fail(Errno::PERM);
    }
    ids.effective = id;
    return {};
  });
}

SysResult set_real_effective(SyscallContext& ctx, bool user, uint32_t real, uint32_t effective) {
  return change_ids(ctx, user, [=](Ids& ids, bool privileged) -> ErrnoOr<> {
    const Ids old = ids;
    if (real != kKeep) {
      if (!privileged && real != old.real && real != old.effective) return fail(Errno::PERM);
      ids.real = real;
    }
    if (effective != kKeep) {
      if (!privileged && !is_one_of(effective, old)) return fail(Errno::PERM);
      ids.effective = effective;
    }
    if (real != kKeep || (effective != kKeep && effective != old.real)) ids.saved = ids.effective;
    return {};
  });
}

SysResult set_all(SyscallContext& ctx, bool user, uint32_t real, uint32_t effective,
                  uint32_t saved) {
  return change_ids(ctx, user, [=](Ids& ids, bool privileged) -> ErrnoOr<> {
    const Ids old = ids;
    for (const uint32_t id : {real, effective, saved}) {
      if (id != kKeep && !privileged && !is_one_of(id, old)) return fail(Errno::PERM);
    }
    if (real != kKeep) ids.real = real;
    if (effective != kKeep) ids.effective = effective;
    if (saved != kKeep) ids.saved = saved;
    return {};
  });
}

SysResult get_all(const Ids& ids, UserOut<uint32_t> real, UserOut<uint32_t> effective,
                  UserOut<uint32_t> saved) {
  TRY(put(real, ids.real));
  TRY(put(effective, ids.effective));
  TRY(put(saved, ids.saved));
  return 0;
}

Ids user_ids(SyscallContext& ctx) { return ctx.process().credentials.lock()->user; }
Ids group_ids(SyscallContext& ctx) { return ctx.process().credentials.lock()->group; }

}  // namespace

SysResult sys_getuid(SyscallContext& ctx) { return user_ids(ctx).real; }
SysResult sys_geteuid(SyscallContext& ctx) { return user_ids(ctx).effective; }
SysResult sys_getgid(SyscallContext& ctx) { return group_ids(ctx).real; }
SysResult sys_getegid(SyscallContext& ctx) { return group_ids(ctx).effective; }

SysResult sys_setuid(SyscallContext& ctx, uint32_t user) { return set_id(ctx, true, user); }
SysResult sys_setgid(SyscallContext& ctx, uint32_t group) { return set_id(ctx, false, group); }
SysResult sys_setreuid(SyscallContext& ctx, uint32_t real, uint32_t effective) {
  return set_real_effective(ctx, true, real, effective);
}
SysResult sys_setregid(SyscallContext& ctx, uint32_t real, uint32_t effective) {
  return set_real_effective(ctx, false, real, effective);
}
SysResult sys_setresuid(SyscallContext& ctx, uint32_t real, uint32_t effective, uint32_t saved) {
  return set_all(ctx, true, real, effective, saved);
}
SysResult sys_setresgid(SyscallContext& ctx, uint32_t real, uint32_t effective, uint32_t saved) {
  return set_all(ctx, false, real, effective, saved);
}
SysResult sys_getresuid(SyscallContext& ctx, UserOut<uint32_t> real, UserOut<uint32_t> effective,
                        UserOut<uint32_t> saved) {
  return get_all(user_ids(ctx), real, effective, saved);
}
SysResult sys_getresgid(SyscallContext& ctx, UserOut<uint32_t> real, UserOut<uint32_t> effective,
                        UserOut<uint32_t> saved) {
  return get_all(group_ids(ctx), real, effective, saved);
}

// Both return what was before, whether they change anything or not.
SysResult sys_setfsuid(SyscallContext& ctx, uint32_t user) {
  auto credentials = ctx.process().credentials.lock();
  const uint32_t before = credentials->user.file_system;
  const bool privileged = (credentials->capabilities.effective & kSetUid) != 0;
  if (user != kKeep && (privileged || is_one_of(user, credentials->user) || user == before))
    credentials->user.file_system = user;
  return before;
}
SysResult sys_setfsgid(SyscallContext& ctx, uint32_t group) {
  auto credentials = ctx.process().credentials.lock();
  const uint32_t before = credentials->group.file_system;
  const bool privileged = (credentials->capabilities.effective & kSetGid) != 0;
  if (group != kKeep && (privileged || is_one_of(group, credentials->group) || group == before))
    credentials->group.file_system = group;
  return before;
}

SysResult sys_getgroups(SyscallContext& ctx, int32_t count, UserOut<uint32_t> groups) {
  const CredentialSet credentials = *ctx.process().credentials.lock();
  if (count < 0) return fail(Errno::INVAL);
  const auto list = credentials.groups.view();
  if (count == 0) return list.size();
  if (static_cast<size_t>(count) < list.size()) return fail(Errno::INVAL);
  TRY(fault_of(groups.write_array(list)));
  return list.size();
}

SysResult sys_setgroups(SyscallContext& ctx, int32_t count, UserIn<uint32_t> groups) {
  if (count < 0 || static_cast<size_t>(count) > kMaxGroups) return fail(Errno::INVAL);
  std::array<uint32_t, kMaxGroups> wanted{};
  TRY(fault_of(groups.read_array(std::span(wanted).first(static_cast<size_t>(count)))));
  auto credentials = ctx.process().credentials.lock();
  if ((credentials->capabilities.effective & kSetGid) == 0) return fail(Errno::PERM);
  // In order, as programs see them; by insertion, there being few.
  for (auto next = wanted.begin(); next != wanted.begin() + count; ++next)
    std::rotate(std::upper_bound(wanted.begin(), next, *next), next, next + 1);
  credentials->groups.assign(std::span(wanted).first(static_cast<size_t>(count)));
  return 0;
}

// --- Limits

namespace {

ErrnoOr<> set_limit(SyscallContext& ctx, LinuxProcess& process, int32_t resource,
                    const abi::rlimit& wanted) {
  if (wanted.soft > wanted.hard) return fail(Errno::INVAL);
  if (resource == static_cast<int32_t>(kLimitFiles) && wanted.hard > kMostFiles &&
      wanted.hard != kUnlimited)
    return fail(Errno::PERM);
  const bool privileged = (ctx.process().credentials.lock()->capabilities.effective &
                           fs::capability::kSysResource) != 0;
  {
    auto limits = process.limits.lock();
    abi::rlimit& limit = limits->of[static_cast<size_t>(resource)];
    if (wanted.hard > limit.hard && !privileged) return fail(Errno::PERM);
    limit = wanted;
  }
  if (resource == static_cast<int32_t>(kLimitFileSize)) process.file_size_limit = wanted.soft;
  if (resource == static_cast<int32_t>(kLimitCpu)) {
    LockGuard guard(tasks_lock);
    // One that has ended has no clock any more.
    if (process.state() == LinuxProcess::State::Alive)
      process.cpu_limit.watch(wanted.soft, wanted.hard);
  }
  return {};
}

// Whoever is not all of the same user and group needs a capability. PERM.
ErrnoOr<> check_same_user(SyscallContext& ctx, LinuxProcess& other) {
  const CredentialSet mine = *ctx.process().credentials.lock();
  const CredentialSet theirs = *other.credentials.lock();
  auto all_same = [](uint32_t id, const Ids& ids) {
    return id == ids.real && id == ids.effective && id == ids.saved;
  };
  if (all_same(mine.user.real, theirs.user) && all_same(mine.group.real, theirs.group)) return {};
  if ((mine.capabilities.effective & fs::capability::kSysResource) != 0) return {};
  return fail(Errno::PERM);
}

bool is_resource(int32_t resource) {
  return resource >= 0 && resource < static_cast<int32_t>(kLimitCount);
}

}  // namespace

SysResult sys_getrlimit(SyscallContext& ctx, int32_t resource, UserOut<abi::rlimit> limit) {
  if (!is_resource(resource)) return fail(Errno::INVAL);
  const Limits limits = *ctx.process().limits.lock();
  TRY(put(limit, limits.of[static_cast<size_t>(resource)]));
  return 0;
}

SysResult sys_setrlimit(SyscallContext& ctx, int32_t resource, UserIn<abi::rlimit> limit) {
  if (!is_resource(resource)) return fail(Errno::INVAL);
  TRY(set_limit(ctx, ctx.process(), resource, TRY(get(limit))));
  return 0;
}

SysResult sys_prlimit64(SyscallContext& ctx, int32_t pid, int32_t resource,
                        UserIn<abi::rlimit> limit, UserOut<abi::rlimit> old) {
  if (!is_resource(resource)) return fail(Errno::INVAL);
  RefPtr<LinuxProcess> process(&ctx.process());
  if (pid != 0 && pid != process->id()) {
    LockGuard guard(tasks_lock);
    process = RefPtr(tasks().find_process(pid));
    if (!process) return fail(Errno::SRCH);
  }
  if (process != &ctx.process()) TRY(check_same_user(ctx, *process));
  const abi::rlimit before = process->limits.lock()->of[static_cast<size_t>(resource)];
  if (!limit.is_null()) TRY(set_limit(ctx, *process, resource, TRY(get(limit))));
  TRY(put_if(old, before));
  return 0;
}

// --- Capabilities

namespace {

struct CapHeader {
  uint32_t version;
  int32_t pid;
};
struct CapData {
  uint32_t effective, permitted, inheritable;
};
constexpr uint32_t kVersion3 = 0x20080522, kVersion2 = 0x20071026;

ErrnoOr<CapHeader> read_header(UserInOut<std::byte> header) {
  const UserInOut<CapHeader> at(header.address());
  auto given = TRY(get(at));
  if (given.version == kVersion3 || given.version == kVersion2) return given;
  given.version = kVersion3;
  TRY(put(at, given));
  return fail(Errno::INVAL);
}

}  // namespace

SysResult sys_capget(SyscallContext& ctx, UserInOut<std::byte> header, UserOut<std::byte> data) {
  auto read = read_header(header);
  // Without a place for an answer, it is the version that is asked for.
  if (!read && read.error() == Errno::INVAL && data.is_null()) return 0;
  const CapHeader given = TRY(std::move(read));
  if (given.pid < 0) return fail(Errno::INVAL);
  if (data.is_null()) return 0;
  RefPtr<LinuxProcess> process(&ctx.process());
  if (given.pid != 0 && given.pid != process->id()) {
    LockGuard guard(tasks_lock);
    process = RefPtr(tasks().find_process(given.pid));
    if (!process) return fail(Errno::SRCH);
  }
  const auto caps = process->credentials.lock()->capabilities;
  std::array<CapData, 2> out{};
  for (size_t i = 0; i < 2; ++i) {
    const size_t shift = 32 * i;
    out[i] = {.effective = static_cast<uint32_t>(caps.effective >> shift),
              .permitted = static_cast<uint32_t>(caps.permitted >> shift),
              .inheritable = static_cast<uint32_t>(caps.inheritable >> shift)};
  }
  TRY(fault_of(UserOut<CapData>(data.address()).write_array(out)));
  return 0;
}

SysResult sys_capset(SyscallContext& ctx, UserInOut<std::byte> header, UserIn<std::byte> data) {
  const CapHeader given = TRY(read_header(header));
  if (given.pid != 0 && given.pid != ctx.process().id()) return fail(Errno::PERM);
  std::array<CapData, 2> in{};
  TRY(fault_of(UserIn<CapData>(data.address()).read_array(in)));
  auto both = [](uint32_t low, uint32_t high) { return uint64_t{high} << 32 | low; };
  const uint64_t effective = both(in[0].effective, in[1].effective);
  const uint64_t permitted = both(in[0].permitted, in[1].permitted);
  const uint64_t inheritable = both(in[0].inheritable, in[1].inheritable);
  auto credentials = ctx.process().credentials.lock();
  auto& caps = credentials->capabilities;
  if ((permitted & ~caps.permitted) != 0 || (effective & ~permitted) != 0 ||
      (inheritable & ~(caps.inheritable | caps.permitted)) != 0)
    return fail(Errno::PERM);
  caps.permitted = permitted;
  caps.effective = effective;
  caps.inheritable = inheritable;
  return 0;
}

}  // namespace jacinth::linux
