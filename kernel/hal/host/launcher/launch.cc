#include "hal/host/launcher/launch.h"

#include <elf.h>
#include <linux/rseq.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "hal/host/launcher/folders.h"
#include "hal/host/launcher/ram.h"
#include "hal/host/launcher/root.h"
#include "hal/host/layout.h"
#include "hal/host/start.h"
#include "image/elf.h"
#include "image/zbi.h"

extern "C" {
extern const Elf64_Ehdr __ehdr_start;
extern const std::byte jacinth_userboot[], jacinth_userboot_end[];
extern const std::byte jacinth_vdso[], jacinth_vdso_end[];
}

namespace jacinth::launcher {
namespace {

uintptr_t page_down(uintptr_t address) { return address & ~uintptr_t{4095}; }
uintptr_t page_up(uintptr_t address) { return page_down(address + 4095); }

// Linux puts a static position-independent program above the guests' addresses, unless the stack
// may grow without limit: then memory is laid out from below. Start anew with a limit.
void relaunch_when_low(char** argv) {
  constexpr const char* kMark = "JACINTH_RELAUNCHED";
  constexpr rlim_t kStackLimit = 8 << 20;
  if (reinterpret_cast<uintptr_t>(&__ehdr_start) >= host::kUserLimit) return;
  if (std::getenv(kMark) == nullptr) {
    rlimit stack{};
    getrlimit(RLIMIT_STACK, &stack);
    stack.rlim_cur = std::min(stack.rlim_max, kStackLimit);
    setrlimit(RLIMIT_STACK, &stack);
    setenv(kMark, "1", 1);
    execv("/proc/self/exe", argv);
  }
  throw LaunchError("the host loads this program where guests' addresses must be");
}

// The program's writable memory; what relocation wrote once stays out.
void find_segments(host::StartInfo& info) {
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto* headers = reinterpret_cast<const Elf64_Phdr*>(base + __ehdr_start.e_phoff);
  uintptr_t fixed_start = 0, fixed_end = 0;
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    if (headers[i].p_type != PT_GNU_RELRO) continue;
    fixed_start = page_down(base + headers[i].p_vaddr);
    fixed_end = page_down(base + headers[i].p_vaddr + headers[i].p_memsz);
  }
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    const Elf64_Phdr& header = headers[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_W) == 0) continue;
    uintptr_t start = page_down(base + header.p_vaddr);
    const uintptr_t end = page_up(base + header.p_vaddr + header.p_memsz);
    if (start >= fixed_start && start < fixed_end) start = fixed_end;
    if (start >= end) continue;
    if (info.segment_count == std::size(info.segments))
      throw LaunchError("the program has too many segments");
    info.segments[info.segment_count++] = {start, end - start};
  }
}

// The host would write to the C library's memory, which goes away, on each context switch.
void leave_restartable_sequences() {
  constexpr unsigned kLeastSize = 32;
  char* thread = static_cast<char*>(__builtin_thread_pointer());
  syscall(SYS_rseq, thread + __rseq_offset, std::max(kLeastSize, __rseq_size), RSEQ_FLAG_UNREGISTER,
          RSEQ_SIG);
}

void check_zbi(const Ram& ram, const host::StartImage& zbi, const std::string& path) {
  const auto parsed = image::Zbi::parse(ram.view(zbi));
  if (!parsed)
    throw LaunchError(path + ": not a boot image: " + parsed.error().what + " at byte " +
                      std::to_string(parsed.error().offset));
  for (const image::ZbiItem& item : *parsed) {
    if (!item.check_crc())
      throw LaunchError(path + ": damaged: wrong checksum at byte " + std::to_string(item.offset));
  }
}

void check_elf(const Ram& ram, const host::StartImage& program, const std::string& path) {
  const auto parsed = image::Elf::parse(ram.view(program));
  if (!parsed) throw LaunchError(path + ": not a program: " + parsed.error().what);
}

// A program that reads commands edits lines and prompts only where somebody sits at a terminal,
// which it cannot find out for itself.
std::string told_of_terminal(std::string command_line) {
  const bool said = command_line.starts_with("TERM=") || command_line.contains(" TERM=");
  if (said || isatty(STDIN_FILENO) != 0) return command_line;
  return command_line + (command_line.empty() ? "TERM=dumb" : " TERM=dumb");
}

host::StartImage program_or_built_in(Ram& ram, const std::string& path, const std::byte* from,
                                     const std::byte* to) {
  if (path.empty()) return ram.add_bytes({from, to});
  const host::StartImage added = ram.add_file(path);
  check_elf(ram, added, path);
  return added;
}

// Strings with a NUL each.
host::StartImage add_strings(Ram& ram, const std::vector<std::string>& strings) {
  std::string all;
  for (const std::string& string : strings) all.append(string).push_back('\0');
  return ram.add_bytes(std::as_bytes(std::span(all)));
}

}  // namespace

uint32_t default_cpus() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return std::clamp(static_cast<uint32_t>(CPU_COUNT(&allowed)), 1u, 4u);
}

void launch(const LaunchOptions& options, char** argv) {
  relaunch_when_low(argv);
  Ram ram(options.memory);
  host::StartInfo info{};
  if (!options.zbi.empty()) {
    info.zbi = ram.add_file(options.zbi);
    check_zbi(ram, info.zbi, options.zbi);
  }
  info.userboot =
      program_or_built_in(ram, options.userboot, jacinth_userboot, jacinth_userboot_end);
  info.vdso = program_or_built_in(ram, options.vdso, jacinth_vdso, jacinth_vdso_end);
  std::vector<std::string> folders = options.folders;
  if (!options.root.empty()) {
    if (options.copy_root || !std::filesystem::is_directory(options.root)) {
      info.ramdisk = add_root(ram, options.root);
    } else {
      folders.push_back(options.root + ":/");
    }
  }
  info.arguments = add_strings(ram, options.arguments);
  info.environment = add_strings(ram, options.environment);
  add_folders(ram, folders, info);
  const std::string command_line = told_of_terminal(options.command_line);
  info.command_line = ram.add_bytes(std::as_bytes(std::span(command_line)));
  info.memory_fd = ram.fd();
  info.direct_map = ram.direct_map();
  info.ram_bytes = ram.bytes();
  info.free_ram_bytes = ram.free_bytes();
  info.personality = static_cast<uint32_t>(options.personality);
  info.log_level = static_cast<uint32_t>(options.log_level);
  info.trace_mask = options.trace_mask;
  info.cpus = options.cpus;
  info.slow_calls = options.slow_calls;
  constexpr unsigned long kFsgsbase = 1 << 1;
  info.fsgsbase = (getauxval(AT_HWCAP2) & kFsgsbase) != 0;
  find_segments(info);
  leave_restartable_sequences();
  host::jacinth_host_start(&info);
}

}  // namespace jacinth::launcher
