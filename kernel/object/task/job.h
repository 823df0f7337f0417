// Job: a group of processes and further jobs, with a policy; the tree of jobs owns all processes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/reaper.h"
#include "object/kernel_object.h"
#include "object/task/exception_channel.h"
#include "object/task/job_policy.h"
#include "object/task/task_codes.h"

namespace jacinth {

class Process;

// The lock of the whole tree: who is whose child, and the life of every job.
inline constinit SpinLock job_tree_lock{LockRank::JobTree};

// A job's or a process's place among the children of its parent.
struct JobChild {
  explicit JobChild(KernelObject& task) : object(task) {}
  ListHook link;
  bool doomed = false;  // its parent's end has reached it
  KernelObject& object;
};

//     Ready ──kill()──► Dying ──the last child has gone──► Dead
//       └──── the last handle and the last child have gone ──┘
//
// A job that is not Ready takes no children. A child keeps its parent alive by a reference; a
// parent knows its children by plain pointers, which they remove themselves: a process when it is
// dead, a job when it is Dead, so that of a killed tree the leaves end first and the top last.
class Job final : public KernelObject, private exec::Remains {
 public:
  static constexpr ObjectType kType = ObjectType::Job;
  static constexpr uint32_t kMaxHeight = 32;

  enum class State : uint8_t { Ready, Dying, Dead };

  struct Info {
    int64_t return_code;
    bool exited;
    bool kill_on_oom;
    bool debugger_attached;
  };

  // The top of a tree. Never ends by losing its handles. NO_MEMORY.
  static Result<RefPtr<Job>> create_root();
  // A job in `parent`, with its policy. OUT_OF_RANGE: more than kMaxHeight levels below the root.
  // BAD_STATE: the parent has been killed. NO_MEMORY.
  static Result<RefPtr<Job>> create(RefPtr<Job> parent);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override;
  Koid related_koid() const override { return parent_ ? parent_->koid() : kNoKoid; }
  Name name() const override;
  Result<> set_name(std::string_view name) override;
  bool is_root() const { return !parent_; }

  // Kills every process below and makes every job below Dead once it is empty. Returns at once, and
  // does so bit by bit when there are many; the first code counts.
  void kill(int64_t code = task_code::kKilled);

  JobPolicy policy() const;
  // See JobPolicy. BAD_STATE: the job has children, or has been killed.
  Result<> set_basic_policy(PolicyMode mode, std::span<const PolicyEntry> entries);
  Result<> set_timer_slack(exec::Slack slack);

  // From now on the end of `process` (with a return code other than 0, if `only_failure`) kills
  // this job. INVALID_ARGS: the process is not below this job. ALREADY_BOUND: it is critical
  // already.
  Result<> set_critical_process(Process& process, bool only_failure);

  void set_kill_on_oom(bool value);
  // Kills, with kOutOfMemory, the youngest job at or below this one that is marked so and lives:
  // where memory is short it has most likely gone lately. False when there is none.
  bool kill_for_memory();

  Info info() const;
  // Direct children. NO_MEMORY.
  Result<Vector<Koid>> job_koids() const;
  Result<Vector<Koid>> process_koids() const;
  // The direct child job or process; NOT_FOUND.
  Result<RefPtr<KernelObject>> child(Koid koid) const;

  const RefPtr<Job>& parent() const { return parent_; }
  ExceptionChannel& exceptions() { return exceptions_; }
  ExceptionChannel& debugger() { return debugger_; }

 protected:
  void on_zero_handles() override;

 private:
  friend class Process;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  using Children = IntrusiveList<JobChild, &JobChild::link>;

  explicit Job(RefPtr<Job> parent);
  ~Job() override;

  // For processes. BAD_STATE: killed.
  Result<> add_process(Process& process);
  void remove_process(Process& process);

  bool childless() const REQUIRES(job_tree_lock) { return jobs_.empty() && processes_.empty(); }
  void leave_parent() REQUIRES(job_tree_lock);
  // Makes this job Dead if it is time, and adds it to the chain `ended`, with a reference.
  bool end_alone_if_done(Job*& ended) REQUIRES(job_tree_lock);
  // The same, and for those above as long as they end by it.
  void end_if_done(Job*& ended) REQUIRES(job_tree_lock);
  // What is left to do for the jobs in the chain once the tree is unlocked.
  static void say_farewell(Job* ended) EXCLUDES(job_tree_lock);

  // The next child that is still to be killed, with a reference; null when there is none. Some are
  // passed over: `looked_at` counts all.
  RefPtr<KernelObject> next_to_kill(uint32_t& looked_at) REQUIRES(job_tree_lock);
  bool reap(exec::Portion& portion) override;
  RefPtr<Job> youngest_to_kill_on_oom() REQUIRES(job_tree_lock);
  static Result<Vector<Koid>> koids_of(const Children& children);

  const RefPtr<Job> parent_;
  const uint32_t height_;  // how many levels there may be below
  JobChild place_{*this};

  State state_ GUARDED_BY(job_tree_lock) = State::Ready;
  int64_t return_code_ GUARDED_BY(job_tree_lock) = 0;
  bool abandoned_ GUARDED_BY(job_tree_lock) = false;  // the last handle has gone
  Job* next_ended_ = nullptr;
  bool kill_on_oom_ GUARDED_BY(job_tree_lock) = false;
  JobPolicy policy_ GUARDED_BY(job_tree_lock);
  Name name_ GUARDED_BY(job_tree_lock){};
  Children jobs_ GUARDED_BY(job_tree_lock);
  Children processes_ GUARDED_BY(job_tree_lock);

  ExceptionChannel exceptions_;
  ExceptionChannel debugger_;
};

}  // namespace jacinth
