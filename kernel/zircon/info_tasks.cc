// Information about handles, jobs, processes and threads.
#include <algorithm>

#include "exec/executor.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "zircon/info.h"

namespace jacinth::zircon {

Result<> info_handle_valid(InfoQuery& query) {
  // Asked about handles that may well be bad: no matter for the policy.
  TRY(query.ctx.handles().get<KernelObject>(query.handle, rights::kNone));
  return {};
}

Result<> info_handle_basic(InfoQuery& query) {
  Rights held = 0;
  auto object = TRY(query.ctx.get<KernelObject>(query.handle, rights::kNone, &held));
  return query.answer_one(
      zx_info_handle_basic_t{.koid = object->koid(),
                             .rights = held,
                             .type = static_cast<zx_obj_type_t>(object->type()),
                             .related_koid = object->related_koid(),
                             .props = object->waitable() ? ZX_OBJ_PROP_WAITABLE : ZX_OBJ_PROP_NONE,
                             .padding1 = {}});
}

Result<> info_handle_count(InfoQuery& query) {
  auto object = TRY(query.get<KernelObject>(rights::kInspect));
  return query.answer_one(zx_info_handle_count_t{.handle_count = object->handle_count()});
}

Result<> info_handle_table(InfoQuery& query) {
  auto process =
      TRY(query.get<Process>(rights::kInspect | rights::kManageProcess | rights::kManageThread));
  if (process == &query.ctx.process()) return fail(Status::AccessDenied);
  // Room first, outside the table's lock; handles that come meanwhile are only counted.
  const size_t room =
      std::min<size_t>(query.room<zx_info_handle_extended_t>(), HandleTable::kMaxHandles);
  auto records =
      TRY(Vector<zx_info_handle_extended_t>::with_size(std::min(room, process->handles().count())));
  size_t count = 0;
  process->handles().for_each([&](HandleValue value, const Handle& handle) {
    if (count++ >= records.size()) return;
    const KernelObject& object = *handle.object();
    records[count - 1] = {.type = static_cast<zx_obj_type_t>(object.type()),
                          .handle_value = value,
                          .rights = handle.rights(),
                          .reserved = 0,
                          .koid = object.koid(),
                          .related_koid = object.related_koid(),
                          .peer_owner_koid = 0};
  });
  records.truncate(count);
  TRY(UserOut<zx_info_handle_extended_t>(query.buffer.address()).write_array(records));
  return query.tell(records.size(), count);
}

Result<> info_process(InfoQuery& query) {
  const Process::Info info = TRY(query.get<Process>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_process_t{.return_code = info.return_code,
                                            .started = info.started,
                                            .exited = info.exited,
                                            .debugger_attached = info.debugger_attached,
                                            .padding1 = {}});
}

Result<> info_process_threads(InfoQuery& query) {
  auto process = TRY(query.get<Process>(rights::kEnumerate));
  const Vector<Koid> koids = TRY(process->thread_koids());
  return query.answer_many<Koid>(koids);
}

Result<> info_process_handle_stats(InfoQuery& query) {
  auto process = TRY(query.get<Process>(rights::kInspect));
  const Process::HandleStats stats = process->handle_stats();
  zx_info_process_handle_stats_t record;
  std::ranges::copy(stats, record.handle_count);
  return query.answer_one(record);
}

Result<> info_job(InfoQuery& query) {
  const Job::Info info = TRY(query.get<Job>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_job_t{.return_code = info.return_code,
                                        .exited = info.exited,
                                        .kill_on_oom = info.kill_on_oom,
                                        .debugger_attached = info.debugger_attached,
                                        .padding1 = {}});
}

Result<> info_job_children(InfoQuery& query) {
  auto job = TRY(query.get<Job>(rights::kEnumerate));
  const Vector<Koid> koids = TRY(job->job_koids());
  return query.answer_many<Koid>(koids);
}

Result<> info_job_processes(InfoQuery& query) {
  auto job = TRY(query.get<Job>(rights::kEnumerate));
  const Vector<Koid> koids = TRY(job->process_koids());
  return query.answer_many<Koid>(koids);
}

namespace {

zx_thread_state_t abi_state(const Thread::Info& info) {
  switch (info.state) {
    case Thread::State::New:
      return ZX_THREAD_STATE_NEW;
    case Thread::State::Running:
      if (info.reason == BlockedReason::None) return ZX_THREAD_STATE_RUNNING;
      return static_cast<uint32_t>(info.reason) << 8 | ZX_THREAD_STATE_BLOCKED;
    case Thread::State::Suspended:
      return ZX_THREAD_STATE_SUSPENDED;
    case Thread::State::Dying:
      return ZX_THREAD_STATE_DYING;
    case Thread::State::Dead:
      return ZX_THREAD_STATE_DEAD;
  }
  return ZX_THREAD_STATE_DEAD;
}

}  // namespace

Result<> info_thread(InfoQuery& query) {
  const Thread::Info info = TRY(query.get<Thread>(rights::kInspect))
  ->info();
  zx_info_thread_t record{.state = abi_state(info),
                          .wait_exception_channel_type = static_cast<uint32_t>(info.handler),
                          .cpu_affinity_mask = {}};
  record.cpu_affinity_mask.mask[0] = info.allowed_cpus;
  // A thread that may run anywhere may do so on CPUs beyond those a word can name, too.
  if (info.allowed_cpus == ~uint64_t{0}) std::ranges::fill(record.cpu_affinity_mask.mask, ~0ull);
  return query.answer_one(record);
}

Result<> info_thread_stats(InfoQuery& query) {
  auto thread = TRY(query.get<Thread>(rights::kInspect));
  if (thread->info().state == Thread::State::Dead) return fail(Status::BadState);
  const Thread::Stats stats = thread->stats();
  return query.answer_one(zx_info_thread_stats_t{
      .total_runtime = stats.runtime.ns, .last_scheduled_cpu = stats.last_cpu, .padding1 = {}});
}

}  // namespace jacinth::zircon
