// The system as a whole, and scheduling.
#include <algorithm>

#include "exec/activity.h"
#include "hal/clock.h"
#include "hal/cpu.h"
#include "hal/machine.h"
#include "linux/arch.h"
#include "linux/host_names.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "vm/frames.h"

namespace jacinth::linux {
namespace {

struct HostNames {
  HostName node{"jacinth"};
  HostName domain{"(none)"};
};
constinit Guarded<HostNames, LockRank::LinuxPart> host_names;

void fill(char (&out)[65], std::string_view text) { text.copy(out, sizeof out - 1); }

SysResult set_name(SyscallContext& ctx, UserIn<char> name, int32_t size,
                   void (*set)(std::string_view)) {
  if (!ctx.process().credentials.lock()->is_root()) return fail(Errno::PERM);
  if (size < 0 || size > static_cast<int32_t>(kMostHostName)) return fail(Errno::INVAL);
  HostName text{};
  const auto given = std::span(text).first(static_cast<size_t>(size));
  TRY(fault_of(name.read_array(given)));
  set({given.data(), given.size()});
  return 0;
}

HostName to_name(std::string_view text) {
  HostName name{};
  text.copy(name.data(), kMostHostName);
  return name;
}

}  // namespace

HostName host_name() { return host_names.lock()->node; }
HostName domain_name() { return host_names.lock()->domain; }
void set_host_name(std::string_view name) { host_names.lock()->node = to_name(name); }
void set_domain_name(std::string_view name) { host_names.lock()->domain = to_name(name); }

SysResult sys_uname(SyscallContext&, UserOut<abi::utsname> out) {
  abi::utsname names{};
  const HostNames host = *host_names.lock();
  fill(names.system, kSystemName);
  fill(names.node, host.node.data());
  fill(names.release, kSystemRelease);
  fill(names.version, kSystemVersion);
  fill(names.machine, machine_name());
  fill(names.domain, host.domain.data());
  TRY(put(out, names));
  return 0;
}

SysResult sys_sethostname(SyscallContext& ctx, UserIn<char> name, int32_t size) {
  return set_name(ctx, name, size, &set_host_name);
}
SysResult sys_setdomainname(SyscallContext& ctx, UserIn<char> name, int32_t size) {
  return set_name(ctx, name, size, &set_domain_name);
}

SysResult sys_sysinfo(SyscallContext&, UserOut<abi::sysinfo> out) {
  const auto counts = vm::frames().counts();
  abi::sysinfo info{};
  info.uptime = hal::now().ns / 1'000'000'000;
  info.total_ram = counts.total * kPageSize;
  info.free_ram = counts.free() * kPageSize;
  info.unit = 1;
  {
    LockGuard guard(tasks_lock);
    info.processes = static_cast<uint16_t>(tasks().count());
  }
  TRY(put(out, info));
  return 0;
}

SysResult sys_getrandom(SyscallContext&, UserOut<std::byte> buffer, size_t size, uint32_t flags) {
  constexpr uint32_t kKnown = 7;
  if ((flags & ~kKnown) != 0) return fail(Errno::INVAL);
  size = std::min(size, fs::kMaxTransfer);
  std::array<std::byte, 256> bytes;
  for (size_t done = 0; done < size;) {
    const auto piece = std::span(bytes).first(std::min(bytes.size(), size - done));
    hal::entropy(piece);
    const auto written = fault_of(buffer.write_array(piece, done));
    if (!written && done == 0) return fail(written.error());
    if (!written) return uint64_t{done};
    done += piece.size();
  }
  return uint64_t{size};
}

SysResult sys_personality(SyscallContext&, uint32_t persona) {
  constexpr uint32_t kAsk = ~0u;
  constexpr uint32_t kNoRandomisation = 0x0040000;
  if (persona != kAsk && (persona & ~kNoRandomisation) != 0) return fail(Errno::INVAL);
  return 0;
}

// --- Scheduling

namespace {

exec::Task<SysResult> yield_call() {
  co_await exec::yield();
  co_return uint64_t{0};
}

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

enum Policy : int32_t { kOther = 0, kFifo = 1, kRoundRobin = 2, kBatch = 3, kIdle = 5 };
bool is_policy(int32_t policy) { return policy >= kOther && policy <= kIdle && policy != 4; }

}  // namespace

exec::Eventually<SysResult> sys_sched_yield(SyscallContext&) { return yield_call(); }

SysResult sys_sched_getaffinity(SyscallContext& ctx, int32_t pid, uint32_t size,
                                UserOut<std::byte> mask) {
  if (size < sizeof(uint64_t) || size % sizeof(uint64_t) != 0) return fail(Errno::INVAL);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    const uint64_t cpus = thread.object().allowed_cpus() & all_cpus();
    TRY(put(UserOut<uint64_t>(mask.address()), cpus));
    return sizeof cpus;
  });
}

SysResult sys_sched_setaffinity(SyscallContext& ctx, int32_t pid, uint32_t size,
                                UserIn<std::byte> mask) {
  uint64_t cpus = 0;
  const size_t bytes = std::min<size_t>(size, sizeof cpus);
  TRY(fault_of(mask.read_array(std::as_writable_bytes(std::span(&cpus, 1)).first(bytes))));
  if ((cpus & all_cpus()) == 0) return fail(Errno::INVAL);
  return with_thread(ctx, pid, [&](LinuxThread& thread) -> SysResult {
    TRY(to_errno(thread.object().apply_affinity(cpus)));
    return 0;
  });
}

SysResult sys_getcpu(SyscallContext&, UserOut<uint32_t> cpu, UserOut<uint32_t> node,
                     UserOut<std::byte>) {
  TRY(put_if(cpu, uint32_t{hal::current_cpu()}));
  TRY(put_if(node, uint32_t{0}));
  return 0;
}

SysResult sys_sched_getscheduler(SyscallContext& ctx, int32_t pid) {
  return with_thread(ctx, pid, [](LinuxThread&) -> SysResult { return kOther; });
}
SysResult sys_sched_setscheduler(SyscallContext& ctx, int32_t pid, int32_t policy,
                                 UserIn<int32_t> parameters) {
  const int32_t priority = TRY(get(parameters));
  if (!is_policy(policy)) return fail(Errno::INVAL);
  const bool realtime = policy == kFifo || policy == kRoundRobin;
  if (realtime ? priority < 1 || priority > 99 : priority != 0) return fail(Errno::INVAL);
  if (realtime) return fail(Errno::PERM);
  return with_thread(ctx, pid, [](LinuxThread&) -> SysResult { return 0; });
}
SysResult sys_sched_getparam(SyscallContext& ctx, int32_t pid, UserOut<int32_t> parameters) {
  return with_thread(ctx, pid, [&](LinuxThread&) -> SysResult {
    TRY(put(parameters, 0));
    return 0;
  });
}
SysResult sys_sched_get_priority_max(SyscallContext&, int32_t policy) {
  if (!is_policy(policy)) return fail(Errno::INVAL);
  return policy == kFifo || policy == kRoundRobin ? 99 : 0;
}
SysResult sys_sched_get_priority_min(SyscallContext&, int32_t policy) {
  if (!is_policy(policy)) return fail(Errno::INVAL);
  return policy == kFifo || policy == kRoundRobin ? 1 : 0;
}

// A nice value of 0 is 20 here: the call's own encoding.
SysResult sys_getpriority(SyscallContext&, int32_t which, int32_t) {
  if (which < 0 || which > 2) return fail(Errno::INVAL);
  return 20;
}
SysResult sys_setpriority(SyscallContext&, int32_t which, int32_t, int32_t) {
  if (which < 0 || which > 2) return fail(Errno::INVAL);
  return 0;
}

}  // namespace jacinth::linux
