#include "linux/proc/task_text.h"

#include <algorithm>
#include <bit>

#include "linux/signals/send.h"
#include "linux/task/task_table.h"
#include "linux/task/usage.h"
#include "linux/tracing/tracing.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux::task_text {
namespace {

constexpr int64_t kTickNs = 10'000'000;  // the unit of times: USER_HZ is 100

std::string_view text_of(const std::array<char, 16>& name) {
  return {name.data(), static_cast<size_t>(std::ranges::find(name, '\0') - name.begin())};
}

struct SignalSets {
  SignalSet thread_pending = 0, process_pending = 0, blocked = 0, ignored = 0, caught = 0;
};

// All of a moment.
struct Snapshot {
  std::array<char, 16> name{};
  char state = 'Z';
  int32_t process = 0, parent = 0, group = 0, session = 0, foreground = -1;
  uint64_t terminal = 0;
  uint32_t threads = 0;
  Usage usage, children;
  uint32_t last_cpu = 0;
  uint64_t allowed_cpus = 0;
  SignalSets signals;
  int32_t tracer = 0;
  bool alive = false;
};

char state_of(LinuxThread& thread) REQUIRES(tasks_lock) {
  if (thread.traced && Tracing::is_stopped(*thread.tracee)) return 't';
  if (thread.process().stopped()) return 'T';
  switch (thread.object().state()) {
    case exec::Activity::State::Runnable:
    case exec::Activity::State::Running:
    case exec::Activity::State::Woken:
      return 'R';
    default:
      return 'S';
  }
}

void look_at_signals(LinuxProcess& process, LinuxThread& thread, SignalSets& sets) {
  {
    LockGuard guard(process.signal_lock());
    sets.thread_pending = thread.signals.pending.set();
    sets.process_pending = process.pending().set();
    sets.blocked = thread.signals.mask;
  }
  for (int32_t signal = 1; signal <= kLastSignal; ++signal) {
    const uint64_t handler = process.handlers().get(signal).handler;
    if (handler == signal_action::kIgnore) sets.ignored |= bit_of(signal);
    if (handler > signal_action::kIgnore) sets.caught |= bit_of(signal);
  }
}

void look_at_thread(const Subject& subject, LinuxThread& thread, Snapshot& seen)
    REQUIRES(tasks_lock) {
  LinuxProcess& process = subject.process();
  const Thread::Stats stats = thread.object().stats();
  seen.alive = true;
  seen.name = thread.name;
  seen.state = state_of(thread);
  seen.tracer = Tracing::tracer_of(thread);
  seen.usage = subject.thread_id() != 0 ? usage_of(thread.object()) : process.usage();
  seen.last_cpu = stats.last_cpu == Thread::kNoCpu ? 0 : stats.last_cpu;
  seen.allowed_cpus = thread.object().allowed_cpus();
  look_at_signals(process, thread, seen.signals);
}

ErrnoOr<Snapshot> look(const Subject& subject) {
  LinuxProcess& process = subject.process();
  Snapshot seen;
  LockGuard guard(tasks_lock);
  if (process.state() == LinuxProcess::State::Reaped) return fail(Errno::SRCH);
  seen.process = process.id();
  const LinuxProcess* const parent = process.parent();
  seen.parent = parent != nullptr ? parent->id() : process.id() == kInitId ? 0 : kInitId;
  seen.group = process.group();
  seen.session = process.session();
  seen.threads = std::max(process.thread_count(), 1u);
  seen.children = process.children_usage();
  seen.name = process.last_name();
  if (Terminal* const terminal = Terminal::of_locked(process); terminal != nullptr) {
    seen.terminal = terminal->number().encoded();
    seen.foreground = terminal->foreground();
  }
  LinuxThread* thread = subject.thread_id() != 0 ? tasks().find_thread(subject.thread_id())
                                                 : tasks().find_thread(process.id());
  if (thread == nullptr && !process.threads().empty()) thread = &process.threads().front();
  if (thread != nullptr) look_at_thread(subject, *thread, seen);
  if (subject.thread_id() != 0 && !seen.alive) return fail(Errno::SRCH);
  return seen;
}

struct MemorySizes {
  uint64_t mapped = 0, resident = 0, shared = 0;
  LinuxMemory::Layout layout{};
  LinuxMemory::Totals totals;
};

MemorySizes sizes_of(const Subject& subject) {
  MemorySizes sizes;
  const auto memory = subject.memory();
  if (!memory) return sizes;
  sizes.layout = memory->layout;
  if (const auto totals = memory->totals(); totals) sizes.totals = *totals;
  const auto stats = memory->space()->stats();
  if (!stats) return sizes;
  sizes.mapped = stats->mapped_bytes;
  sizes.resident = stats->private_bytes + stats->shared_bytes;
  sizes.shared = stats->shared_bytes;
  return sizes;
}

void write_kilobytes(TextSink& out, std::string_view name, uint64_t bytes) {
  format_to(out, "{}:\t{:8} kB\n", name, bytes / 1024);
}

std::string_view word_for(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'T':
      return "stopped";
    case 't':
      return "tracing stop";
    case 'Z':
      return "zombie";
    default:
      return "sleeping";
  }
}

void write_cpus(TextSink& out, uint64_t cpus) {
  format_to(out, "Cpus_allowed:\t{:x}\nCpus_allowed_list:\t", cpus);
  bool first = true;
  while (cpus != 0) {
    const int begin = std::countr_zero(cpus);
    const int count = std::countr_one(cpus >> begin);
    if (!first) out.write(",");
    first = false;
    if (count == 1) {
      format_to(out, "{}", begin);
    } else {
      format_to(out, "{}-{}", begin, begin + count - 1);
    }
    cpus = count + begin >= 64 ? 0 : cpus >> (begin + count) << (begin + count);
  }
  out.write("\n");
}

void write_ids(TextSink& out, std::string_view name, const CredentialSet::Ids& ids) {
  format_to(out, "{}:\t{}\t{}\t{}\t{}\n", name, ids.real, ids.effective, ids.saved,
            ids.file_system);
}

}  // namespace

ErrnoOr<> stat(const Subject& subject, TextSink& out) {
  const Snapshot seen = TRY(look(subject));
  const MemorySizes memory = sizes_of(subject);
  const LinuxMemory::Layout& layout = memory.layout;
  // Where things are is nobody's business who may not look into the process.
  const bool open = subject.check_inspect().has_value();
  auto shown = [open](uint64_t address) { return open ? address : 0; };
  const uint64_t rss_limit = subject.process().limits.lock()->of[kLimitRss].soft;
  format_to(out, "{} ({}) {} {} {} {} {} {} {} ", subject.id(), text_of(seen.name), seen.state,
            seen.parent, seen.group, seen.session, seen.terminal, seen.foreground, 0x400000);
  // Faults are not counted.
  format_to(out, "0 0 0 0 {} {} {} {} 20 0 {} 0 {} ", seen.usage.user_ns() / kTickNs,
            seen.usage.system_ns / kTickNs, seen.children.user_ns() / kTickNs,
            seen.children.system_ns / kTickNs, seen.threads,
            subject.process().started_at.ns / kTickNs);
  format_to(out, "{} {} {} {} {} {} 0 0 {} {} {} {} ", memory.mapped, memory.resident / kPageSize,
            rss_limit, shown(layout.code_start), shown(layout.code_end), shown(layout.stack_start),
            seen.signals.thread_pending & 0x7fff'ffff, seen.signals.blocked & 0x7fff'ffff,
            seen.signals.ignored & 0x7fff'ffff, seen.signals.caught & 0x7fff'ffff);
  format_to(out, "{} 0 0 {} {} 0 0 0 0 0 {} {} {} {} {} {} {} 0\n", seen.state == 'S' ? 1 : 0,
            kSigChld, seen.last_cpu, shown(layout.data_start), shown(layout.data_end),
            shown(layout.heap_start), shown(layout.arguments_start), shown(layout.arguments_end),
            shown(layout.arguments_end), shown(layout.environment_end));
  return {};
}

namespace {

uint64_t signals_of(uint32_t user) {
  LockGuard guard(tasks_lock);
  return queued_signals_of(user);
}

}  // namespace

ErrnoOr<> status(const Subject& subject, TextSink& out) {
  const Snapshot seen = TRY(look(subject));
  const CredentialSet who = *subject.process().credentials.lock();
  const uint64_t queue_limit = subject.process().limits.lock()->of[kLimitSigpending].soft;
  format_to(out, "Name:\t{}\nUmask:\t0022\nState:\t{} ({})\nTgid:\t{}\nNgid:\t0\nPid:\t{}\n",
            text_of(seen.name), seen.state, word_for(seen.state), seen.process, subject.id());
  format_to(out, "PPid:\t{}\nTracerPid:\t{}\n", seen.parent, seen.tracer);
  write_ids(out, "Uid", who.user);
  write_ids(out, "Gid", who.group);
  format_to(out, "FDSize:\t64\nGroups:\t");
  for (const uint32_t group : who.groups.view()) format_to(out, "{} ", group);
  format_to(out, "\nNStgid:\t{}\nNSpid:\t{}\nNSpgid:\t{}\nNSsid:\t{}\n", seen.process, subject.id(),
            seen.group, seen.session);
  if (seen.alive) {
    const MemorySizes memory = sizes_of(subject);
    write_kilobytes(out, "VmPeak", memory.mapped);
    write_kilobytes(out, "VmSize", memory.mapped);
    write_kilobytes(out, "VmLck", memory.totals.locked);
    write_kilobytes(out, "VmPin", 0);
    write_kilobytes(out, "VmHWM", memory.resident);
    write_kilobytes(out, "VmRSS", memory.resident);
    write_kilobytes(out, "RssAnon", memory.resident - memory.shared);
    write_kilobytes(out, "RssFile", memory.shared);
    write_kilobytes(out, "RssShmem", 0);
    write_kilobytes(out, "VmData", memory.totals.data);
    write_kilobytes(out, "VmStk", memory.totals.stack);
    write_kilobytes(out, "VmExe", memory.layout.code_end - memory.layout.code_start);
    write_kilobytes(out, "VmSwap", 0);
  }
  format_to(out, "Threads:\t{}\nSigQ:\t{}/{}\n", seen.threads, signals_of(who.user.real),
            queue_limit);
  format_to(out, "SigPnd:\t{:016x}\nShdPnd:\t{:016x}\nSigBlk:\t{:016x}\n",
            seen.signals.thread_pending, seen.signals.process_pending, seen.signals.blocked);
  format_to(out, "SigIgn:\t{:016x}\nSigCgt:\t{:016x}\n", seen.signals.ignored, seen.signals.caught);
  const auto& capabilities = who.capabilities;
  format_to(out, "CapInh:\t{:016x}\nCapPrm:\t{:016x}\nCapEff:\t{:016x}\nCapBnd:\t{:016x}\n",
            capabilities.inheritable, capabilities.permitted, capabilities.effective,
            capabilities.bounding);
  format_to(out, "CapAmb:\t{:016x}\nNoNewPrivs:\t{}\nSeccomp:\t0\nSeccomp_filters:\t0\n", 0,
            subject.process().no_new_privileges ? 1 : 0);
  const hal::CpuId cpus = hal::cpu_count();
  write_cpus(out, seen.allowed_cpus & (cpus == 64 ? ~uint64_t{0} : (uint64_t{1} << cpus) - 1));
  format_to(out, "Mems_allowed:\t1\nMems_allowed_list:\t0\n");
  format_to(out, "voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n");
  return {};
}

ErrnoOr<> limits(const Subject& subject, TextSink& out) {
  struct Row {
    std::string_view name, unit;
    uint32_t which;
  };
  constexpr Row kRows[] = {{"Max cpu time", "seconds", kLimitCpu},
                           {"Max file size", "bytes", kLimitFileSize},
                           {"Max data size", "bytes", kLimitData},
                           {"Max stack size", "bytes", kLimitStack},
                           {"Max core file size", "bytes", kLimitCore},
                           {"Max resident set", "bytes", kLimitRss},
                           {"Max processes", "processes", kLimitProcesses},
                           {"Max open files", "files", kLimitFiles},
                           {"Max locked memory", "bytes", kLimitMemlock},
                           {"Max address space", "bytes", kLimitAddressSpace},
                           {"Max file locks", "locks", kLimitLocks},
                           {"Max pending signals", "signals", kLimitSigpending},
                           {"Max msgqueue size", "bytes", kLimitMessageQueue},
                           {"Max nice priority", "", kLimitNice},
                           {"Max realtime priority", "", kLimitRealtimePriority},
                           {"Max realtime timeout", "us", kLimitRealtimeTime}};
  const Limits limits = *subject.process().limits.lock();
  auto write_value = [&out](uint64_t value) {
    if (value == kUnlimited) {
      format_to(out, "{:<20} ", "unlimited");
    } else {
      format_to(out, "{:<20} ", value);
    }
  };
  format_to(out, "{:<25} {:<20} {:<20} {:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
  for (const Row& row : kRows) {
    format_to(out, "{:<25} ", row.name);
    write_value(limits.of[row.which].soft);
    write_value(limits.of[row.which].hard);
    if (!row.unit.empty()) format_to(out, "{:<10}", row.unit);
    out.write("\n");
  }
  return {};
}

// Transfers are not counted.
ErrnoOr<> io(const Subject&, TextSink& out) {
  out.write(
      "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\n"
      "cancelled_write_bytes: 0\n");
  return {};
}

}  // namespace jacinth::linux::task_text
