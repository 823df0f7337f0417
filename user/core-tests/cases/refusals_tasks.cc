// What calls on jobs, processes, threads, handles and the system refuse: one thing at a time.
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/profile.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

#include "refusal.h"

namespace core {
namespace {

Handle any_other() { return make_event(); }

char buffer[256];
size_t actual;

zx_status_t create_job(zx_handle_t parent, uint32_t options = 0) {
  Handle job;
  return zx_job_create(parent, options, job.out());
}
zx_status_t create_process(zx_handle_t job, uint32_t options = 0, const char* name = "p") {
  Handle process;
  Handle vmar;
  return zx_process_create(job, name, 1, options, process.out(), vmar.out());
}
zx_status_t create_thread(zx_handle_t process, uint32_t options = 0, const char* name = "t") {
  Handle thread;
  return zx_thread_create(process, name, 1, options, thread.out());
}
zx_status_t suspend(zx_handle_t task) {
  Handle token;
  return zx_task_suspend(task, token.out());
}
zx_status_t suspend_token(zx_handle_t task) {
  Handle token;
  return zx_task_suspend_token(task, token.out());
}
Handle make_process() {
  Handle process;
  Handle vmar;
  EXPECT_OK(zx_process_create(make_job().get(), "p", 1, 0, process.out(), vmar.out()));
  return process;
}
// A thread of this process, which never runs.
Handle make_thread() {
  Handle thread;
  EXPECT_OK(zx_thread_create(user::self_process(), "t", 1, 0, thread.out()));
  EXPECT_OK(zx_task_kill(thread.get()));
  return thread;
}
Handle self_process() { return without(user::self_process(), 0); }
Handle self_thread() { return without(user::self_thread(), 0); }

// --- Jobs
// -----------------------------------------------------------------------------------------

const zx_policy_basic_v1_t kPolicy{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY};

zx_status_t set_policy(zx_handle_t job, uint32_t options = ZX_JOB_POL_RELATIVE,
                       uint32_t topic = ZX_JOB_POL_BASIC_V1, const void* policy = &kPolicy,
                       uint32_t count = 1) {
  return zx_job_set_policy(job, options, topic, policy, count);
}

REFUSES_HANDLES(refuse_jobs, create, create_job(it))
REFUSES_HANDLES(refuse_jobs, set_policy, set_policy(it))
REFUSES_HANDLES(refuse_jobs, set_critical, zx_job_set_critical(it, 0, user::self_process()))
NEEDS(refuse_jobs, create_needs_to_manage_or_write, ZX_RIGHT_MANAGE_JOB | ZX_RIGHT_WRITE,
      make_job(), create_job(it))
NEEDS(refuse_jobs, set_policy_needs_its_right, ZX_RIGHT_SET_POLICY, make_job(), set_policy(it))
NEEDS(refuse_jobs, set_critical_needs_to_destroy, ZX_RIGHT_DESTROY, make_job(),
      zx_job_set_critical(it, 0, user::self_process()))
REFUSAL(refuse_jobs, create_has_no_options, ZX_ERR_INVALID_ARGS, create_job(make_job().get(), 1))
REFUSAL(refuse_jobs, create_in_the_dead, ZX_ERR_BAD_STATE, [] {
  const Handle job = make_job();
  EXPECT_OK(zx_task_kill(job.get()));
  return create_job(job.get());
}())
REFUSAL(refuse_jobs, unknown_topics, ZX_ERR_INVALID_ARGS, set_policy(make_job().get(), 0, 99))
REFUSAL(refuse_jobs, unknown_modes, ZX_ERR_INVALID_ARGS, set_policy(make_job().get(), 2))
REFUSAL(refuse_jobs, no_policies, ZX_ERR_INVALID_ARGS,
        set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V1, &kPolicy, 0))
REFUSAL(refuse_jobs, policies_that_are_not_there, ZX_ERR_INVALID_ARGS,
        set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V1, nullptr, 1))
REFUSAL(refuse_jobs, policies_that_cannot_be_read, ZX_ERR_INVALID_ARGS,
        set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V1, bad_pointer<char>(),
                   1))
REFUSAL(refuse_jobs, unknown_conditions, ZX_ERR_INVALID_ARGS, [] {
  const zx_policy_basic_v1_t policy{99, ZX_POL_ACTION_DENY};
  return set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V1, &policy, 1);
}())
REFUSAL(refuse_jobs, unknown_actions, ZX_ERR_NOT_SUPPORTED, [] {
  const zx_policy_basic_v1_t policy{ZX_POL_NEW_EVENT, 99};
  return set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V1, &policy, 1);
}())
REFUSAL(refuse_jobs, policies_of_parents, ZX_ERR_BAD_STATE, [] {
  const Handle job = make_job();
  Handle child;
  EXPECT_OK(zx_job_create(job.get(), 0, child.out()));
  return set_policy(job.get());
}())
REFUSAL(refuse_jobs, absolute_policies_that_conflict, ZX_ERR_ALREADY_EXISTS, [] {
  const Handle job = make_job();
  EXPECT_OK(set_policy(job.get()));
  const zx_policy_basic_v1_t other{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW};
  return set_policy(job.get(), ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, &other, 1);
}())
REFUSAL(refuse_jobs, negative_slack, ZX_ERR_INVALID_ARGS, [] {
  const zx_policy_timer_slack_t slack{-1, ZX_TIMER_SLACK_CENTER, {}};
  return set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK, &slack, 1);
}())
REFUSAL(refuse_jobs, unknown_slack, ZX_ERR_INVALID_ARGS, [] {
  const zx_policy_timer_slack_t slack{0, 3, {}};
  return set_policy(make_job().get(), ZX_JOB_POL_RELATIVE, ZX_JOB_POL_TIMER_SLACK, &slack, 1);
}())
REFUSAL(refuse_jobs, absolute_slack, ZX_ERR_INVALID_ARGS, [] {
  const zx_policy_timer_slack_t slack{0, ZX_TIMER_SLACK_CENTER, {}};
  return set_policy(make_job().get(), ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_TIMER_SLACK, &slack, 1);
}())
REFUSAL(refuse_jobs, critical_options, ZX_ERR_INVALID_ARGS,
        zx_job_set_critical(make_job().get(), 2, user::self_process()))
REFUSAL(refuse_jobs, critical_to_a_stranger, ZX_ERR_INVALID_ARGS,
        zx_job_set_critical(make_job().get(), 0, user::self_process()))

// --- Processes and threads
// ------------------------------------------------------------------------

REFUSES_HANDLES(refuse_tasks, process_create, create_process(it))
REFUSES_HANDLES(refuse_tasks, thread_create, create_thread(it))
REFUSES_HANDLES(refuse_tasks, process_start,
                zx_process_start(it, user::self_thread(), 0, 0, ZX_HANDLE_INVALID, 0))
REFUSES_HANDLES(refuse_tasks, process_start_of,
                zx_process_start(user::self_process(), it, 0, 0, ZX_HANDLE_INVALID, 0))
REFUSES_HANDLES(refuse_tasks, thread_start, zx_thread_start(it, 0, 0, 0, 0))
REFUSES_HANDLES(refuse_tasks, thread_read_state,
                zx_thread_read_state(it, ZX_THREAD_STATE_GENERAL_REGS, buffer, sizeof(buffer)))
REFUSES_HANDLES(refuse_tasks, thread_write_state,
                zx_thread_write_state(it, ZX_THREAD_STATE_GENERAL_REGS, buffer, sizeof(buffer)))
REFUSES_HANDLES(refuse_tasks, read_memory, zx_process_read_memory(it, 0, buffer, 1, &actual))
REFUSES_HANDLES(refuse_tasks, write_memory, zx_process_write_memory(it, 0, buffer, 1, &actual))
REFUSAL(refuse_tasks, kill_of_no_handle, ZX_ERR_BAD_HANDLE, zx_task_kill(kBadHandle))
REFUSAL(refuse_tasks, suspend_of_no_handle, ZX_ERR_BAD_HANDLE, suspend(kBadHandle))
REFUSAL(refuse_tasks, suspend_of_memory, ZX_ERR_WRONG_TYPE, suspend(make_vmo(4096).get()))
REFUSAL(refuse_tasks, suspend_token_of_no_handle, ZX_ERR_BAD_HANDLE, suspend_token(kBadHandle))
REFUSAL(refuse_tasks, suspend_token_of_memory, ZX_ERR_WRONG_TYPE,
        suspend_token(make_vmo(4096).get()))
NEEDS(refuse_tasks, process_create_needs_to_manage_or_write,
      ZX_RIGHT_MANAGE_PROCESS | ZX_RIGHT_WRITE, make_job(), create_process(it))
NEEDS(refuse_tasks, thread_create_needs_to_manage, ZX_RIGHT_MANAGE_THREAD, self_process(),
      create_thread(it))
NEEDS(refuse_tasks, thread_start_needs_to_manage, ZX_RIGHT_MANAGE_THREAD, make_thread(),
      zx_thread_start(it, 0, 0, 0, 0))
NEEDS(refuse_tasks, process_start_needs_to_write, ZX_RIGHT_WRITE, make_process(),
      zx_process_start(it, user::self_thread(), 0, 0, ZX_HANDLE_INVALID, 0))
NEEDS(refuse_tasks, process_start_needs_to_write_the_thread, ZX_RIGHT_WRITE, make_thread(),
      zx_process_start(user::self_process(), it, 0, 0, ZX_HANDLE_INVALID, 0))
NEEDS(refuse_tasks, read_state_needs_to_read, ZX_RIGHT_READ, make_thread(),
      zx_thread_read_state(it, ZX_THREAD_STATE_GENERAL_REGS, buffer, sizeof(buffer)))
NEEDS(refuse_tasks, write_state_needs_to_write, ZX_RIGHT_WRITE, make_thread(),
      zx_thread_write_state(it, ZX_THREAD_STATE_GENERAL_REGS, buffer, sizeof(buffer)))
NEEDS(refuse_tasks, read_memory_needs_to_read, ZX_RIGHT_READ, self_process(),
      zx_process_read_memory(it, 0, buffer, 1, &actual))
NEEDS(refuse_tasks, read_memory_needs_to_write, ZX_RIGHT_WRITE, self_process(),
      zx_process_read_memory(it, 0, buffer, 1, &actual))
NEEDS(refuse_tasks, write_memory_needs_to_write, ZX_RIGHT_WRITE, self_process(),
      zx_process_write_memory(it, 0, buffer, 1, &actual))
NEEDS(refuse_tasks, kill_needs_to_destroy, ZX_RIGHT_DESTROY, make_job(), zx_task_kill(it))
NEEDS(refuse_tasks, kill_of_a_process_needs_to_destroy, ZX_RIGHT_DESTROY, make_process(),
      zx_task_kill(it))
NEEDS(refuse_tasks, kill_of_a_thread_needs_to_destroy, ZX_RIGHT_DESTROY, make_thread(),
      zx_task_kill(it))
NEEDS(refuse_tasks, suspend_needs_to_write, ZX_RIGHT_WRITE, make_process(), suspend(it))
REFUSAL(refuse_tasks, process_create_has_no_options, ZX_ERR_INVALID_ARGS,
        create_process(make_job().get(), 1))
REFUSAL(refuse_tasks, process_create_wants_a_name, ZX_ERR_INVALID_ARGS,
        create_process(make_job().get(), 0, bad_pointer<char>()))
REFUSAL(refuse_tasks, process_create_in_the_dead, ZX_ERR_BAD_STATE, [] {
  const Handle job = make_job();
  EXPECT_OK(zx_task_kill(job.get()));
  return create_process(job.get());
}())
REFUSAL(refuse_tasks, thread_create_has_no_options, ZX_ERR_INVALID_ARGS,
        create_thread(user::self_process(), 1))
REFUSAL(refuse_tasks, thread_create_wants_a_name, ZX_ERR_INVALID_ARGS,
        create_thread(user::self_process(), 0, bad_pointer<char>()))
REFUSAL(refuse_tasks, thread_start_of_the_running, ZX_ERR_BAD_STATE,
        zx_thread_start(user::self_thread(), 0, 0, 0, 0))
REFUSAL(refuse_tasks, process_start_of_the_running, ZX_ERR_BAD_STATE, [] {
  Handle thread;
  EXPECT_OK(zx_thread_create(user::self_process(), "t", 1, 0, thread.out()));
  const zx_status_t status =
      zx_process_start(user::self_process(), thread.get(), 0, 0, ZX_HANDLE_INVALID, 0);
  EXPECT_OK(zx_task_kill(thread.get()));
  return status;
}())
REFUSAL(refuse_tasks, process_start_with_a_strangers_thread, ZX_ERR_ACCESS_DENIED,
        zx_process_start(make_process().get(), make_thread().get(), 0, 0, ZX_HANDLE_INVALID, 0))
REFUSAL(refuse_tasks, unknown_state, ZX_ERR_INVALID_ARGS,
        zx_thread_read_state(make_thread().get(), 99, buffer, sizeof(buffer)))
REFUSAL(refuse_tasks, state_to_write_that_is_unknown, ZX_ERR_INVALID_ARGS,
        zx_thread_write_state(make_thread().get(), 99, buffer, sizeof(buffer)))
REFUSAL(refuse_tasks, too_little_room_for_state, ZX_ERR_BUFFER_TOO_SMALL,
        zx_thread_read_state(make_thread().get(), ZX_THREAD_STATE_GENERAL_REGS, buffer, 8))
REFUSAL(refuse_tasks, too_little_state, ZX_ERR_BUFFER_TOO_SMALL,
        zx_thread_write_state(make_thread().get(), ZX_THREAD_STATE_GENERAL_REGS, buffer, 8))
REFUSAL(refuse_tasks, suspending_oneself, ZX_ERR_NOT_SUPPORTED, suspend(user::self_thread()))
REFUSAL(refuse_tasks, suspending_ones_own_process, ZX_ERR_NOT_SUPPORTED,
        suspend(user::self_process()))
REFUSAL(refuse_tasks, suspending_jobs, ZX_ERR_WRONG_TYPE, suspend(make_job().get()))
REFUSAL(refuse_tasks, memory_to_nowhere, ZX_ERR_INVALID_ARGS,
        zx_process_read_memory(user::self_process(), 0, nullptr, 1, &actual))
REFUSAL(refuse_tasks, memory_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_process_write_memory(user::self_process(), 0, nullptr, 1, &actual))
REFUSAL(refuse_tasks, no_memory_to_read, ZX_ERR_INVALID_ARGS,
        zx_process_read_memory(user::self_process(), 0, buffer, 0, &actual))
REFUSAL(refuse_tasks, no_memory_to_write, ZX_ERR_INVALID_ARGS,
        zx_process_write_memory(user::self_process(), 0, buffer, 0, &actual))
REFUSAL(refuse_tasks, too_much_memory_to_read, ZX_ERR_INVALID_ARGS,
        zx_process_read_memory(user::self_process(), 0, buffer, (64u << 20) + 1, &actual))
REFUSAL(refuse_tasks, too_much_memory_to_write, ZX_ERR_INVALID_ARGS,
        zx_process_write_memory(user::self_process(), 0, buffer, (64u << 20) + 1, &actual))
REFUSAL(refuse_tasks, reading_where_nothing_is, ZX_ERR_NO_MEMORY,
        zx_process_read_memory(user::self_process(), 8, buffer, 1, &actual))
REFUSAL(refuse_tasks, writing_where_nothing_is, ZX_ERR_NO_MEMORY,
        zx_process_write_memory(user::self_process(), 8, buffer, 1, &actual))

// --- Exceptions
// -----------------------------------------------------------------------------------

zx_status_t exception_channel(zx_handle_t task, uint32_t options = 0) {
  Handle channel;
  return zx_task_create_exception_channel(task, options, channel.out());
}

REFUSAL(refuse_exceptions, channel_of_no_handle, ZX_ERR_BAD_HANDLE, exception_channel(kBadHandle))
REFUSAL(refuse_exceptions, channel_of_an_event, ZX_ERR_ACCESS_DENIED,
        exception_channel(make_event().get()))
REFUSES_HANDLES(refuse_exceptions, get_thread, [&] {
  Handle thread;
  return zx_exception_get_thread(it, thread.out());
}())
REFUSES_HANDLES(refuse_exceptions, get_process, [&] {
  Handle process;
  return zx_exception_get_process(it, process.out());
}())
NEEDS(refuse_exceptions, channel_needs_to_inspect, ZX_RIGHT_INSPECT, make_job(),
      exception_channel(it))
NEEDS(refuse_exceptions, channel_needs_to_duplicate, ZX_RIGHT_DUPLICATE, make_job(),
      exception_channel(it))
NEEDS(refuse_exceptions, channel_needs_to_transfer, ZX_RIGHT_TRANSFER, make_job(),
      exception_channel(it))
NEEDS(refuse_exceptions, channel_needs_to_manage_threads, ZX_RIGHT_MANAGE_THREAD, make_job(),
      exception_channel(it))
NEEDS(refuse_exceptions, channel_of_a_job_needs_to_enumerate, ZX_RIGHT_ENUMERATE, make_job(),
      exception_channel(it))
NEEDS(refuse_exceptions, channel_of_a_process_needs_to_enumerate, ZX_RIGHT_ENUMERATE,
      make_process(), exception_channel(it))
REFUSAL(refuse_exceptions, unknown_options, ZX_ERR_INVALID_ARGS,
        exception_channel(make_job().get(), 2))
REFUSAL(refuse_exceptions, debuggers_of_threads, ZX_ERR_INVALID_ARGS,
        exception_channel(make_thread().get(), ZX_EXCEPTION_CHANNEL_DEBUGGER))
REFUSAL(refuse_exceptions, two_channels, ZX_ERR_ALREADY_BOUND, [] {
  const Handle job = make_job();
  Handle first;
  EXPECT_OK(zx_task_create_exception_channel(job.get(), 0, first.out()));
  return exception_channel(job.get());
}())

// --- Handles, objects, information
// ----------------------------------------------------------------

zx_status_t duplicate(zx_handle_t handle, zx_rights_t rights) {
  Handle copy;
  return zx_handle_duplicate(handle, rights, copy.out());
}
zx_status_t replace(zx_handle_t handle, zx_rights_t rights) {
  Handle copy;
  return zx_handle_replace(handle, rights, copy.out());
}
template <typename T>
zx_status_t ask(zx_handle_t handle, uint32_t topic) {
  T record[4];
  size_t got;
  size_t there;
  return zx_object_get_info(handle, topic, record, sizeof(record), &got, &there);
}
zx_status_t child_of(zx_handle_t parent, zx_koid_t koid, zx_rights_t rights) {
  Handle child;
  return zx_object_get_child(parent, koid, rights, child.out());
}

REFUSAL(refuse_objects, close_of_no_handle, ZX_ERR_BAD_HANDLE, zx_handle_close(kBadHandle))
REFUSAL(refuse_objects, close_of_many_that_are_none, ZX_ERR_BAD_HANDLE, [] {
  const zx_handle_t values[] = {kBadHandle, kBadHandle};
  return zx_handle_close_many(values, 2);
}())
REFUSAL(refuse_objects, close_of_many_that_are_nowhere, ZX_ERR_INVALID_ARGS,
        zx_handle_close_many(bad_pointer<zx_handle_t>(), 1))
REFUSAL(refuse_objects, duplicate_of_no_handle, ZX_ERR_BAD_HANDLE,
        duplicate(kBadHandle, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, duplicate_with_more_rights, ZX_ERR_INVALID_ARGS,
        duplicate(make_event().get(), ZX_RIGHT_READ))
REFUSAL(refuse_objects, duplicate_with_unknown_rights, ZX_ERR_INVALID_ARGS,
        duplicate(make_event().get(), 1u << 30))
REFUSAL(refuse_objects, duplicate_with_the_same_rights_and_more, ZX_ERR_INVALID_ARGS,
        duplicate(make_event().get(), ZX_RIGHT_SAME_RIGHTS | ZX_RIGHT_WAIT))
NEEDS(refuse_objects, duplicate_needs_its_right, ZX_RIGHT_DUPLICATE, make_event(),
      duplicate(it, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, replace_of_no_handle, ZX_ERR_BAD_HANDLE,
        replace(kBadHandle, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, replace_with_more_rights, ZX_ERR_INVALID_ARGS,
        replace(make_event().release(), ZX_RIGHT_READ))
REFUSAL(refuse_objects, unknown_topics, ZX_ERR_NOT_SUPPORTED,
        zx_object_get_info(make_event().get(), 9999, buffer, sizeof(buffer), nullptr, nullptr))
REFUSAL(refuse_objects, information_on_no_handle, ZX_ERR_BAD_HANDLE,
        ask<zx_info_handle_basic_t>(kBadHandle, ZX_INFO_HANDLE_BASIC))
REFUSAL(refuse_objects, no_handle_is_not_valid, ZX_ERR_BAD_HANDLE,
        zx_object_get_info(kBadHandle, ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr))
REFUSAL(refuse_objects, too_little_room, ZX_ERR_BUFFER_TOO_SMALL,
        zx_object_get_info(make_event().get(), ZX_INFO_HANDLE_BASIC, buffer, 8, nullptr, nullptr))
REFUSAL(refuse_objects, information_to_nowhere, ZX_ERR_INVALID_ARGS,
        zx_object_get_info(make_event().get(), ZX_INFO_HANDLE_BASIC, bad_pointer<char>(), 64,
                           nullptr, nullptr))
REFUSES_HANDLES(refuse_objects, info_process, ask<zx_info_process_t>(it, ZX_INFO_PROCESS))
REFUSES_HANDLES(refuse_objects, info_job, ask<zx_info_job_t>(it, ZX_INFO_JOB))
REFUSES_HANDLES(refuse_objects, info_thread, ask<zx_info_thread_t>(it, ZX_INFO_THREAD))
REFUSES_HANDLES(refuse_objects, info_thread_stats,
                ask<zx_info_thread_stats_t>(it, ZX_INFO_THREAD_STATS))
REFUSES_HANDLES(refuse_objects, info_task_stats, ask<zx_info_task_stats_t>(it, ZX_INFO_TASK_STATS))
REFUSES_HANDLES(refuse_objects, info_process_threads, ask<zx_koid_t>(it, ZX_INFO_PROCESS_THREADS))
REFUSES_HANDLES(refuse_objects, info_process_maps, ask<zx_info_maps_t>(it, ZX_INFO_PROCESS_MAPS))
REFUSES_HANDLES(refuse_objects, info_process_vmos, ask<zx_info_vmo_t>(it, ZX_INFO_PROCESS_VMOS))
REFUSES_HANDLES(refuse_objects, info_job_children, ask<zx_koid_t>(it, ZX_INFO_JOB_CHILDREN))
REFUSES_HANDLES(refuse_objects, info_job_processes, ask<zx_koid_t>(it, ZX_INFO_JOB_PROCESSES))
REFUSES_HANDLES(refuse_objects, info_vmar, ask<zx_info_vmar_t>(it, ZX_INFO_VMAR))
REFUSES_HANDLES(refuse_objects, info_vmo, ask<zx_info_vmo_t>(it, ZX_INFO_VMO))
REFUSES_HANDLES(refuse_objects, info_socket, ask<zx_info_socket_t>(it, ZX_INFO_SOCKET))
REFUSES_HANDLES(refuse_objects, info_timer, ask<zx_info_timer_t>(it, ZX_INFO_TIMER))
REFUSES_HANDLES(refuse_objects, info_stream, ask<zx_info_stream_t>(it, ZX_INFO_STREAM))
REFUSES_HANDLES(refuse_objects, info_resource, ask<zx_info_resource_t>(it, ZX_INFO_RESOURCE))
REFUSES_HANDLES(refuse_objects, info_cpu_stats, ask<zx_info_cpu_stats_t>(it, ZX_INFO_CPU_STATS))
REFUSES_HANDLES(refuse_objects, info_kmem_stats, ask<zx_info_kmem_stats_t>(it, ZX_INFO_KMEM_STATS))
REFUSES_HANDLES(refuse_objects, info_bti, ask<zx_info_bti_t>(it, ZX_INFO_BTI))
NEEDS(refuse_objects, info_process_needs_to_inspect, ZX_RIGHT_INSPECT, make_process(),
      ask<zx_info_process_t>(it, ZX_INFO_PROCESS))
NEEDS(refuse_objects, info_job_needs_to_inspect, ZX_RIGHT_INSPECT, make_job(),
      ask<zx_info_job_t>(it, ZX_INFO_JOB))
NEEDS(refuse_objects, info_thread_needs_to_inspect, ZX_RIGHT_INSPECT, self_thread(),
      ask<zx_info_thread_t>(it, ZX_INFO_THREAD))
NEEDS(refuse_objects, info_thread_stats_needs_to_inspect, ZX_RIGHT_INSPECT, self_thread(),
      ask<zx_info_thread_stats_t>(it, ZX_INFO_THREAD_STATS))
NEEDS(refuse_objects, info_task_stats_needs_to_inspect, ZX_RIGHT_INSPECT, self_process(),
      ask<zx_info_task_stats_t>(it, ZX_INFO_TASK_STATS))
NEEDS(refuse_objects, info_process_threads_needs_to_enumerate, ZX_RIGHT_ENUMERATE, self_process(),
      ask<zx_koid_t>(it, ZX_INFO_PROCESS_THREADS))
NEEDS(refuse_objects, info_job_children_needs_to_enumerate, ZX_RIGHT_ENUMERATE, make_job(),
      ask<zx_koid_t>(it, ZX_INFO_JOB_CHILDREN))
NEEDS(refuse_objects, info_job_processes_needs_to_enumerate, ZX_RIGHT_ENUMERATE, make_job(),
      ask<zx_koid_t>(it, ZX_INFO_JOB_PROCESSES))
NEEDS(refuse_objects, info_timer_needs_to_inspect, ZX_RIGHT_INSPECT, make_timer(),
      ask<zx_info_timer_t>(it, ZX_INFO_TIMER))
NEEDS(refuse_objects, info_socket_needs_to_inspect, ZX_RIGHT_INSPECT, std::move(make_socket(0).a),
      ask<zx_info_socket_t>(it, ZX_INFO_SOCKET))
NEEDS(refuse_objects, handle_count_needs_to_inspect, ZX_RIGHT_INSPECT, make_event(),
      ask<uint32_t>(it, ZX_INFO_HANDLE_COUNT))
NEEDS(refuse_objects, child_needs_to_enumerate, ZX_RIGHT_ENUMERATE, make_job(),
      child_of(it, 1, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, child_of_no_handle, ZX_ERR_BAD_HANDLE,
        child_of(kBadHandle, 1, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, child_that_is_not_there, ZX_ERR_NOT_FOUND,
        child_of(make_job().get(), 1, ZX_RIGHT_SAME_RIGHTS))
REFUSAL(refuse_objects, child_with_more_rights, ZX_ERR_ACCESS_DENIED,
        child_of(make_job().get(), 1, ZX_RIGHT_EXECUTE))
NEEDS(refuse_objects, properties_need_to_be_got, ZX_RIGHT_GET_PROPERTY, make_job(),
      zx_object_get_property(it, ZX_PROP_NAME, buffer, 32))
NEEDS(refuse_objects, properties_need_to_be_set, ZX_RIGHT_SET_PROPERTY, make_job(),
      zx_object_set_property(it, ZX_PROP_NAME, "x", 1))
REFUSAL(refuse_objects, properties_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_get_property(kBadHandle, ZX_PROP_NAME, buffer, 32))
REFUSAL(refuse_objects, setting_properties_of_no_handle, ZX_ERR_BAD_HANDLE,
        zx_object_set_property(kBadHandle, ZX_PROP_NAME, "x", 1))
REFUSAL(refuse_objects, too_little_room_for_a_name, ZX_ERR_BUFFER_TOO_SMALL,
        zx_object_get_property(make_job().get(), ZX_PROP_NAME, buffer, 31))
REFUSAL(refuse_objects, a_property_to_nowhere, ZX_ERR_INVALID_ARGS,
        zx_object_get_property(make_job().get(), ZX_PROP_NAME, nullptr, 32))
REFUSAL(refuse_objects, a_property_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_object_set_property(make_job().get(), ZX_PROP_NAME, bad_pointer<char>(), 4))
REFUSAL(refuse_objects, a_jobs_content_size, ZX_ERR_WRONG_TYPE,
        zx_object_get_property(make_job().get(), ZX_PROP_VMO_CONTENT_SIZE, buffer, 8))

// --- The system
// -----------------------------------------------------------------------------------

zx_status_t create_log(zx_handle_t resource, uint32_t options = 0) {
  Handle log;
  return zx_debuglog_create(resource, options, log.out());
}
Handle make_log() {
  Handle log;
  EXPECT_OK(zx_debuglog_create(root_resource(), ZX_LOG_FLAG_READABLE, log.out()));
  return log;
}
zx_status_t create_profile(zx_handle_t job, uint32_t options = 0) {
  const zx_profile_info_t profile{};
  Handle made;
  return zx_profile_create(job, options, &profile, made.out());
}
zx_status_t system_event(zx_handle_t job, uint32_t kind) {
  Handle event;
  return zx_system_get_event(job, kind, event.out());
}

REFUSES_HANDLES(refuse_system, log_write, zx_debuglog_write(it, 0, "x", 1))
REFUSES_HANDLES(refuse_system, log_read, zx_debuglog_read(it, 0, buffer, sizeof(buffer)))
NEEDS(refuse_system, log_write_needs_to_write, ZX_RIGHT_WRITE, make_log(),
      zx_debuglog_write(it, 0, "x", 1))
NEEDS(refuse_system, log_read_needs_to_read, ZX_RIGHT_READ, make_log(),
      zx_debuglog_read(it, 0, buffer, sizeof(buffer)))
REFUSAL(refuse_system, log_write_knows_its_options, ZX_ERR_INVALID_ARGS,
        zx_debuglog_write(make_log().get(), 1, "x", 1))
REFUSAL(refuse_system, log_read_has_no_options, ZX_ERR_INVALID_ARGS,
        zx_debuglog_read(make_log().get(), 1, buffer, sizeof(buffer)))
REFUSAL(refuse_system, log_write_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_debuglog_write(make_log().get(), 0, bad_pointer<char>(), 1))
REFUSAL(refuse_system, logs_of_bad_resources, ZX_ERR_BAD_HANDLE, create_log(kBadHandle))
REFUSAL(refuse_system, logs_of_something_else, ZX_ERR_WRONG_TYPE, create_log(make_event().get()))
REFUSES_HANDLES(refuse_system, profile, create_profile(it))
NEEDS(refuse_system, profile_needs_to_manage, ZX_RIGHT_MANAGE_PROCESS, make_job(),
      create_profile(it))
REFUSAL(refuse_system, profile_has_no_options, ZX_ERR_INVALID_ARGS,
        create_profile(make_job().get(), 1))
REFUSAL(refuse_system, profile_of_another_job, ZX_ERR_ACCESS_DENIED,
        create_profile(make_job().get()))
REFUSES_HANDLES(refuse_system, event, system_event(it, ZX_SYSTEM_EVENT_OUT_OF_MEMORY))
NEEDS(refuse_system, event_needs_to_manage, ZX_RIGHT_MANAGE_PROCESS, make_job(),
      system_event(it, ZX_SYSTEM_EVENT_OUT_OF_MEMORY))
REFUSAL(refuse_system, event_of_no_kind, ZX_ERR_INVALID_ARGS, system_event(kBadHandle, 0))
REFUSAL(refuse_system, event_of_an_unknown_kind, ZX_ERR_INVALID_ARGS, system_event(kBadHandle, 5))
REFUSAL(refuse_system, event_of_another_job, ZX_ERR_ACCESS_DENIED,
        system_event(make_job().get(), ZX_SYSTEM_EVENT_OUT_OF_MEMORY))
REFUSES_HANDLES(refuse_system, powerctl,
                zx_system_powerctl(it, ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr))
REFUSAL(refuse_system, powerctl_knows_its_commands, ZX_ERR_INVALID_ARGS,
        zx_system_powerctl(root_resource(), 99, nullptr))
REFUSES_HANDLES(refuse_system, mexec, zx_system_mexec(it, kBadHandle, kBadHandle))
REFUSES_HANDLES(refuse_system, mexec_payload, zx_system_mexec_payload_get(it, buffer, 16))
REFUSAL(refuse_system, mexec_wants_a_kernel, ZX_ERR_BAD_HANDLE,
        zx_system_mexec(root_resource(), kBadHandle, kBadHandle))
REFUSAL(refuse_system, mexec_wants_a_kernel_in_memory, ZX_ERR_WRONG_TYPE,
        zx_system_mexec(root_resource(), make_event().get(), kBadHandle))
REFUSAL(refuse_system, mexec_wants_an_image, ZX_ERR_BAD_HANDLE,
        zx_system_mexec(root_resource(), make_vmo(4096).get(), kBadHandle))
NEEDS(refuse_system, mexec_needs_to_read_the_kernel, ZX_RIGHT_READ, make_vmo(4096),
      zx_system_mexec(root_resource(), it, it))
NEEDS(refuse_system, mexec_needs_to_read_the_image, ZX_RIGHT_READ, make_vmo(4096),
      zx_system_mexec(root_resource(), make_vmo(4096).get(), it))
REFUSAL(refuse_system, mexec_payload_wants_room, ZX_ERR_BUFFER_TOO_SMALL,
        zx_system_mexec_payload_get(root_resource(), buffer, 16))
REFUSAL(refuse_system, mexec_payload_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_system_mexec_payload_get(root_resource(), bad_pointer<char>(), 4096))
REFUSAL(refuse_system, mexec_payload_limits_its_size, ZX_ERR_INVALID_ARGS,
        zx_system_mexec_payload_get(root_resource(), buffer, 16 * 1024 + 1))
REFUSAL(refuse_system, entropy_is_limited, ZX_ERR_INVALID_ARGS, zx_cprng_add_entropy(buffer, 257))
REFUSAL(refuse_system, entropy_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_cprng_add_entropy(bad_pointer<char>(), 1))
REFUSAL(refuse_system, console_output_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_debug_write(bad_pointer<char>(), 1))
REFUSES_HANDLES(refuse_system, debug_command, zx_debug_send_command(it, "x", 1))
REFUSAL(refuse_system, unknown_debug_commands, ZX_ERR_INVALID_ARGS,
        zx_debug_send_command(root_resource(), "nonsense", 8))
REFUSES_HANDLES(refuse_system, console_input, zx_debug_read(it, buffer, 1, &actual))

}  // namespace
}  // namespace core
