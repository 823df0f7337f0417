#include "zircon/info.h"

#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

InfoTopic find_topic(uint32_t topic) {
  switch (topic) {
    case ZX_INFO_HANDLE_VALID:
      return &info_handle_valid;
    case ZX_INFO_HANDLE_BASIC:
      return &info_handle_basic;
    case ZX_INFO_HANDLE_COUNT:
      return &info_handle_count;
    case ZX_INFO_HANDLE_TABLE:
      return &info_handle_table;
    case ZX_INFO_PROCESS:
      return &info_process;
    case ZX_INFO_PROCESS_THREADS:
      return &info_process_threads;
    case ZX_INFO_PROCESS_HANDLE_STATS:
      return &info_process_handle_stats;
    case ZX_INFO_PROCESS_MAPS:
      return &info_process_maps;
    case ZX_INFO_PROCESS_VMOS:
      return &info_process_vmos;
    case ZX_INFO_JOB:
      return &info_job;
    case ZX_INFO_JOB_CHILDREN:
      return &info_job_children;
    case ZX_INFO_JOB_PROCESSES:
      return &info_job_processes;
    case ZX_INFO_THREAD:
      return &info_thread;
    case ZX_INFO_THREAD_STATS:
      return &info_thread_stats;
    case ZX_INFO_THREAD_EXCEPTION_REPORT:
      return &info_thread_exception_report;
    case ZX_INFO_TASK_STATS:
      return &info_task_stats;
    case ZX_INFO_VMAR:
      return &info_vmar;
    case ZX_INFO_VMO:
      return &info_vmo;
    case ZX_INFO_SOCKET:
      return &info_socket;
    case ZX_INFO_TIMER:
      return &info_timer;
    case ZX_INFO_STREAM:
      return &info_stream;
    case ZX_INFO_RESOURCE:
      return &info_resource;
    case ZX_INFO_BTI:
      return &info_bti;
    case ZX_INFO_MSI:
      return &info_msi;
    case ZX_INFO_CPU_STATS:
      return &info_cpu_stats;
    case ZX_INFO_KMEM_STATS:
      return &info_kmem_stats;
    default:
      return nullptr;
  }
}

}  // namespace

Result<> InfoQuery::tell(size_t copied, size_t there_are) {
  if (!actual.is_null()) TRY(actual.write(copied));
  if (!available.is_null()) TRY(available.write(there_are));
  return {};
}

Result<> sys_object_get_info(SyscallContext& ctx, HandleValue handle, uint32_t topic,
                             UserOut<std::byte> buffer, size_t buffer_size,
                             UserOut<size_t> actual_count, UserOut<size_t> avail_count) {
  const InfoTopic answer = find_topic(topic);
  if (answer == nullptr) return fail(Status::NotSupported);
  InfoQuery query{ctx, handle, buffer, buffer_size, actual_count, avail_count};
  return answer(query);
}

}  // namespace jacinth::zircon
