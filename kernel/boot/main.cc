#include "exec/executor.h"
#include "exec/log.h"
#include "hal/boot.h"
#include "hal/console.h"
#include "hal/machine.h"
#include "hal/memory.h"
#include "vm/frames.h"
#include "zircon/userboot.h"

namespace jacinth {
namespace {

LogSeverity severity_of(hal::LogLevel level) {
  switch (level) {
    case hal::LogLevel::Error:
      return LogSeverity::Error;
    case hal::LogLevel::Warning:
      return LogSeverity::Warning;
    case hal::LogLevel::Info:
      return LogSeverity::Info;
    case hal::LogLevel::Debug:
      return LogSeverity::Debug;
    case hal::LogLevel::None:
      return LogSeverity::Fatal;
  }
  return LogSeverity::Info;
}

// A machine that cannot start says so in one line; that is no bug of the kernel's, so no panic.
[[noreturn]] void give_up(const char* explain, Status status) {
  char line[200];
  hal::console_write(format_into(line, "jacinth: cannot start: {} ({})\n", explain, status));
  hal::power_off(1);
}

void run_cpu(hal::CpuId) { exec::Executor::current().run(); }

}  // namespace

void kernel_main(const hal::BootInfo& info) {
  log_set_console_level(severity_of(info.log_level));
  if (const auto started = vm::start(); !started)
    give_up("there is too little memory", started.error());
  exec::make_executors();
  klog(LogSeverity::Debug, "jacinth on {}: {} CPUs, {} MiB free", hal::machine_name(),
       hal::cpu_count(), vm::frames().counts().free() * kPageSize >> 20);
  if (info.personality != hal::Personality::Zircon)
    give_up("this kernel has no such personality", Status::NotSupported);
  const char* explain = "";
  if (const auto started = zircon::start_userboot(info, &explain); !started)
    give_up(explain, started.error());
  hal::start_cpus(&run_cpu);
  run_cpu(0);
  hal::power_off(1);
}

}  // namespace jacinth
