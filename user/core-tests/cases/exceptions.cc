// Exceptions: channels that tell of them, and what handlers may do.
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/policy.h>

#include "arch.h"
#include "child.h"
#include "exception.h"
#include "support.h"

namespace core {
namespace {

CHILD(executes_an_undefined_instruction_when_told) {
  await_parent();
  execute_undefined_instruction();
}

void let_it_fault(const Child& child) {
  EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
}

TEST(exception_channels, have_few_rights) {
  const BareProcess bare;
  Handle channel;
  EXPECT_OK(listen(bare.process.get(), &channel));
  EXPECT_EQ(rights_of(channel), ZX_RIGHT_TRANSFER | ZX_RIGHT_WAIT | ZX_RIGHT_READ);
}

TEST(exception_channels, one_of_a_kind_at_a_time) {
  const BareProcess bare;
  Handle first;
  Handle second;
  EXPECT_OK(listen(bare.process.get(), &first));
  EXPECT_STATUS(listen(bare.process.get(), &second), ZX_ERR_ALREADY_BOUND);
  EXPECT_OK(listen(bare.process.get(), &second, ZX_EXCEPTION_CHANNEL_DEBUGGER));
  first.reset();
  EXPECT_OK(listen(bare.process.get(), &first));
}

TEST(exception_channels, show_an_attached_debugger) {
  const BareProcess bare;
  Handle channel;
  EXPECT_OK(listen(bare.process.get(), &channel, ZX_EXCEPTION_CHANNEL_DEBUGGER));
  EXPECT_TRUE(process_info(bare.process.get()).debugger_attached);
  channel.reset();
  EXPECT_FALSE(process_info(bare.process.get()).debugger_attached);
}

TEST(exception_channels, refuse_bad_arguments) {
  const BareProcess bare;
  Handle channel;
  EXPECT_STATUS(listen(bare.process.get(), &channel, 2), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(listen(bare.thread.get(), &channel, ZX_EXCEPTION_CHANNEL_DEBUGGER),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(listen(kBadHandle, &channel), ZX_ERR_BAD_HANDLE);
  for (const zx_rights_t right : {ZX_RIGHT_INSPECT, ZX_RIGHT_DUPLICATE, ZX_RIGHT_TRANSFER,
                                  ZX_RIGHT_MANAGE_THREAD, ZX_RIGHT_ENUMERATE})
    EXPECT_STATUS(listen(without(bare.process, right).get(), &channel), ZX_ERR_ACCESS_DENIED);
}

TEST(exceptions, tell_who_and_what) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  const Handle thread = child.thread();
  let_it_fault(child);
  const Received received(channel);
  EXPECT_EQ(received.info.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(received.info.pid, koid_of(child.process()));
  EXPECT_EQ(received.info.tid, koid_of(thread.get()));
  const auto told = info<zx_info_thread_t>(thread.get(), ZX_INFO_THREAD);
  EXPECT_EQ(told.state, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
  EXPECT_EQ(told.wait_exception_channel_type, ZX_EXCEPTION_CHANNEL_TYPE_PROCESS);
  const auto report = info<zx_exception_report_t>(thread.get(), ZX_INFO_THREAD_EXCEPTION_REPORT);
  EXPECT_EQ(report.header.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(exceptions, hand_out_thread_and_process) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  const Received received(channel);
  Handle thread;
  Handle process;
  EXPECT_OK(zx_exception_get_thread(received.exception.get(), thread.out()));
  EXPECT_OK(zx_exception_get_process(received.exception.get(), process.out()));
  EXPECT_EQ(koid_of(thread.get()), received.info.tid);
  EXPECT_EQ(koid_of(process.get()), received.info.pid);
}

TEST(exceptions, from_a_threads_channel_give_no_process) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.thread().get(), &channel));
  let_it_fault(child);
  const Received received(channel);
  Handle out;
  EXPECT_OK(zx_exception_get_thread(received.exception.get(), out.out()));
  EXPECT_STATUS(zx_exception_get_process(received.exception.get(), out.out()),
                ZX_ERR_ACCESS_DENIED);
}

TEST(exceptions, that_nobody_handles_kill) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  Received received(channel);
  received.exception.reset();
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(exceptions, that_are_handled_go_on) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  Received first(channel);
  first.set_handled();
  first.exception.reset();
  // The instruction is still there.
  const Received second(channel);
  EXPECT_EQ(second.info.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(exceptions, go_from_the_thread_to_its_process_and_job) {
  const Handle job = make_job();
  const Child child("executes_an_undefined_instruction_when_told", job.get());
  Handle of_thread;
  Handle of_process;
  Handle of_job;
  EXPECT_OK(listen(child.thread().get(), &of_thread));
  EXPECT_OK(listen(child.process(), &of_process));
  EXPECT_OK(listen(job.get(), &of_job));
  let_it_fault(child);
  Received(of_thread).exception.reset();
  Received(of_process).exception.reset();
  Received(of_job).exception.reset();
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(exceptions, their_state_has_two_values) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  const Received received(channel);
  const auto set = [&](uint32_t state, size_t size) {
    return zx_object_set_property(received.exception.get(), ZX_PROP_EXCEPTION_STATE, &state, size);
  };
  uint32_t state = 7;
  EXPECT_OK(zx_object_get_property(received.exception.get(), ZX_PROP_EXCEPTION_STATE, &state,
                                   sizeof(state)));
  EXPECT_EQ(state, ZX_EXCEPTION_STATE_TRY_NEXT);
  EXPECT_STATUS(set(2, sizeof(uint32_t)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(1, 3), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_OK(set(ZX_EXCEPTION_STATE_HANDLED, sizeof(uint32_t)));
}

TEST(exceptions, of_a_killed_process_are_over) {
  const Child child("executes_an_undefined_instruction_when_told");
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  const Received received(channel);
  EXPECT_OK(zx_task_kill(child.process()));
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_EQ(signals_of(channel) & ZX_CHANNEL_PEER_CLOSED, ZX_CHANNEL_PEER_CLOSED);
}

// A policy may ask for an exception beside, or instead of, the object.

CHILD(makes_an_event_and_says_what_it_got) {
  await_parent();
  zx_handle_t event = ZX_HANDLE_INVALID;
  const zx_status_t status = zx_event_create(0, &event);
  EXPECT_EQ(status == ZX_OK, event != ZX_HANDLE_INVALID);
  zx_process_exit(status);
}

void expect_policy_exception(uint32_t action, zx_status_t result) {
  const Handle job = make_job();
  const zx_policy_basic_v1_t policy{ZX_POL_NEW_EVENT, action};
  EXPECT_OK(zx_job_set_policy(job.get(), ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V1, &policy, 1));
  const Child child("makes_an_event_and_says_what_it_got", job.get());
  Handle channel;
  EXPECT_OK(listen(child.process(), &channel));
  let_it_fault(child);
  {
    const Received received(channel);
    EXPECT_EQ(received.info.type, ZX_EXCP_POLICY_ERROR);
    received.set_handled();
  }
  EXPECT_EQ(child.exit_code(), result);
}

TEST(policy_exceptions, denying) {
  expect_policy_exception(ZX_POL_ACTION_DENY_EXCEPTION, ZX_ERR_ACCESS_DENIED);
}

TEST(policy_exceptions, allowing) { expect_policy_exception(ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_OK); }

}  // namespace
}  // namespace core
