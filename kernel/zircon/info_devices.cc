// Information about timers, exceptions and CPUs.
#include <algorithm>

#include "exec/executor.h"
#include "exec/service.h"
#include "object/sync/timer.h"
#include "object/task/thread.h"
#include "zircon/info.h"
#include "zircon/resources.h"

namespace jacinth::zircon {

Result<> info_timer(InfoQuery& query) {
  const Timer::Info info = TRY(query.get<Timer>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_timer_t{.options = info.options,
                                          .padding1 = {},
                                          .deadline = info.deadline.ns,
                                          .slack = info.slack.ns});
}

Result<> info_thread_exception_report(InfoQuery& query) {
  auto thread = TRY(query.get<Thread>(rights::kInspect));
  const ExceptionReport report = TRY(thread->exception_report());
  zx_exception_report_t record{};
  record.header.size = sizeof(record);
  record.header.type = static_cast<zx_excp_type_t>(report.type);
  record.context.arch.x86_64.vector = report.vector;
  record.context.arch.x86_64.err_code = report.code;
  record.context.arch.x86_64.cr2 = raw(report.address);
  return query.answer_one(record);
}

Result<> info_cpu_stats(InfoQuery& query) {
  TRY(validate_resource(query.ctx, query.handle, ResourceKind::Root));
  const size_t cpus = hal::cpu_count();
  const size_t told = std::min(cpus, query.room<zx_info_cpu_stats_t>());
  for (size_t i = 0; i < told; ++i) {
    const auto& counters = exec::Executor::of(static_cast<hal::CpuId>(i)).counters();
    const auto value = [](const std::atomic<uint64_t>& counter) {
      return counter.load(std::memory_order_relaxed);
    };
    zx_info_cpu_stats_t record{};
    record.cpu_number = static_cast<uint32_t>(i);
    record.flags = exec::in_service(record.cpu_number) ? ZX_INFO_CPU_STATS_FLAG_ONLINE : 0;
    record.idle_time = static_cast<zx_duration_t>(value(counters.idle_ns));
    record.context_switches = value(counters.switches);
    record.reschedules = record.context_switches;
    record.preempts = value(counters.yields);
    record.ints = value(counters.interrupts);
    record.timer_ints = value(counters.timers);
    record.reschedule_ipis = value(counters.ipis);
    record.page_faults = value(counters.faults);
    record.syscalls = value(counters.syscalls);
    TRY(query.write(i, record));
  }
  return query.tell(told, cpus);
}

}  // namespace jacinth::zircon
