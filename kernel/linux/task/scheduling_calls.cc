// Who runs, where, and before whom.
#include <algorithm>

#include "exec/activity.h"
#include "hal/cpu.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/scheduling.h"
#include "linux/task/task_table.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

constexpr int32_t kResetOnFork = 0x40000000;
constexpr uint64_t kSysNice = 1 << 23;

bool is_policy(int32_t policy) { return policy >= kOther && policy <= kIdle && policy != 4; }

// Runs body(LinuxThread&) on the thread of that number; 0 is the caller.
template <typename F>
SysResult with_thread(SyscallContext& ctx, int32_t id, F&& body) {
  if (id < 0) return fail(Errno::INVAL);
  if (id == 0 || id == ctx.self().id()) return body(ctx.self());
  LockGuard guard(tasks_lock);
  LinuxThread* const thread = tasks().find_thread(id);
  if (thread == nullptr) return fail(Errno::SRCH);
  return body(*thread);
}

uint64_t all_cpus() {
  const hal::CpuId count = hal::cpu_count();
  return count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

struct Caller {
  explicit Caller(SyscallContext& ctx)
      : who(*ctx.process().credentials.lock()), limits(*ctx.process().limits.lock()) {}
  bool may_anything() const { return (who.capabilities.effective & kSysNice) != 0; }
  // Whether it may change how threads of `process` run. PERM.
  ErrnoOr<> check_may_change(LinuxProcess& process) const {
    const uint32_t owner = process.credentials.lock()->user.effective;
    const uint32_t real = process.credentials.lock()->user.real;
    if (may_anything() || who.user.effective == owner || who.user.effective == real) return {};
    return fail(Errno::PERM);
  }
  uint64_t limit(RlimitResource resource) const { return limits.of[resource].soft; }

  const CredentialSet who;
  const Limits limits;
};

struct Wanted {
  int32_t policy;
  int32_t priority;
  bool reset_on_fork = false;
};

ErrnoOr<> check(const Wanted& wanted) {
  if (!is_policy(wanted.policy)) return fail(Errno::INVAL);
  const bool realtime = is_realtime(wanted.policy);
  if (realtime ? wanted.priority < 1 || wanted.priority > kMostRealtime : wanted.priority != 0)
    return fail(Errno::INVAL);
  return {};
}

ErrnoOr<> apply(LinuxThread& thread, const Caller& caller, const Wanted& wanted) {
  TRY(caller.check_may_change(thread.process()));
  const auto limit =
      static_cast<int64_t>(std::min<uint64_t>(caller.limit(kLimitRealtimePriority), kMostRealtime));
  if (is_realtime(wanted.policy) && !caller.may_anything() &&
      wanted.priority > std::max<int64_t>(limit, thread.scheduling.priority))
    return fail(Errno::PERM);
  const int own = executor_priority(wanted.policy, wanted.priority);
  TRY(to_errno(thread.object().apply_priority(std::max(own, thread.scheduling.inherited.load()))));
  thread.scheduling.policy = wanted.policy;
  thread.scheduling.priority = wanted.priority;
  thread.scheduling.reset_on_fork = wanted.reset_on_fork;
  return {};
}

exec::Task<SysResult> yield_call() {
  co_await exec::yield();
  co_return uint64_t{0};
}

}  // namespace

exec::Eventually<SysResult> sys_sched_yield(SyscallContext&) { return yield_call(); }

// --- CPUs

SysResult sys_sched_getaffinity(SyscallContext& ctx, int32_t pid, uint32_t size,
                                UserOut<std::byte> mask) {
  if (size < sizeof(uint64_t) || size % sizeof(uint64_t) != 0) return fail(Errno::INVAL);
  if (pid < 0) return fail(Errno::SRCH);
  uint64_t cpus = 0;
  TRY(with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    cpus = thread.object().allowed_cpus() & all_cpus();
    return 0;
  }));
  TRY(put(UserOut<uint64_t>(mask.address()), cpus));
  return sizeof cpus;
}

SysResult sys_sched_setaffinity(SyscallContext& ctx, int32_t pid, uint32_t size,
                                UserIn<std::byte> mask) {
  uint64_t cpus = 0;
  const size_t bytes = std::min<size_t>(size, sizeof cpus);
  TRY(fault_of(mask.read_array(std::as_writable_bytes(std::span(&cpus, 1)).first(bytes))));
  if (pid < 0) return fail(Errno::SRCH);
  const Caller caller(ctx);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    TRY(caller.check_may_change(thread.process()));
    if ((cpus & all_cpus()) == 0) return fail(Errno::INVAL);
    TRY(to_errno(thread.object().apply_affinity(cpus & all_cpus())));
    return 0;
  });
}

SysResult sys_getcpu(SyscallContext&, UserOut<uint32_t> cpu, UserOut<uint32_t> node,
                     UserOut<std::byte>) {
  TRY(put_if(cpu, uint32_t{hal::current_cpu()}));
  TRY(put_if(node, uint32_t{0}));
  return 0;
}

// --- Policies

SysResult sys_sched_getscheduler(SyscallContext& ctx, int32_t pid) {
  return with_thread(ctx, pid, [](LinuxThread& thread) -> SysResult {
    const int32_t flag = thread.scheduling.reset_on_fork ? kResetOnFork : 0;
    return static_cast<uint64_t>(thread.scheduling.policy | flag);
  });
}

SysResult sys_sched_setscheduler(SyscallContext& ctx, int32_t pid, int32_t policy,
                                 UserIn<int32_t> parameters) {
  if (policy < 0 || parameters.is_null()) return fail(Errno::INVAL);
  const Wanted wanted {
    .policy = policy & ~kResetOnFork, .priority = TRY(get(parameters))
    , .reset_on_fork = (policy & kResetOnFork) != 0
  };
  const Caller caller(ctx);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    TRY(check(wanted));
    TRY(apply(thread, caller, wanted));
    return 0;
  });
}

SysResult sys_sched_setparam(SyscallContext& ctx, int32_t pid, UserIn<int32_t> parameters) {
  if (parameters.is_null()) return fail(Errno::INVAL);
  const int32_t priority = TRY(get(parameters));
  const Caller caller(ctx);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    const Wanted wanted{.policy = thread.scheduling.policy,
                        .priority = priority,
                        .reset_on_fork = thread.scheduling.reset_on_fork};
    TRY(check(wanted));
    TRY(apply(thread, caller, wanted));
    return 0;
  });
}

SysResult sys_sched_getparam(SyscallContext& ctx, int32_t pid, UserOut<int32_t> parameters) {
  if (parameters.is_null()) return fail(Errno::INVAL);
  int32_t priority = 0;
  TRY(with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    priority = thread.scheduling.priority;
    return 0;
  }));
  TRY(put(parameters, priority));
  return 0;
}

SysResult sys_sched_get_priority_max(SyscallContext&, int32_t policy) {
  if (!is_policy(policy) && policy != kDeadline) return fail(Errno::INVAL);
  return is_realtime(policy) ? kMostRealtime : 0;
}
SysResult sys_sched_get_priority_min(SyscallContext&, int32_t policy) {
  if (!is_policy(policy) && policy != kDeadline) return fail(Errno::INVAL);
  return is_realtime(policy) ? 1 : 0;
}

SysResult sys_sched_rr_get_interval(SyscallContext& ctx, int32_t pid,
                                    UserOut<abi::timespec> interval) {
  constexpr Duration kSlice = milliseconds(10);
  Duration slice{};
  TRY(with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    if (thread.scheduling.policy != kFifo) slice = kSlice;
    return 0;
  }));
  TRY(put(interval, to_timespec(slice)));
  return 0;
}

namespace {

struct Attributes {  // struct sched_attr
  uint32_t size;
  int32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t least_use, most_use;
};
static_assert(sizeof(Attributes) == 56);
constexpr uint32_t kFirstAttributes = 48;
constexpr int32_t kLeastNice = -20, kMostNice = 19;

// Who may run before others.
ErrnoOr<> check_nice(const Caller& caller, const LinuxThread& thread, int32_t nice) {
  const int64_t reachable =
      20 - static_cast<int64_t>(std::min<uint64_t>(caller.limit(kLimitNice), 40));
  if (nice < thread.scheduling.nice && nice < reachable && !caller.may_anything())
    return fail(Errno::ACCES);
  return {};
}

}  // namespace

SysResult sys_sched_setattr(SyscallContext& ctx, int32_t pid, UserIn<std::byte> attributes,
                            uint32_t flags) {
  if (attributes.is_null() || pid < 0 || flags != 0) return fail(Errno::INVAL);
  Attributes given{};
  given.size = TRY(get(UserIn<uint32_t>(attributes.address())));
  if (given.size == 0) given.size = kFirstAttributes;
  if (given.size < kFirstAttributes || given.size > kPageSize) return fail(Errno::TOOBIG);
  const size_t bytes = std::min<size_t>(given.size, sizeof given);
  TRY(fault_of(attributes.read_array(std::as_writable_bytes(std::span(&given, 1)).first(bytes))));
  const Wanted wanted{.policy = given.policy,
                      .priority = static_cast<int32_t>(given.priority),
                      .reset_on_fork = (given.flags & 1) != 0};
  if ((given.flags & ~uint64_t{1}) != 0) return fail(Errno::INVAL);
  const int32_t nice = std::clamp(given.nice, kLeastNice, kMostNice);
  const Caller caller(ctx);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    TRY(check(wanted));
    if (!is_realtime(wanted.policy)) TRY(check_nice(caller, thread, nice));
    TRY(apply(thread, caller, wanted));
    if (!is_realtime(wanted.policy)) thread.scheduling.nice = nice;
    return 0;
  });
}

SysResult sys_sched_getattr(SyscallContext& ctx, int32_t pid, UserOut<std::byte> attributes,
                            uint32_t size, uint32_t flags) {
  if (attributes.is_null() || pid < 0 || flags != 0 || size < kFirstAttributes || size > kPageSize)
    return fail(Errno::INVAL);
  Attributes out{};
  out.size = std::min<uint32_t>(size, sizeof out);
  TRY(with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    out.policy = thread.scheduling.policy;
    out.flags = thread.scheduling.reset_on_fork ? 1 : 0;
    out.nice = is_realtime(out.policy) ? 0 : thread.scheduling.nice.load();
    out.priority = static_cast<uint32_t>(thread.scheduling.priority.load());
    return 0;
  }));
  TRY(fault_of(attributes.write_array(std::as_bytes(std::span(&out, 1)).first(out.size))));
  return 0;
}

// --- Nice values: kept and told, and without effect.

namespace {

// Calls body(LinuxThread&) for the threads that getpriority() and setpriority() are about. SRCH:
// there is none.
template <typename F>
ErrnoOr<> for_each_of(SyscallContext& ctx, int32_t which, int32_t who, F&& body) {
  enum Which : int32_t { kProcess = 0, kGroup = 1, kUser = 2 };
  if (which < kProcess || which > kUser) return fail(Errno::INVAL);
  const uint32_t user =
      who == 0 ? ctx.process().credentials.lock()->user.real : static_cast<uint32_t>(who);
  bool found = false;
  LockGuard guard(tasks_lock);
  if (which == kProcess) {
    LinuxThread* const thread = who == 0 ? &ctx.self() : tasks().find_thread(who);
    if (thread == nullptr) return fail(Errno::SRCH);
    body(*thread);
    return {};
  }
  const int32_t group = who == 0 ? ctx.process().group() : who;
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    const bool meant =
        which == kGroup ? process.group() == group : process.credentials.lock()->user.real == user;
    if (!meant) return;
    for (LinuxThread& thread : process.threads()) {
      found = true;
      body(thread);
    }
  });
  if (!found) return fail(Errno::SRCH);
  return {};
}

}  // namespace

// A nice value of 0 is 20 here: the call's own encoding.
SysResult sys_getpriority(SyscallContext& ctx, int32_t which, int32_t who) {
  int32_t least = kMostNice;
  TRY(for_each_of(ctx, which, who, [&](LinuxThread& thread) {
    least = std::min(least, thread.scheduling.nice.load());
  }));
  return static_cast<uint64_t>(20 - least);
}

SysResult sys_setpriority(SyscallContext& ctx, int32_t which, int32_t who, int32_t priority) {
  const int32_t nice = std::clamp(priority, kLeastNice, kMostNice);
  const Caller caller(ctx);
  ErrnoOr<> outcome;
  TRY(for_each_of(ctx, which, who, [&](LinuxThread& thread) {
    auto changed = caller.check_may_change(thread.process());
    if (changed) changed = check_nice(caller, thread, nice);
    if (changed) {
      thread.scheduling.nice = nice;
    } else {
      outcome = changed;
    }
  }));
  TRY(std::move(outcome));
  return 0;
}

namespace {

enum IoClass : int32_t { kIoNone = 0, kIoRealtime = 1, kIoBestEffort = 2, kIoIdle = 3 };
constexpr int32_t kIoClassShift = 13;

}  // namespace

SysResult sys_ioprio_get(SyscallContext& ctx, int32_t which, int32_t who) {
  if (which < 1 || which > 3) return fail(Errno::INVAL);
  int32_t found = 0;
  TRY(for_each_of(ctx, which - 1, who,
                  [&](LinuxThread& thread) { found = thread.scheduling.io_priority; }));
  return static_cast<uint64_t>(found);
}

SysResult sys_ioprio_set(SyscallContext& ctx, int32_t which, int32_t who, int32_t priority) {
  if (which < 1 || which > 3) return fail(Errno::INVAL);
  const int32_t io_class = priority >> kIoClassShift;
  const int32_t level = priority & 0x1fff;
  if (io_class < kIoNone || io_class > kIoIdle || (io_class == kIoNone && level != 0) || level > 7)
    return fail(Errno::INVAL);
  const Caller caller(ctx);
  if (io_class == kIoRealtime && !caller.may_anything()) return fail(Errno::PERM);
  TRY(for_each_of(ctx, which - 1, who,
                  [&](LinuxThread& thread) { thread.scheduling.io_priority = priority; }));
  return 0;
}

// --- Barriers for other CPUs

namespace {

namespace barrier {
enum Command : int32_t {
  kQuery = 0,
  kGlobal = 1,
  kGlobalExpedited = 2,
  kRegisterGlobalExpedited = 4,
  kPrivateExpedited = 8,
  kRegisterPrivateExpedited = 16,
  kPrivateSyncCore = 32,
  kRegisterPrivateSyncCore = 64,
};
constexpr uint64_t kAll = kGlobal | kGlobalExpedited | kRegisterGlobalExpedited |
                          kPrivateExpedited | kRegisterPrivateExpedited | kPrivateSyncCore |
                          kRegisterPrivateSyncCore;
}  // namespace barrier

// A CPU that has run this thread has been in the kernel, which orders all that its programs did
// before with all that they do after, and lets it see changed code.
exec::Task<SysResult> visit_all_cpus(Thread& thread) {
  const uint64_t allowed = thread.allowed_cpus();
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (cpu == hal::current_cpu()) continue;
    thread.set_allowed_cpus(uint64_t{1} << cpu);
    co_await exec::yield();
  }
  thread.set_allowed_cpus(allowed);
  co_await exec::yield();
  co_return uint64_t{0};
}

}  // namespace

exec::Eventually<SysResult> sys_membarrier(SyscallContext& ctx, int32_t command, uint32_t flags,
                                           int32_t) {
  if (flags != 0) return SysResult(fail(Errno::INVAL));
  LinuxProcess& process = ctx.process();
  switch (command) {
    case barrier::kQuery:
      return SysResult(barrier::kAll);
    case barrier::kRegisterGlobalExpedited:
    case barrier::kRegisterPrivateExpedited:
    case barrier::kRegisterPrivateSyncCore:
      process.barriers.fetch_or(static_cast<uint32_t>(command));
      return SysResult(0);
    case barrier::kPrivateExpedited:
      if ((process.barriers & barrier::kRegisterPrivateExpedited) == 0)
        return SysResult(fail(Errno::PERM));
      break;
    case barrier::kPrivateSyncCore:
      if ((process.barriers & barrier::kRegisterPrivateSyncCore) == 0)
        return SysResult(fail(Errno::PERM));
      break;
    case barrier::kGlobal:
    case barrier::kGlobalExpedited:
      return visit_all_cpus(ctx.thread());
    default:
      return SysResult(fail(Errno::INVAL));
  }
  // Alone in its memory it has nobody to be ordered with.
  if (process.thread_count() == 1 && process.shared_memory()->ref_count() == 1) return SysResult(0);
  return visit_all_cpus(ctx.thread());
}

}  // namespace jacinth::linux
