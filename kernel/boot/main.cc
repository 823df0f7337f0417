#include "base/panic_report.h"
#include "exec/executor.h"
#include "exec/log.h"
#include "hal/boot.h"
#include "hal/console.h"
#include "hal/machine.h"
#include "hal/memory.h"
#include "linux/start.h"
#include "object/task/thread.h"
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

// For panics: what each CPU was at.
void report_running(TextSink& out) {
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    const exec::Activity* running = exec::Executor::of(cpu).running();
    format_to(out, "  CPU {}: ", cpu);
    if (running == nullptr) {
      out.write("nothing");
    } else if (running->runs_user_program()) {
      static_cast<const Thread*>(running)->describe(out);
    } else {
      out.write("the kernel's own work");
    }
    out.write("\n");
  }
}

Result<> start_personality(const hal::BootInfo& info, const char** explain) {
  switch (info.personality) {
    case hal::Personality::Zircon:
      return zircon::start_userboot(info, explain);
    case hal::Personality::Linux:
      return linux::start(info, explain);
    case hal::Personality::Xv6:
      break;
  }
  *explain = "this kernel has no such personality";
  return fail(Status::NotSupported);
}

void run_cpu(hal::CpuId) { exec::Executor::current().run(); }

}  // namespace

void kernel_main(const hal::BootInfo& info) {
  log_set_console_level(severity_of(info.log_level));
  if (const auto started = vm::start(); !started)
    give_up("there is too little memory", started.error());
  exec::make_executors();
  set_panic_report(&report_running);
  klog(LogSeverity::Debug, "jacinth on {}: {} CPUs, {} MiB free", hal::machine_name(),
       hal::cpu_count(), vm::frames().counts().free() * kPageSize >> 20);
  const char* explain = "";
  if (const auto started = start_personality(info, &explain); !started)
    give_up(explain, started.error());
  hal::start_cpus(&run_cpu);
  run_cpu(0);
  hal::power_off(1);
}

}  // namespace jacinth
