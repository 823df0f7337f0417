#include "object/task/job.h"

#include <utility>

#include "object/task/process.h"

namespace jacinth {
namespace {

// Where a debugger begins: all tasks hang from this job (tools/gdb).
[[gnu::used]] constinit const Job* debugger_root = nullptr;

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

Result<RefPtr<Job>> Job::create_root() {
  RefPtr<Job> root = TRY(make_ref<Job>(RefPtr<Job>()));
  debugger_root = root.get();
  return root;
}

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

// A Dying job takes no new children. So each is reached once when those reached go to the end of
// their list.
RefPtr<KernelObject> Job::next_to_kill(uint32_t& looked_at) {
  for (Children* children : {&jobs_, &processes_}) {
    while (!children->empty() && !children->front().doomed) {
      JobChild& child = children->front();
      children->pop_front();
      children->push_back(child);
      child.doomed = true;
      ++looked_at;
      if (child.object.try_add_ref()) return RefPtr<KernelObject>::adopt(&child.object);
    }
  }
  return nullptr;
}

// Killing takes locks that may not be taken under the tree's: one child after the other. A job
// among them does the same with its own when its turn comes, so the tree may be as large as it
// likes.
bool Job::reap(exec::Portion& portion) {
  constexpr uint32_t kUnitsForChild = 4;
  Job* ended = nullptr;
  for (;;) {
    RefPtr<KernelObject> child;
    int64_t code = 0;
    {
      LockGuard guard(job_tree_lock);
      uint32_t looked_at = 1;
      child = next_to_kill(looked_at);
      portion.use(kUnitsForChild * looked_at);
      code = return_code_;
      if (!child) end_if_done(ended);
    }
    if (!child) break;
    if (auto job = object_cast<Job>(child)) {
      job->kill(code);
    } else {
      static_cast<Process&>(*child).kill(code);
    }
    if (portion.spent()) return false;
  }
  say_farewell(ended);
  release();
  return true;
}

void Job::kill(int64_t code) {
  {
    LockGuard guard(job_tree_lock);
    if (state_ != State::Ready) return;
    state_ = State::Dying;
    return_code_ = code;
  }
  add_ref();
  exec::reap(*this);
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

// As deep as jobs may be nested.
RefPtr<Job> Job::youngest_to_kill_on_oom() {
  // NOLINTNEXTLINE(modernize-loop-convert): an intrusive list is no range to go through backwards
  for (auto child = jobs_.rbegin(); child != jobs_.rend(); ++child) {
    if (RefPtr<Job> found = static_cast<Job&>(child->object).youngest_to_kill_on_oom())
      return found;
  }
  if (!kill_on_oom_ || state_ != State::Ready || !try_add_ref()) return nullptr;
  return RefPtr<Job>::adopt(this);
}

bool Job::kill_for_memory() {
  RefPtr<Job> chosen;
  {
    LockGuard guard(job_tree_lock);
    chosen = youngest_to_kill_on_oom();
  }
  if (!chosen) return false;
  chosen->kill(task_code::kOutOfMemory);
  return true;
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
