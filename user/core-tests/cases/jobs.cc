// Jobs: the tree of them, killing it, critical processes.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/policy.h>

#include "child.h"
#include "support.h"

namespace core {
namespace {

constexpr zx_signals_t kEmpty = ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES;

Handle make_job_in(const Handle& parent) {
  Handle job;
  EXPECT_OK(zx_job_create(parent.get(), 0, job.out()));
  return job;
}

zx_status_t create_in(const Handle& parent) {
  Handle job;
  return zx_job_create(parent.get(), 0, job.out());
}

zx_status_t create_process_in(const Handle& job) {
  Handle process;
  Handle vmar;
  return zx_process_create(job.get(), "x", 1, 0, process.out(), vmar.out());
}

zx_info_job_t job_info(const Handle& job) { return info<zx_info_job_t>(job.get(), ZX_INFO_JOB); }

size_t count(const Handle& job, uint32_t topic) {
  size_t available = 0;
  EXPECT_OK(zx_object_get_info(job.get(), topic, nullptr, 0, nullptr, &available));
  return available;
}

void kill(const Handle& task) { EXPECT_OK(zx_task_kill(task.get())); }

TEST(jobs, start_empty) {
  const Handle job = make_job();
  EXPECT_EQ(signals_of(job), kEmpty);
  EXPECT_EQ(basic_info(job.get()).related_koid, koid_of(user::default_job()));
  const zx_info_job_t told = job_info(job);
  EXPECT_FALSE(told.exited);
  EXPECT_EQ(told.return_code, 0);
  EXPECT_FALSE(told.debugger_attached);
}

TEST(jobs, create_refuses_bad_arguments) {
  Handle job;
  EXPECT_STATUS(zx_job_create(user::default_job(), 1, job.out()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_job_create(kBadHandle, 0, job.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create_in(make_event()), ZX_ERR_WRONG_TYPE);
}

TEST(jobs, create_needs_one_of_two_rights) {
  const Handle job = make_job();
  EXPECT_OK(create_in(without(job, ZX_RIGHT_WRITE)));
  EXPECT_OK(create_in(without(job, ZX_RIGHT_MANAGE_JOB)));
  EXPECT_STATUS(create_in(without(job, ZX_RIGHT_MANAGE_JOB | ZX_RIGHT_WRITE)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(jobs, list_their_children) {
  const Handle job = make_job();
  const Handle first = make_job_in(job);
  const Handle second = make_job_in(job);
  EXPECT_EQ(signals_of(job), ZX_JOB_NO_PROCESSES);
  zx_koid_t koids[4] = {};
  size_t actual = 0;
  size_t available = 0;
  EXPECT_OK(zx_object_get_info(job.get(), ZX_INFO_JOB_CHILDREN, koids, sizeof(koids), &actual,
                               &available));
  EXPECT_EQ(actual, 2);
  EXPECT_EQ(available, 2);
  EXPECT_EQ(koids[0] + koids[1], koid_of(first.get()) + koid_of(second.get()));
  EXPECT_OK(zx_object_get_info(job.get(), ZX_INFO_JOB_CHILDREN, koids, sizeof(koids[0]), &actual,
                               &available));
  EXPECT_EQ(actual, 1);
  EXPECT_EQ(available, 2);
}

TEST(jobs, forget_a_child_without_members_and_handles) {
  const Handle job = make_job();
  Handle child = make_job_in(job);
  child.reset();
  EXPECT_EQ(count(job, ZX_INFO_JOB_CHILDREN), 0);
  EXPECT_EQ(signals_of(job), kEmpty);
}

TEST(jobs, keep_a_child_that_has_members) {
  const Handle job = make_job();
  Handle child = make_job_in(job);
  const BareProcess process(child.get());
  child.reset();
  EXPECT_EQ(count(job, ZX_INFO_JOB_CHILDREN), 1);
}

TEST(jobs, list_their_processes) {
  const Handle job = make_job();
  {
    const BareProcess process(job.get());
    EXPECT_EQ(signals_of(job), ZX_JOB_NO_JOBS);
    zx_koid_t koid = 0;
    EXPECT_OK(zx_object_get_info(job.get(), ZX_INFO_JOB_PROCESSES, &koid, sizeof(koid), nullptr,
                                 nullptr));
    EXPECT_EQ(koid, koid_of(process.process.get()));
    EXPECT_EQ(basic_info(process.process.get()).related_koid, koid_of(job.get()));
  }
  EXPECT_EQ(count(job, ZX_INFO_JOB_PROCESSES), 0);
  EXPECT_EQ(signals_of(job), kEmpty);
}

TEST(jobs, hand_out_handles_to_their_members) {
  const Handle job = make_job();
  const Handle child = make_job_in(job);
  const BareProcess process(job.get());
  Handle found;
  EXPECT_OK(
      zx_object_get_child(job.get(), koid_of(child.get()), ZX_RIGHT_SAME_RIGHTS, found.out()));
  EXPECT_EQ(koid_of(found.get()), koid_of(child.get()));
  EXPECT_EQ(rights_of(found), rights_of(job));
  EXPECT_OK(zx_object_get_child(job.get(), koid_of(process.process.get()), ZX_RIGHT_INSPECT,
                                found.out()));
  EXPECT_EQ(rights_of(found), ZX_RIGHT_INSPECT);
}

TEST(jobs, do_not_find_others) {
  const Handle job = make_job();
  const Handle child = make_job_in(job);
  const Handle grandchild = make_job_in(child);
  Handle found;
  const auto find = [&](const Handle& parent, zx_koid_t koid, zx_rights_t rights) {
    return zx_object_get_child(parent.get(), koid, rights, found.out());
  };
  const zx_koid_t koid = koid_of(child.get());
  EXPECT_STATUS(find(job, koid_of(grandchild.get()), ZX_RIGHT_SAME_RIGHTS), ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(find(job, 1, ZX_RIGHT_SAME_RIGHTS), ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(find(job, koid, ZX_RIGHT_EXECUTE), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(find(without(job, ZX_RIGHT_ENUMERATE), koid, ZX_RIGHT_SAME_RIGHTS),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_get_child(kBadHandle, koid, 0, found.out()), ZX_ERR_BAD_HANDLE);
}

TEST(jobs, nest_only_so_deep) {
  Handle jobs[40];
  size_t depth = 0;
  zx_handle_t parent = user::default_job();
  zx_status_t status = ZX_OK;
  while (depth < 40) {
    status = zx_job_create(parent, 0, jobs[depth].out());
    if (status != ZX_OK) break;
    parent = jobs[depth++].get();
  }
  EXPECT_STATUS(status, ZX_ERR_OUT_OF_RANGE);
  EXPECT_GE(depth, 20);
  EXPECT_LT(depth, 33);
  EXPECT_OK(create_process_in(jobs[depth - 1]));
}

TEST(job_kill, takes_all_below_with_it) {
  const Handle top = make_job();
  const Handle middle = make_job_in(top);
  const Handle bottom = make_job_in(middle);
  const Child child("waits_for_its_parent", bottom.get());
  const BareProcess bare(middle.get());
  kill(top);
  EXPECT_OK(zx_object_wait_one(top.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr));
  for (const Handle* job : {&top, &middle, &bottom}) {
    EXPECT_EQ(signals_of(*job), ZX_JOB_TERMINATED | kEmpty);
    EXPECT_TRUE(job_info(*job).exited);
    EXPECT_EQ(job_info(*job).return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(count(*job, ZX_INFO_JOB_CHILDREN), 0);
    EXPECT_EQ(count(*job, ZX_INFO_JOB_PROCESSES), 0);
  }
  EXPECT_EQ(signals_of(child.process()), ZX_PROCESS_TERMINATED);
  EXPECT_EQ(process_info(child.process()).return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_EQ(signals_of(bare.process), ZX_PROCESS_TERMINATED);
}

CHILD(waits_for_its_parent) { await_parent(); }

TEST(job_kill, leaves_a_job_that_takes_no_more) {
  const Handle job = make_job();
  kill(job);
  EXPECT_OK(zx_object_wait_one(job.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr));
  EXPECT_STATUS(create_in(job), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(create_process_in(job), ZX_ERR_BAD_STATE);
  kill(job);
}

TEST(job_kill, removes_it_from_its_parent) {
  const Handle parent = make_job();
  const Handle job = make_job_in(parent);
  const zx_koid_t koid = koid_of(job.get());
  kill(job);
  EXPECT_OK(zx_object_wait_one(job.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr));
  EXPECT_EQ(count(parent, ZX_INFO_JOB_CHILDREN), 0);
  Handle found;
  EXPECT_STATUS(zx_object_get_child(parent.get(), koid, ZX_RIGHT_SAME_RIGHTS, found.out()),
                ZX_ERR_NOT_FOUND);
}

TEST(job_kill, needs_the_right) {
  const Handle job = make_job();
  EXPECT_STATUS(zx_task_kill(without(job, ZX_RIGHT_DESTROY).get()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_task_kill(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(signals_of(job), kEmpty);
}

TEST(job_critical, the_job_dies_with_the_process) {
  const Handle job = make_job();
  const BareProcess process(job.get());
  EXPECT_OK(zx_job_set_critical(job.get(), 0, process.process.get()));
  kill(process.process);
  EXPECT_OK(zx_object_wait_one(job.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr));
  EXPECT_EQ(job_info(job).return_code, ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL);
}

TEST(job_critical, only_if_it_failed_when_asked_so) {
  const Handle job = make_job();
  {
    const Child child("ends_when_told", job.get());
    EXPECT_OK(
        zx_job_set_critical(job.get(), ZX_JOB_CRITICAL_PROCESS_RETCODE_NONZERO, child.process()));
    EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
    child.expect_success();
  }
  EXPECT_FALSE(job_info(job).exited);
}

CHILD(ends_when_told) { await_parent(); }

TEST(job_critical, refuses_bad_arguments) {
  const Handle job = make_job();
  const Handle other = make_job();
  const BareProcess process(job.get());
  const zx_handle_t target = process.process.get();
  EXPECT_STATUS(zx_job_set_critical(job.get(), 2, target), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_job_set_critical(other.get(), 0, target), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_job_set_critical(without(job, ZX_RIGHT_DESTROY).get(), 0, target),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, without(process.process, ZX_RIGHT_WAIT).get()),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, job.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_OK(zx_job_set_critical(job.get(), 0, target));
  EXPECT_STATUS(zx_job_set_critical(job.get(), 0, target), ZX_ERR_ALREADY_BOUND);
}

TEST(job_critical, an_ancestor_can_depend_on_it) {
  const Handle job = make_job();
  const Handle child = make_job_in(job);
  const BareProcess process(child.get());
  EXPECT_OK(zx_job_set_critical(job.get(), 0, process.process.get()));
  kill(process.process);
  EXPECT_OK(zx_object_wait_one(job.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr));
}

}  // namespace
}  // namespace core
