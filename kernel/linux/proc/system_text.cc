#include "linux/proc/system_text.h"

#include <algorithm>
#include <array>

#include "hal/clock.h"
#include "hal/cpu.h"
#include "hal/machine.h"
#include "linux/arch.h"
#include "linux/host_names.h"
#include "linux/memory/overcommit.h"
#include "linux/proc/text_node.h"
#include "linux/task/task_table.h"
#include "object/sync/utc.h"
#include "vm/frames.h"

namespace jacinth::linux {
namespace {

constexpr int64_t kTickNs = 10'000'000;
constexpr int64_t kSecondNs = 1'000'000'000;

template <FixedText kText>
ErrnoOr<> always(TextSink& out) {
  out.write({kText.text, sizeof kText.text - 1});
  return {};
}
ErrnoOr<> accept_any(std::string_view) { return {}; }

std::string_view view(const HostName& name) {
  return {name.data(), static_cast<size_t>(std::ranges::find(name, '\0') - name.begin())};
}

// --- Files of /proc itself

// CPU time that programs have used: of those that live, and of those they have waited for.
struct Totals {
  Usage usage;
  uint32_t tasks = 0, running = 0;
  int32_t newest = 0;
};

Totals totals() {
  Totals sum;
  LockGuard guard(tasks_lock);
  sum.tasks = tasks().count();
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    sum.newest = std::max(sum.newest, process.id());
    sum.usage += process.children_usage();
    if (process.state() != LinuxProcess::State::Alive) return;
    sum.usage += process.usage();
    for (LinuxThread& thread : process.threads())
      sum.running += thread.object().state() == exec::Activity::State::Sleeping ? 0 : 1;
  });
  return sum;
}

int64_t idle_ns(const Totals& sum) {
  return std::max<int64_t>(0, hal::now().ns * hal::cpu_count() - sum.usage.cpu_ns);
}

ErrnoOr<> cpu_info(TextSink& out) {
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    format_to(out, "processor\t: {}\n", cpu);
    describe_processor(cpu, out);
    out.write("\n");
  }
  return {};
}

ErrnoOr<> memory_info(TextSink& out) {
  struct Row {
    std::string_view name;
    uint64_t pages;
  };
  const auto counts = vm::frames().counts();
  const uint64_t contents = counts.of(vm::FrameUse::Vmo);
  const Row rows[] = {{"MemTotal:", counts.total},
                      {"MemFree:", counts.free()},
                      {"MemAvailable:", counts.free()},
                      {"Buffers:", 0},
                      {"Cached:", 0},
                      {"SwapCached:", 0},
                      {"Active:", contents},
                      {"Inactive:", 0},
                      {"SwapTotal:", 0},
                      {"SwapFree:", 0},
                      {"Dirty:", 0},
                      {"Writeback:", 0},
                      {"AnonPages:", contents},
                      {"Mapped:", 0},
                      {"Shmem:", 0},
                      {"Slab:", counts.of(vm::FrameUse::Heap)},
                      {"SReclaimable:", 0},
                      {"SUnreclaim:", counts.of(vm::FrameUse::Heap)},
                      {"PageTables:", counts.of(vm::FrameUse::PageTable)},
                      {"CommitLimit:", commit_limit() / kPageSize},
                      {"Committed_AS:", promised_bytes() / kPageSize}};
  for (const Row& row : rows)
    format_to(out, "{:<16}{:8} kB\n", row.name, row.pages * (kPageSize / 1024));
  return {};
}

ErrnoOr<> system_stat(TextSink& out) {
  const Totals sum = totals();
  const int64_t user = sum.usage.user_ns() / kTickNs, system = sum.usage.system_ns / kTickNs;
  const int64_t idle = idle_ns(sum) / kTickNs;
  const int64_t cpus = hal::cpu_count();
  format_to(out, "cpu  {} 0 {} {} 0 0 0 0 0 0\n", user, system, idle);
  for (int64_t cpu = 0; cpu < cpus; ++cpu)
    format_to(out, "cpu{} {} 0 {} {} 0 0 0 0 0 0\n", cpu, user / cpus, system / cpus, idle / cpus);
  format_to(out, "intr 0\nctxt 0\nbtime {}\nprocesses {}\nprocs_running {}\nprocs_blocked 0\n",
            (utc_now_ns() - hal::now().ns) / kSecondNs, sum.newest, std::max(sum.running, 1u));
  return {};
}

void write_hundredths(TextSink& out, int64_t ns) {
  format_to(out, "{}.{:02}", ns / kSecondNs, ns % kSecondNs / (kSecondNs / 100));
}

ErrnoOr<> uptime(TextSink& out) {
  write_hundredths(out, hal::now().ns);
  out.write(" ");
  write_hundredths(out, idle_ns(totals()));
  out.write("\n");
  return {};
}

ErrnoOr<> load(TextSink& out) {
  const Totals sum = totals();
  format_to(out, "0.00 0.00 0.00 {}/{} {}\n", std::max(sum.running, 1u), sum.tasks, sum.newest);
  return {};
}

ErrnoOr<> version(TextSink& out) {
  format_to(out, "{} version {} (jacinth@jacinth) (clang) {}\n", kSystemName, kSystemRelease,
            kSystemVersion);
  return {};
}

ErrnoOr<> vm_stat(TextSink& out) {
  const auto counts = vm::frames().counts();
  format_to(out,
            "nr_free_pages {}\nnr_anon_pages {}\nnr_page_table_pages {}\npgfault 0\npgmajfault 0\n",
            counts.free(), counts.of(vm::FrameUse::Vmo), counts.of(vm::FrameUse::PageTable));
  return {};
}

ErrnoOr<> command_line(TextSink& out) {
  format_to(out, "machine={}\n", hal::machine_name());
  return {};
}

// --- /proc/sys

ErrnoOr<> write_host_name(TextSink& out) {
  format_to(out, "{}\n", view(host_name()));
  return {};
}
ErrnoOr<> write_domain_name(TextSink& out) {
  format_to(out, "{}\n", view(domain_name()));
  return {};
}
ErrnoOr<> accept_host_name(std::string_view text) {
  set_host_name(text);
  return {};
}
ErrnoOr<> accept_domain_name(std::string_view text) {
  set_domain_name(text);
  return {};
}
ErrnoOr<> release(TextSink& out) {
  format_to(out, "{}\n", kSystemRelease);
  return {};
}
ErrnoOr<> build(TextSink& out) {
  format_to(out, "{}\n", kSystemVersion);
  return {};
}
ErrnoOr<> most_tasks(TextSink& out) {
  format_to(out, "{}\n", kMostTasks);
  return {};
}
ErrnoOr<> most_ids(TextSink& out) {
  format_to(out, "{}\n", kMaxTaskId);
  return {};
}

using Uuid = std::array<std::byte, 16>;

Uuid random_uuid() {
  Uuid id;
  hal::entropy(id);
  // Version 4, variant 1.
  id[6] = (id[6] & std::byte{0x0f}) | std::byte{0x40};
  id[8] = (id[8] & std::byte{0x3f}) | std::byte{0x80};
  return id;
}

void write_uuid(const Uuid& id, TextSink& out) {
  for (size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.write("-");
    format_to(out, "{:02x}", std::to_integer<uint32_t>(id[i]));
  }
  out.write("\n");
}

ErrnoOr<> new_uuid(TextSink& out) {
  write_uuid(random_uuid(), out);
  return {};
}

struct BootId {
  Uuid id{};
  bool made = false;
};
constinit Guarded<BootId, LockRank::LinuxPart> boot_id;

ErrnoOr<> tell_boot_id(TextSink& out) {
  Uuid id;
  {
    auto known = boot_id.lock();
    if (!known->made) *known = {.id = random_uuid(), .made = true};
    id = known->id;
  }
  write_uuid(id, out);
  return {};
}

constexpr StaticEntry kRandom[] = {{.name = "boot_id", .read = tell_boot_id},
                                   {.name = "entropy_avail", .read = always<"256\n">},
                                   {.name = "poolsize", .read = always<"256\n">},
                                   {.name = "uuid", .read = new_uuid}};
constexpr StaticEntry kKernel[] = {
    {.name = "cap_last_cap", .read = always<"40\n">},
    {.name = "core_pattern", .read = always<"core\n">, .write = accept_any},
    {.name = "core_uses_pid", .read = always<"0\n">, .write = accept_any},
    {.name = "domainname", .read = write_domain_name, .write = accept_domain_name},
    {.name = "hostname", .read = write_host_name, .write = accept_host_name},
    {.name = "ngroups_max", .read = always<"65536\n">},
    {.name = "osrelease", .read = release},
    {.name = "ostype", .read = always<"Linux\n">},
    {.name = "overflowgid", .read = always<"65534\n">},
    {.name = "overflowuid", .read = always<"65534\n">},
    {.name = "pid_max", .read = most_ids},
    {.name = "random", .entries = kRandom},
    {.name = "randomize_va_space", .read = always<"2\n">, .write = accept_any},
    {.name = "sched_autogroup_enabled", .read = always<"0\n">},
    {.name = "sem", .read = always<"32000\t1024000000\t500\t32000\n">},
    {.name = "shmall", .read = always<"18446744073692774399\n">},
    {.name = "shmmax", .read = always<"18446744073692774399\n">},
    {.name = "shmmni", .read = always<"4096\n">},
    {.name = "threads-max", .read = most_tasks},
    {.name = "version", .read = build},
};
constexpr StaticEntry kVm[] = {
    {.name = "max_map_count", .read = always<"65530\n">, .write = accept_any},
    {.name = "mmap_min_addr", .read = always<"65536\n">},
    {.name = "overcommit_memory", .read = tell_overcommit_memory, .write = set_overcommit_memory},
    {.name = "overcommit_ratio", .read = tell_overcommit_ratio, .write = set_overcommit_ratio},
    {.name = "swappiness", .read = always<"60\n">, .write = accept_any},
};
constexpr StaticEntry kFs[] = {
    {.name = "file-max", .read = always<"9223372036854775807\n">},
    {.name = "file-nr", .read = always<"0\t0\t9223372036854775807\n">},
    {.name = "nr_open", .read = always<"1048576\n">},
    {.name = "pipe-max-size", .read = always<"1048576\n">},
    {.name = "pipe-user-pages-soft", .read = always<"16384\n">},
};
constexpr StaticEntry kNetCore[] = {{.name = "somaxconn", .read = always<"4096\n">}};
constexpr StaticEntry kNetIpv4[] = {
    {.name = "ip_local_port_range", .read = always<"32768\t60999\n">},
    {.name = "tcp_fin_timeout", .read = always<"60\n">},
};
constexpr StaticEntry kNet[] = {{.name = "core", .entries = kNetCore},
                                {.name = "ipv4", .entries = kNetIpv4}};
constexpr StaticEntry kSys[] = {{.name = "fs", .entries = kFs},
                                {.name = "kernel", .entries = kKernel},
                                {.name = "net", .entries = kNet},
                                {.name = "vm", .entries = kVm}};

constexpr StaticEntry kTopEntries[] = {
    {.name = "cmdline", .read = command_line},
    {.name = "cpuinfo", .read = cpu_info},
    {.name = "devices",
     .read = always<"Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n"
                    "136 pts\n\nBlock devices:\n">},
    {.name = "filesystems",
     .read = always<"nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tpipefs\n"
                    "nodev\tdevpts\n">},
    {.name = "interrupts", .read = always<"\n">},
    {.name = "loadavg", .read = load},
    {.name = "meminfo", .read = memory_info},
    {.name = "mounts", .link = "self/mounts"},
    {.name = "partitions", .read = always<"major minor  #blocks  name\n\n">},
    {.name = "stat", .read = system_stat},
    {.name = "swaps", .read = always<"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n">},
    {.name = "sys", .entries = kSys},
    {.name = "uptime", .read = uptime},
    {.name = "version", .read = version},
    {.name = "vmstat", .read = vm_stat},
};

}  // namespace

std::span<const StaticEntry> system_entries() { return kTopEntries; }

}  // namespace jacinth::linux
