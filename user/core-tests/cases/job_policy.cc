// What jobs forbid: setting policies, and what they do to processes.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/policy.h>

#include <initializer_list>

#include "child.h"
#include "support.h"

namespace core {
namespace {

using V1 = zx_policy_basic_v1_t;
using V2 = zx_policy_basic_v2_t;

zx_status_t set_v1(const Handle& job, std::initializer_list<V1> policy,
                   uint32_t options = ZX_JOB_POL_ABSOLUTE) {
  return zx_job_set_policy(job.get(), options, ZX_JOB_POL_BASIC_V1, policy.begin(),
                           static_cast<uint32_t>(policy.size()));
}

zx_status_t set_v2(const Handle& job, std::initializer_list<V2> policy,
                   uint32_t options = ZX_JOB_POL_ABSOLUTE) {
  return zx_job_set_policy(job.get(), options, ZX_JOB_POL_BASIC_V2, policy.begin(),
                           static_cast<uint32_t>(policy.size()));
}

zx_status_t set_slack(const Handle& job, zx_duration_t slack, uint32_t mode = 0,
                      uint32_t options = ZX_JOB_POL_RELATIVE, uint32_t count = 1) {
  const zx_policy_timer_slack_t policy{.min_slack = slack, .default_mode = mode, .padding1 = 0};
  return zx_job_set_policy(job.get(), options, ZX_JOB_POL_TIMER_SLACK, &policy, count);
}

TEST(job_policy, set_refuses_bad_arguments) {
  const Handle job = make_job();
  const V1 entry{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY};
  const auto set = [&](uint32_t options, uint32_t topic, const void* policy, uint32_t count) {
    return zx_job_set_policy(job.get(), options, topic, policy, count);
  };
  EXPECT_STATUS(set(ZX_JOB_POL_ABSOLUTE, 2, &entry, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(2, ZX_JOB_POL_BASIC_V1, &entry, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, nullptr, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, &entry, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, bad_pointer<V1>(), 1),
                ZX_ERR_INVALID_ARGS);
  V1 many[ZX_POL_MAX + 1] = {};
  EXPECT_STATUS(set(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, many, ZX_POL_MAX + 1),
                ZX_ERR_OUT_OF_RANGE);
}

TEST(job_policy, set_refuses_unknown_conditions_and_actions) {
  const Handle job = make_job();
  EXPECT_STATUS(set_v1(job, {{100001, ZX_POL_ACTION_DENY}}), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_MAX}}), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(set_v1(job, {{ZX_POL_NEW_EVENT, 100001}}), ZX_ERR_NOT_SUPPORTED);
}

TEST(job_policy, set_needs_the_right_and_a_job) {
  const Handle job = make_job();
  EXPECT_STATUS(set_v1(without(job, ZX_RIGHT_SET_POLICY), {{ZX_POL_NEW_EVENT, 1}}),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(set_v1(make_event(), {{ZX_POL_NEW_EVENT, 1}}), ZX_ERR_WRONG_TYPE);
}

TEST(job_policy, absolute_conflicts_are_told_and_change_nothing) {
  const Handle job = make_job();
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
  EXPECT_STATUS(
      set_v1(job, {{ZX_POL_NEW_FIFO, ZX_POL_ACTION_DENY}, {ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW}}),
      ZX_ERR_ALREADY_EXISTS);
  // NEW_FIFO was not set by the call that failed.
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_FIFO, ZX_POL_ACTION_ALLOW}}));
}

TEST(job_policy, relative_conflicts_keep_what_was) {
  const Handle job = make_job();
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW}}, ZX_JOB_POL_RELATIVE));
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
}

TEST(job_policy, of_a_job_with_members_is_fixed) {
  const Handle job = make_job();
  Handle child;
  EXPECT_OK(zx_job_create(job.get(), 0, child.out()));
  EXPECT_STATUS(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}), ZX_ERR_BAD_STATE);
  child.reset();
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
  const BareProcess process(job.get());
  EXPECT_STATUS(set_v1(job, {{ZX_POL_NEW_FIFO, ZX_POL_ACTION_DENY}}), ZX_ERR_BAD_STATE);
}

TEST(job_policy, is_inherited) {
  const Handle job = make_job();
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY}}));
  Handle child;
  EXPECT_OK(zx_job_create(job.get(), 0, child.out()));
  EXPECT_STATUS(set_v1(child, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW}}), ZX_ERR_ALREADY_EXISTS);
}

TEST(job_policy, version_two_can_leave_a_choice_to_children) {
  const Handle job = make_job();
  EXPECT_OK(set_v2(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_ALLOW}}));
  Handle child;
  EXPECT_OK(zx_job_create(job.get(), 0, child.out()));
  EXPECT_OK(set_v2(child, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW, ZX_POL_OVERRIDE_DENY}}));
  EXPECT_STATUS(set_v2(child, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}}),
                ZX_ERR_ALREADY_EXISTS);
}

TEST(job_policy, timer_slack_arguments) {
  const Handle job = make_job();
  EXPECT_STATUS(set_slack(job, 0, 0, ZX_JOB_POL_ABSOLUTE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_slack(job, 0, 0, ZX_JOB_POL_RELATIVE, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_slack(job, 0, 0, ZX_JOB_POL_RELATIVE, 2), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_slack(job, -1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set_slack(job, 0, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_job_set_policy(job.get(), 0, ZX_JOB_POL_TIMER_SLACK, nullptr, 1),
                ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_slack(job, 1000, 2));
  EXPECT_OK(set_slack(job, 500, 0));
}

TEST(job_policy, timer_slack_of_a_job_with_members) {
  const Handle job = make_job();
  Handle child;
  EXPECT_OK(zx_job_create(job.get(), 0, child.out()));
  EXPECT_STATUS(set_slack(job, 1000), ZX_ERR_BAD_STATE);
  child.reset();
  EXPECT_OK(set_slack(job, 1000));
}

// What a process in such a job finds.

Handle job_that_denies(uint32_t condition) {
  Handle job = make_job();
  EXPECT_OK(set_v1(job, {{condition, ZX_POL_ACTION_DENY}}));
  return job;
}

void run_in_job_that_denies(uint32_t condition, std::string_view child_name) {
  const Handle job = job_that_denies(condition);
  const Child child(child_name, job.get());
  child.expect_success();
}

// What each kind of creation gives.
struct Creations {
  Handle a;
  Handle b;
  zx_status_t vmo() { return zx_vmo_create(1, 0, a.out()); }
  zx_status_t channel() { return zx_channel_create(0, a.out(), b.out()); }
  zx_status_t event() { return zx_event_create(0, a.out()); }
  zx_status_t eventpair() { return zx_eventpair_create(0, a.out(), b.out()); }
  zx_status_t port() { return zx_port_create(0, a.out()); }
  zx_status_t socket() { return zx_socket_create(0, a.out(), b.out()); }
  zx_status_t fifo() { return zx_fifo_create(1, 1, 0, a.out(), b.out()); }
  zx_status_t timer() { return zx_timer_create(0, ZX_CLOCK_MONOTONIC, a.out()); }
  zx_status_t process() {
    return zx_process_create(user::default_job(), "x", 1, 0, a.out(), b.out());
  }
};

CHILD(is_denied_all_new_objects) {
  Creations create;
  EXPECT_STATUS(create.vmo(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.channel(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.event(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.eventpair(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.port(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.socket(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.fifo(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.timer(), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create.process(), ZX_ERR_ACCESS_DENIED);
  // What is not a new object of those kinds stays allowed.
  EXPECT_OK(zx_job_create(user::default_job(), 0, create.a.out()));
  EXPECT_OK(zx_thread_create(user::self_process(), "x", 1, 0, create.a.out()));
}

TEST(job_policy, new_any_denies_all_kinds) {
  run_in_job_that_denies(ZX_POL_NEW_ANY, "is_denied_all_new_objects");
}

// One condition, and everything but that is allowed.
template <typename F>
void expect_only_denied(F&& denied) {
  Creations create;
  EXPECT_STATUS(denied(create), ZX_ERR_ACCESS_DENIED);
  int refused = 0;
  for (const zx_status_t status :
       {create.vmo(), create.channel(), create.event(), create.eventpair(), create.port(),
        create.socket(), create.fifo(), create.timer(), create.process()})
    refused += status == ZX_OK ? 0 : 1;
  EXPECT_EQ(refused, 1);
}

CHILD(is_denied_vmos) {
  expect_only_denied([](auto& create) { return create.vmo(); });
}
CHILD(is_denied_channels) {
  expect_only_denied([](auto& create) { return create.channel(); });
}
CHILD(is_denied_events) {
  expect_only_denied([](auto& create) { return create.event(); });
}
CHILD(is_denied_eventpairs) {
  expect_only_denied([](auto& create) { return create.eventpair(); });
}
CHILD(is_denied_ports) {
  expect_only_denied([](auto& create) { return create.port(); });
}
CHILD(is_denied_sockets) {
  expect_only_denied([](auto& create) { return create.socket(); });
}
CHILD(is_denied_fifos) {
  expect_only_denied([](auto& create) { return create.fifo(); });
}
CHILD(is_denied_timers) {
  expect_only_denied([](auto& create) { return create.timer(); });
}
CHILD(is_denied_processes) {
  expect_only_denied([](auto& create) { return create.process(); });
}

TEST(job_policy, new_vmo) { run_in_job_that_denies(ZX_POL_NEW_VMO, "is_denied_vmos"); }
TEST(job_policy, new_channel) { run_in_job_that_denies(ZX_POL_NEW_CHANNEL, "is_denied_channels"); }
TEST(job_policy, new_event) { run_in_job_that_denies(ZX_POL_NEW_EVENT, "is_denied_events"); }
TEST(job_policy, new_eventpair) {
  run_in_job_that_denies(ZX_POL_NEW_EVENTPAIR, "is_denied_eventpairs");
}
TEST(job_policy, new_port) { run_in_job_that_denies(ZX_POL_NEW_PORT, "is_denied_ports"); }
TEST(job_policy, new_socket) { run_in_job_that_denies(ZX_POL_NEW_SOCKET, "is_denied_sockets"); }
TEST(job_policy, new_fifo) { run_in_job_that_denies(ZX_POL_NEW_FIFO, "is_denied_fifos"); }
TEST(job_policy, new_timer) { run_in_job_that_denies(ZX_POL_NEW_TIMER, "is_denied_timers"); }
TEST(job_policy, new_process) { run_in_job_that_denies(ZX_POL_NEW_PROCESS, "is_denied_processes"); }

CHILD(may_make_events_only) {
  Creations create;
  EXPECT_OK(create.event());
  EXPECT_STATUS(create.channel(), ZX_ERR_ACCESS_DENIED);
}

TEST(job_policy, new_any_can_be_refined) {
  const Handle job = make_job();
  EXPECT_OK(
      set_v1(job, {{ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY}, {ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW}}));
  const Child child("may_make_events_only", job.get());
  child.expect_success();
}

CHILD(may_not_make_memory_executable) {
  const zx_handle_t vmo = make_vmo(1).release();
  zx_handle_t executable = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmo_replace_as_executable(vmo, ZX_HANDLE_INVALID, &executable),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(is_valid(vmo));
}

TEST(job_policy, ambient_executable_memory) {
  run_in_job_that_denies(ZX_POL_AMBIENT_MARK_VMO_EXEC, "may_not_make_memory_executable");
}

CHILD(makes_an_event) {
  Creations create;
  create.event();
}

TEST(job_policy, killing) {
  const Handle job = make_job();
  EXPECT_OK(set_v1(job, {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_KILL}}));
  const Child child("makes_an_event", job.get());
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_POLICY_KILL);
}

CHILD(uses_a_bad_handle) {
  EXPECT_STATUS(zx_object_get_info(kBadHandle, ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr),
                ZX_ERR_BAD_HANDLE);
  EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID));
  tell_parent();
  zx_object_signal(kBadHandle, 0, 0);
}

TEST(job_policy, bad_handles_can_kill) {
  const Handle job = make_job();
  EXPECT_OK(set_v1(job, {{ZX_POL_BAD_HANDLE, ZX_POL_ACTION_KILL}}));
  const Child child("uses_a_bad_handle", job.get());
  await_child(child);
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_POLICY_KILL);
}

CHILD(uses_a_bad_handle_harmlessly) {
  EXPECT_STATUS(zx_object_signal(kBadHandle, 0, 0), ZX_ERR_BAD_HANDLE);
}

TEST(job_policy, denying_bad_handles_changes_nothing) {
  run_in_job_that_denies(ZX_POL_BAD_HANDLE, "uses_a_bad_handle_harmlessly");
}

}  // namespace
}  // namespace core
