// The system as a whole.
#include <algorithm>

#include "hal/clock.h"
#include "hal/machine.h"
#include "linux/arch.h"
#include "linux/host_names.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/time/time_values.h"
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
  constexpr uint32_t kKnown = 7, kRandom = 2, kInsecure = 4;
  if ((flags & ~kKnown) != 0) return fail(Errno::INVAL);
  if ((flags & kRandom) != 0 && (flags & kInsecure) != 0) return fail(Errno::INVAL);
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

// Remembered, for those who set what they then ask for; only plain Linux is run.
SysResult sys_personality(SyscallContext& ctx, uint32_t persona) {
  constexpr uint32_t kAsk = ~0u;
  constexpr uint32_t kNoRandomisation = 0x0040000;
  if (persona == kAsk) return ctx.process().persona.load();
  if ((persona & ~kNoRandomisation) != 0) return fail(Errno::INVAL);
  return ctx.process().persona.exchange(persona);
}

// --- Clocks that could be adjusted: they can be asked how they run.

namespace {

struct Timex {  // struct timex
  uint32_t modes, padding1;
  int64_t offset, frequency, most_error, estimated_error;
  int32_t status, padding2;
  int64_t constant, precision, tolerance;
  abi::timeval time;
  int64_t tick, pps[4];
  int64_t jitter_count, calibrations, errors, stability;
  int32_t tai, padding3[11];
};
static_assert(sizeof(Timex) == 208);

SysResult tell_clock(SyscallContext& ctx, UserInOut<std::byte> timex) {
  constexpr uint64_t kUnsynchronised = 5;
  constexpr int32_t kStatusUnsynchronised = 0x40;
  constexpr int64_t kUsualTick = 10000, kMostError = 16'000'000;
  const UserInOut<Timex> at(timex.address());
  Timex clock = TRY(get(at));
  if (clock.modes != 0) return fail(Errno::PERM);
  clock = {};
  clock.status = kStatusUnsynchronised;
  clock.most_error = clock.estimated_error = kMostError;
  clock.precision = 1;
  clock.tolerance = 32768000;
  clock.constant = 2;
  clock.tick = kUsualTick;
  clock.time = to_timeval(TRY(read_clock(ctx, kClockRealtime)));
  TRY(put(at, clock));
  return kUnsynchronised;
}

}  // namespace

SysResult sys_adjtimex(SyscallContext& ctx, UserInOut<std::byte> timex) {
  return tell_clock(ctx, timex);
}

SysResult sys_clock_adjtime(SyscallContext& ctx, int32_t clock, UserInOut<std::byte> timex) {
  if (clock != kClockRealtime) {
    TRY(read_clock(ctx, clock));
    return fail(Errno::OPNOTSUPP);
  }
  return tell_clock(ctx, timex);
}

SysResult sys_settimeofday(SyscallContext&, UserIn<abi::timeval> time, UserIn<int32_t> zone) {
  if (!time.is_null()) TRY(to_duration(TRY(get(time))));
  if (!zone.is_null()) TRY(get(zone));
  return fail(Errno::PERM);
}

}  // namespace jacinth::linux
