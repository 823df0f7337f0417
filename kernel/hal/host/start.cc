// The kernel's first code: from the C library's process to the machine.
#include "hal/host/start.h"

#include "hal/boot.h"
#include "hal/host/clock_setup.h"
#include "hal/host/console.h"
#include "hal/host/host_thread.h"
#include "hal/host/layout.h"
#include "hal/host/processes.h"
#include "hal/host/signals.h"
#include "hal/host/sys.h"
#include "hal/host/timer.h"
#include "hal/host/vectors.h"
#include "hal/host_folders.h"
#include "hal/memory.h"

namespace jacinth::host {
namespace {

constinit StartInfo start_info{};
constinit hal::BootInfo boot_info{};

[[noreturn]] void refuse(const char* reason) {
  write_all(2, "jacinth: ");
  write_all(2, reason);
  write_all(2, "\n");
  sys::exit_group(1);
}

std::span<const std::byte> image(const StartImage& from) {
  return {hal::phys_to_virt(PhysAddr{from.offset}), from.bytes};
}

void fill_boot_info() {
  auto text = [](const StartImage& from) {
    const auto bytes = image(from);
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  boot_info = {.personality = static_cast<hal::Personality>(start_info.personality),
               .log_level = static_cast<hal::LogLevel>(start_info.log_level),
               .trace_mask = start_info.trace_mask,
               .command_line = text(start_info.command_line),
               .zbi = image(start_info.zbi),
               .userboot = image(start_info.userboot),
               .vdso = image(start_info.vdso),
               .ramdisk = image(start_info.ramdisk),
               .arguments = text(start_info.arguments),
               .environment = text(start_info.environment)};
}

constinit hal::HostFolder folders[kMostFolders]{};

void find_folders() {
  for (size_t i = 0; i < start_info.folder_count; ++i) {
    const auto place = image(start_info.folders[i].place);
    folders[i] = {.place = {reinterpret_cast<const char*>(place.data()), place.size()},
                  .file = start_info.folders[i].file};
  }
}

ConsoleMode console_mode() {
  const bool is_linux =
      static_cast<hal::Personality>(start_info.personality) == hal::Personality::Linux;
  return is_linux ? ConsoleMode::Raw : ConsoleMode::Keys;
}

// On the kernel stack of virtual CPU 0.
[[noreturn]] void start_machine() {
  set_up_first_process();
  HostThread& self = make_first_thread(0);
  self.tid.store(sys::get_tid());
  vcpus[0].thread.store(&self);
  enter_host_thread(self);
  set_up_signals();
  sys::call(sys::Call::Prctl, sys::kPrSetTimerslack, 1);
  if (!set_up_vectors()) refuse("this processor has no XSAVE");
  // Helpers may run on any host CPU, so they come before this thread is bound to one.
  if (!start_service() || !start_timer_thread() || !start_console(console_mode()))
    refuse("the host gives no more threads");
  pin_to_host_cpu(0);
  fill_boot_info();
  find_folders();
  finish_clock_calibration();
  kernel_main(boot_info);
}

}  // namespace

void jacinth_host_start(const StartInfo* info) {
  begin_clock_calibration();
  start_info = *info;
  layout = {.memory_fd = info->memory_fd,
            .direct_map = static_cast<std::byte*>(info->direct_map),
            .ram_bytes = info->ram_bytes,
            .free_ram_bytes = info->free_ram_bytes,
            .cpus = info->cpus,
            .slow_calls = info->slow_calls};
  has_fsgsbase = info->fsgsbase;
  find_host_cpus();
  Segment segments[4];
  for (size_t i = 0; i < start_info.segment_count; ++i)
    segments[i] = {start_info.segments[i].start, start_info.segments[i].bytes};
  if (const char* problem = set_up_layout(segments, start_info.segment_count)) refuse(problem);
  asm volatile("mov %0, %%rsp\n xor %%ebp, %%ebp\n call *%1\n ud2" ::"r"(layout.kernel_stack(0) +
                                                                         kKernelStackBytes),
               "r"(start_machine)
               : "memory");
  __builtin_unreachable();
}

}  // namespace jacinth::host

namespace jacinth::hal {

std::span<const HostFolder> host_folders() {
  return std::span(host::folders).first(host::start_info.folder_count);
}

}  // namespace jacinth::hal
