// Who a task is, and its end.
#include <algorithm>

#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

SysResult sys_exit(SyscallContext& ctx, int32_t status) {
  LinuxThread& self = ctx.self();
  LinuxProcess& process = ctx.process();
  const int32_t wait_status = (status & 0xff) << 8;
  self.exit_status = wait_status;
  self.has_exited = true;
  if (process.thread_count() == 1) {
    process.exit_group(wait_status);
  } else {
    if (self.id() == process.id()) process.note_leader_exit(wait_status);
    ctx.thread().exit();
  }
  return 0;
}

SysResult sys_exit_group(SyscallContext& ctx, int32_t status) {
  ctx.process().exit_group((status & 0xff) << 8);
  return 0;
}

SysResult sys_getpid(SyscallContext& ctx) { return static_cast<uint64_t>(ctx.process().id()); }
SysResult sys_gettid(SyscallContext& ctx) { return static_cast<uint64_t>(ctx.self().id()); }
SysResult sys_getppid(SyscallContext& ctx) {
  return static_cast<uint64_t>(ctx.process().parent_id());
}

SysResult sys_set_tid_address(SyscallContext& ctx, VirtAddr address) {
  ctx.self().clear_child_tid = address;
  return static_cast<uint64_t>(ctx.self().id());
}

// --- Groups and sessions

// Changes of a process's group and session.
class Family {
 public:
  static ErrnoOr<> set_group(LinuxProcess& caller, int32_t pid, int32_t group);
  static ErrnoOr<int32_t> new_session(LinuxProcess& caller);
};

ErrnoOr<> Family::set_group(LinuxProcess& caller, int32_t pid, int32_t group) {
  LockGuard guard(tasks_lock);
  LinuxProcess* const target = pid == 0 ? &caller : tasks().find_process(pid);
  if (target == nullptr) return fail(Errno::SRCH);
  if (target != &caller) {
    if (target->parent_ != &caller) return fail(Errno::SRCH);
    if (target->session_ != caller.session_) return fail(Errno::PERM);
    if (target->has_execed_) return fail(Errno::ACCES);
  }
  if (target->session_ == target->id()) return fail(Errno::PERM);
  if (group == 0) group = target->id();
  if (group != target->id() && !tasks().has_group(group, caller.session_)) return fail(Errno::PERM);
  target->group_ = group;
  return {};
}

ErrnoOr<int32_t> Family::new_session(LinuxProcess& caller) {
  LockGuard guard(tasks_lock);
  bool is_group = false;
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    is_group = is_group || process.group_ == caller.id();
  });
  if (is_group) return fail(Errno::PERM);
  caller.session_ = caller.id();
  caller.group_ = caller.id();
  return caller.id();
}

namespace {

template <typename F>
SysResult about(SyscallContext& ctx, int32_t pid, F&& body) {
  if (pid < 0) return fail(Errno::SRCH);
  LockGuard guard(tasks_lock);
  LinuxProcess* process = pid == 0 ? &ctx.process() : tasks().find_process(pid);
  if (process == nullptr) {
    LinuxThread* const thread = tasks().find_thread(pid);
    if (thread == nullptr) return fail(Errno::SRCH);
    process = &thread->process();
  }
  return static_cast<uint64_t>(body(*process));
}

}  // namespace

SysResult sys_getpgid(SyscallContext& ctx, int32_t pid) {
  return about(ctx, pid, [](LinuxProcess& process) {
    tasks_lock.assert_held();
    return process.group();
  });
}

SysResult sys_getpgrp(SyscallContext& ctx) { return sys_getpgid(ctx, 0); }

SysResult sys_getsid(SyscallContext& ctx, int32_t pid) {
  return about(ctx, pid, [](LinuxProcess& process) {
    tasks_lock.assert_held();
    return process.session();
  });
}

SysResult sys_setpgid(SyscallContext& ctx, int32_t pid, int32_t group) {
  if (group < 0 || (group == 0 && pid < 0)) return fail(Errno::INVAL);
  TRY(Family::set_group(ctx.process(), pid, group));
  return 0;
}

SysResult sys_setsid(SyscallContext& ctx) {
  return static_cast<uint64_t>(TRY(Family::new_session(ctx.process())));
}

// --- prctl

SysResult sys_prctl(SyscallContext& ctx, int32_t option, uint64_t a1, uint64_t a2, uint64_t a3,
                    uint64_t a4) {
  enum Option : int32_t {
    kSetDeathSignal = 1,
    kGetDeathSignal = 2,
    kGetDumpable = 3,
    kSetDumpable = 4,
    kGetKeepCapabilities = 7,
    kSetKeepCapabilities = 8,
    kSetName = 15,
    kGetName = 16,
    kGetSeccomp = 21,
    kCapBoundingRead = 23,
    kCapBoundingDrop = 24,
    kGetSecureBits = 27,
    kSetTimerSlack = 29,
    kGetTimerSlack = 30,
    kSetSubreaper = 36,
    kGetSubreaper = 37,
    kSetNoNewPrivileges = 38,
    kGetNoNewPrivileges = 39,
    kGetTidAddress = 40,
    kSetNoHugePages = 41,
    kGetNoHugePages = 42,
    kSetPtracer = 0x59616d61,
    kSetVma = 0x53564d41,
  };
  LinuxProcess& process = ctx.process();
  LinuxThread& self = ctx.self();
  switch (option) {
    case kSetDeathSignal:
      if (a1 > kLastSignal) return fail(Errno::INVAL);
      process.parent_death_signal = static_cast<int32_t>(a1);
      return 0;
    case kGetDeathSignal:
      TRY(put(UserOut<int32_t>(VirtAddr{a1}), process.parent_death_signal.load()));
      return 0;
    case kGetDumpable:
      return process.dumpable.load();
    case kSetDumpable:
      if (a1 > 1) return fail(Errno::INVAL);
      process.dumpable = static_cast<uint32_t>(a1);
      return 0;
    case kSetName: {
      std::array<char, 16> name{};
      const UserIn<char> from(VirtAddr{a1});
      for (size_t i = 0; i + 1 < name.size(); ++i) {
        name[i] = TRY(get(from, i));
        if (name[i] == '\0') break;
      }
      self.name = name;
      return 0;
    }
    case kGetName:
      TRY(fault_of(UserOut<char>(VirtAddr{a1}).write_array(self.name)));
      return 0;
    case kCapBoundingRead:
      if (a1 > 40) return fail(Errno::INVAL);
      return process.credentials.lock()->capabilities.bounding >> a1 & 1;
    case kCapBoundingDrop: {
      constexpr uint64_t kSetCapabilities = 1 << 8;
      auto credentials = process.credentials.lock();
      if ((credentials->capabilities.effective & kSetCapabilities) == 0) return fail(Errno::PERM);
      if (a1 > 40) return fail(Errno::INVAL);
      credentials->capabilities.bounding &= ~(uint64_t{1} << a1);
      return 0;
    }
    case kGetKeepCapabilities:
      return process.credentials.lock()->keeps_capabilities ? 1 : 0;
    case kSetKeepCapabilities:
      if (a1 > 1) return fail(Errno::INVAL);
      process.credentials.lock()->keeps_capabilities = a1 != 0;
      return 0;
    case kGetSeccomp:
      return 0;
    case kGetSecureBits:
      return process.credentials.lock()->keeps_capabilities ? uint64_t{1} << 4 : 0;
    case kGetTidAddress:
      TRY(put(UserOut<uint64_t>(VirtAddr{a1}), raw(self.clear_child_tid)));
      return 0;
    case kSetNoHugePages:
      if (a2 != 0 || a3 != 0 || a4 != 0) return fail(Errno::INVAL);
      process.no_huge_pages = a1 != 0;
      return 0;
    case kGetNoHugePages:
      if (a1 != 0 || a2 != 0 || a3 != 0 || a4 != 0) return fail(Errno::INVAL);
      return process.no_huge_pages ? 1 : 0;
    case kSetPtracer:
      return 0;
    // Timers are as exact as they can be, whatever slack they are given.
    case kSetTimerSlack:
      self.timer_slack = a1 == 0 ? LinuxThread::kUsualSlack : a1;
      return 0;
    case kGetTimerSlack:
      return self.timer_slack;
    case kSetSubreaper:
      process.is_subreaper = a1 != 0;
      return 0;
    case kGetSubreaper:
      TRY(put(UserOut<int32_t>(VirtAddr{a1}), int32_t{process.is_subreaper}));
      return 0;
    case kSetNoNewPrivileges:
      if (a1 != 1 || a2 != 0 || a3 != 0 || a4 != 0) return fail(Errno::INVAL);
      process.no_new_privileges = true;
      return 0;
    case kGetNoNewPrivileges:
      if (a1 != 0 || a2 != 0 || a3 != 0 || a4 != 0) return fail(Errno::INVAL);
      return process.no_new_privileges ? 1 : 0;
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace jacinth::linux
