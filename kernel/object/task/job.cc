#include "object/task/job.h"

#include <utility>

#include "object/task/process.h"

namespace jacinth {
namespace {

Job& job_of(const JobChild& child) { return static_cast<Job&>(child.object); }
Process& process_of(const JobChild& child) { return static_cast<Process&>(child.object); }

}  // namespace

Job::Job(RefPtr<Job> parent)
    : KernelObject(signals::kJobNoJobs | signals::kJobNoProcesses),
      parent_(std::move(parent)),
      height_(parent_ ? parent_->height_ - 1 : kMaxHeight) {}

Job::~Job() {
  Job* ended = nullptr;
  {
    LockGuard guard(job_tree_lock);
    if (!place_.link.is_linked()) return;
    // Its creation failed half-way: it never had a handle.
    leave_parent();
    parent_->end_if_done(ended);
  }
  say_farewell(ended);
}

Result<RefPtr<Job>> Job::create_root() { return make_ref<Job>(RefPtr<Job>()); }

Result<RefPtr<Job>> Job::create(RefPtr<Job> parent) {
  if (parent->height_ == 0) return fail(Status::OutOfRange);
  RefPtr<Job> job = TRY(make_ref<Job>(parent));
  LockGuard guard(job_tree_lock);
  if (parent->state_ != State::Ready) return fail(Status::BadState);
  job->policy_ = parent->policy_;
  parent->jobs_.push_back(job->place_);
  parent->update_signals(signals::kJobNoJobs, 0);
  return job;
}

Rights Job::default_rights() const {
  return rights::kBasic | rights::kIo | rights::kProperty | rights::kPolicy | rights::kEnumerate |
         rights::kDestroy | rights::kSignal | rights::kManageJob | rights::kManageProcess |
         rights::kManageThread;
}

KernelObject::Name Job::name() const {
  LockGuard guard(job_tree_lock);
  return name_;
}

Result<> Job::set_name(std::string_view name) {
  LockGuard guard(job_tree_lock);
  name_ = make_name(name);
  return {};
}

// --- Children.

Result<> Job::add_process(Process& process) {
  LockGuard guard(job_tree_lock);
  if (state_ != State::Ready) return fail(Status::BadState);
  process.policy_ = policy_;
  processes_.push_back(process.place_);
  update_signals(signals::kJobNoProcesses, 0);
  return {};
}

void Job::remove_process(Process& process) {
  Job* ended = nullptr;
  {
    LockGuard guard(job_tree_lock);
    processes_.erase(processes_.iterator_to(process.place_));
    if (processes_.empty()) update_signals(0, signals::kJobNoProcesses);
    end_if_done(ended);
  }
  say_farewell(ended);
}

void Job::leave_parent() {
  parent_->jobs_.erase(parent_->jobs_.iterator_to(place_));
  if (parent_->jobs_.empty()) parent_->update_signals(0, signals::kJobNoJobs);
}

// --- Ending.

bool Job::end_alone_if_done(Job*& ended) {
  const bool done = state_ == State::Dying || (abandoned_ && handle_count() == 0 && !is_root());
  if (state_ == State::Dead || !done || !jobs_.empty() || !processes_.empty()) return false;
  state_ = State::Dead;
  update_signals(0, signals::kTaskTerminated);
  if (!is_root()) leave_parent();
  // One that is being destroyed has nobody left to tell.
  if (try_add_ref()) next_ended_ = std::exchange(ended, this);
  return true;
}

// Each job visited is kept alive by the one below it, and the first by the caller.
void Job::end_if_done(Job*& ended) {
  Job* job = this;
  while (job != nullptr && job->end_alone_if_done(ended)) job = job->parent_.get();
}

void Job::say_farewell(Job* ended) {
  while (ended != nullptr) {
    const auto job = RefPtr<Job>::adopt(ended);
    ended = job->next_ended_;
    job->exceptions_.close();
    job->debugger_.close();
  }
}

void Job::on_zero_handles() {
  Job* ended = nullptr;
  {
    LockGuard guard(job_tree_lock);
    abandoned_ = true;
    end_if_done(ended);
  }
  say_farewell(ended);
}

// --- Killing.

Job& Job::first_leaf() {
  Job* job = this;
  while (!job->jobs_.empty()) job = &job_of(job->jobs_.front());
  return *job;
}

Job* Job::next_in_walk(const Job& top) {
  if (this == &top) return nullptr;
  Children& siblings = parent_->jobs_;
  const auto next = std::next(siblings.iterator_to(place_));
  return next == siblings.end() ? parent_.get() : &job_of(*next).first_leaf();
}

void Job::mark_dying(int64_t code, Process*& doomed) {
  if (state_ != State::Ready) return;
  state_ = State::Dying;
  return_code_ = code;
  for (JobChild& child : processes_) {
    Process& process = process_of(child);
    if (process.doomed_ || !process.try_add_ref()) continue;
    process.doomed_ = true;
    process.next_doomed_ = std::exchange(doomed, &process);
  }
}

// Killing a process takes locks that may not be taken under the tree's. So the walk, children
// before parents, marks the jobs and ends the empty ones, and collects the processes in a chain
// through themselves: it cannot run out of memory. A process in another kill's chain is left to it.
void Job::kill(int64_t code) {
  Process* doomed = nullptr;
  Job* ended = nullptr;
  {
    LockGuard guard(job_tree_lock);
    if (state_ != State::Ready) return;
    for (Job* job = &first_leaf(); job != nullptr;) {
      Job* next = job->next_in_walk(*this);
      job->mark_dying(code, doomed);
      job->end_alone_if_done(ended);
      job = next;
    }
    if (state_ == State::Dead && parent_) parent_->end_if_done(ended);
  }
  while (doomed != nullptr) {
    const auto process = RefPtr<Process>::adopt(doomed);
    doomed = process->next_doomed_;
    process->kill(code);
  }
  say_farewell(ended);
}

// --- Policy.

JobPolicy Job::policy() const {
  LockGuard guard(job_tree_lock);
  return policy_;
}

Result<> Job::set_basic_policy(PolicyMode mode, std::span<const PolicyEntry> entries) {
  LockGuard guard(job_tree_lock);
  if (state_ != State::Ready || !childless()) return fail(Status::BadState);
  return policy_.set_basic(mode, entries);
}

Result<> Job::set_timer_slack(exec::Slack slack) {
  LockGuard guard(job_tree_lock);
  if (state_ != State::Ready || !childless()) return fail(Status::BadState);
  return policy_.set_timer_slack(slack);
}

Result<> Job::set_critical_process(Process& process, bool only_failure) {
  const Job* above = process.job().get();
  while (above != nullptr && above != this) above = above->parent_.get();
  if (above == nullptr) return fail(Status::InvalidArgs);
  return process.set_critical_to(RefPtr(this), only_failure);
}

void Job::set_kill_on_oom(bool value) {
  LockGuard guard(job_tree_lock);
  kill_on_oom_ = value;
}

// --- Information.

Job::Info Job::info() const {
  const bool debugged = debugger_.attached();
  LockGuard guard(job_tree_lock);
  return {.return_code = return_code_,
          .exited = state_ != State::Ready,
          .kill_on_oom = kill_on_oom_,
          .debugger_attached = debugged};
}

Result<Vector<Koid>> Job::koids_of(const Children& children) {
  Vector<Koid> koids;
  for (const JobChild& child : children) TRY(koids.push_back(child.object.koid()));
  return koids;
}

Result<Vector<Koid>> Job::job_koids() const {
  LockGuard guard(job_tree_lock);
  return koids_of(jobs_);
}

Result<Vector<Koid>> Job::process_koids() const {
  LockGuard guard(job_tree_lock);
  return koids_of(processes_);
}

Result<RefPtr<KernelObject>> Job::child(Koid koid) const {
  LockGuard guard(job_tree_lock);
  for (const Children* children : {&jobs_, &processes_}) {
    for (const JobChild& child : *children) {
      if (child.object.koid() == koid && child.object.try_add_ref())
        return RefPtr<KernelObject>::adopt(&child.object);
    }
  }
  return fail(Status::NotFound);
}

}  // namespace jacinth
