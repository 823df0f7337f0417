#include "linux/task/task_table.h"

#include "hal/machine.h"
#include "linux/ipc/semaphore_set.h"
#include "linux/late.h"
#include "linux/signals/send.h"
#include "linux/start.h"
#include "linux/tracing/tracing.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux {

namespace {
constinit Late<TaskTable> the_tasks;
}

void make_tasks() { the_tasks.make(); }
TaskTable& tasks() { return *the_tasks; }

bool TaskTable::is_free(int32_t id) {
  if (threads_.find(id) != threads_.end() || processes_.find(id) != processes_.end()) return false;
  if (!wrapped_) return true;
  for (const LinuxProcess& process : processes_) {
    if (process.group_ == id || process.session_ == id) return false;
  }
  return true;
}

ErrnoOr<int32_t> TaskTable::allocate_id() {
  if (count_ >= kMostTasks) return fail(Errno::AGAIN);
  for (;;) {
    if (++last_id_ >= kMaxTaskId) {
      last_id_ = kInitId + 1;
      wrapped_ = true;
    }
    if (is_free(last_id_)) return last_id_;
  }
}

void TaskTable::enter(LinuxProcess& process, LinuxProcess* parent, int32_t parent_thread,
                      int32_t exit_signal) {
  process.add_ref();
  processes_.insert(process);
  process.parent_ = parent;
  process.parent_thread_ = parent_thread;
  process.exit_signal_ = exit_signal;
  process.group_ = parent != nullptr ? parent->group_ : process.id();
  process.session_ = parent != nullptr ? parent->session_ : process.id();
  if (parent != nullptr) parent->children_.push_back(process);
}

void TaskTable::enter(LinuxThread& thread) {
  threads_.insert(thread);
  thread.process().threads_.push_back(thread);
  thread.process().thread_count_.fetch_add(1);
  ++count_;
}

void TaskTable::withdraw(LinuxThread& thread, bool with_process) {
  Leftover left;
  LockGuard guard(tasks_lock);
  LinuxProcess& process = thread.process();
  if (thread.traced) left = Tracing::let_go(*thread.tracee, 0);
  threads_.erase(threads_.iterator_to(thread));
  process.threads_.erase(process.threads_.iterator_to(thread));
  process.thread_count_.fetch_sub(1);
  --count_;
  if (with_process) reap(process);
}

LinuxProcess* TaskTable::find_process(int32_t id) {
  const auto found = processes_.find(id);
  return found == processes_.end() ? nullptr : &*found;
}

LinuxThread* TaskTable::find_thread(int32_t id) {
  const auto found = threads_.find(id);
  return found == threads_.end() ? nullptr : &*found;
}

int32_t TaskTable::next_process(int32_t after) {
  const auto next = processes_.lower_bound(after + 1);
  return next == processes_.end() ? 0 : next->id();
}

bool TaskTable::has_group(int32_t group, int32_t session) {
  for (const LinuxProcess& process : processes_) {
    if (process.group_ == group && process.session_ == session) return true;
  }
  return false;
}

void TaskTable::take_process_id(LinuxThread& thread) {
  threads_.erase(threads_.iterator_to(thread));
  thread.id_.store(thread.process().id(), std::memory_order_relaxed);
  threads_.insert(thread);
}

void TaskTable::thread_left(LinuxThread& thread) {
  remove(thread);
  // Nobody finds it any more to make it a tracer.
  Tracing::tracer_left(thread);
}

void TaskTable::remove(LinuxThread& thread) {
  Leftover left;
  LockGuard guard(tasks_lock);
  LinuxProcess& process = thread.process();
  if (!thread.process_link_.is_linked()) return;
  if (thread.traced) left = Tracing::tracee_left(thread);
  threads_.erase(threads_.iterator_to(thread));
  process.threads_.erase(process.threads_.iterator_to(thread));
  process.thread_count_.fetch_sub(1);
  --count_;
  if (process.threads_.empty()) process.last_name_ = thread.name;
  // It may have been told of a signal that it will not take any more.
  offer_signals(process);
  LinuxProcess::wake_all(process.sole_watchers_);
}

// --- How a process ends

void TaskTable::reap(LinuxProcess& process) {
  process.state_ = LinuxProcess::State::Reaped;
  process.tell_end();
  if (process.parent_ != nullptr)
    process.parent_->children_.erase(process.parent_->children_.iterator_to(process));
  process.parent_ = nullptr;
  processes_.erase(processes_.iterator_to(process));
  process.release();
}

void TaskTable::announce_end(LinuxProcess& process) {
  if (Tracing::has_foreign_tracer(process)) return;
  LinuxProcess* const parent = process.parent_;
  if (parent == nullptr || parent->state_ != LinuxProcess::State::Alive) return reap(process);
  bool ignored = false;
  bool nobody_waits = false;
  if (process.exit_signal_ == kSigChld) {
    const abi::sigaction action = parent->handlers().get(kSigChld);
    ignored = action.handler == signal_action::kIgnore;
    nobody_waits = ignored || (action.flags & signal_action::kNoChildWait) != 0;
  }
  // An ignored one is not even pending while it is blocked.
  if (process.exit_signal_ != 0 && !ignored) {
    abi::siginfo info{};
    info.signal = process.exit_signal_;
    info.code = process.end_.code;
    info.sender.pid = process.id();
    info.sender.uid = process.end_.uid;
    info.sender.child.status = process.end_.status;
    (void)send_signal(*parent, info);
  }
  LinuxProcess::wake_all(parent->child_watchers_);
  if (nobody_waits) reap(process);
}

void TaskTable::reparent_children(LinuxProcess& process) {
  LinuxProcess* heir = process.parent_;
  while (heir != nullptr && (!heir->is_subreaper || heir->state_ != LinuxProcess::State::Alive))
    heir = heir->parent_;
  while (!process.children_.empty()) {
    LinuxProcess& child = process.children_.front();
    process.children_.pop_front();
    child.parent_ = heir;
    if (heir != nullptr) heir->children_.push_back(child);
    const int32_t signal = child.parent_death_signal;
    if (signal != 0 && child.state_ == LinuxProcess::State::Alive)
      (void)send_signal(child, signal_from_kernel(signal));
    child.exit_signal_ = kSigChld;
    // This may have been the one outside its group who could continue it.
    if (child.group_ != process.group_ && child.session_ == process.session_)
      warn_orphaned_groups(child);
    if (child.state_ == LinuxProcess::State::Zombie) announce_end(child);
  }
}

// A group with stopped members and nobody left outside it, in its session, to continue them.
void TaskTable::warn_orphaned_groups(LinuxProcess& process) {
  const int32_t group = process.group_;
  bool has_stopped = false;
  for (const LinuxProcess& member : processes_) {
    if (member.group_ != group || member.state_ != LinuxProcess::State::Alive) continue;
    has_stopped = has_stopped || member.stopped();
    const LinuxProcess* parent = member.parent_;
    if (parent != nullptr && parent->group_ != group && parent->session_ == member.session_) return;
  }
  if (!has_stopped) return;
  (void)send_to_group(group, signal_from_kernel(kSigHup));
  (void)send_to_group(group, signal_from_kernel(kSigCont));
}

void TaskTable::process_ended(LinuxProcess& process) {
  const RefPtr<LinuxProcess> self(&process);
  int32_t status = 0;
  {
    LockGuard guard(process.signal_lock_);
    status = process.exit_status_;
  }
  Usage usage = process.usage();
  const uint32_t user = process.credentials.lock()->user.real;
  vfork_over(process);
  for (IntervalTimer* const timer :
       {&process.alarm, &process.virtual_alarm, &process.profiling_alarm})
    timer->stop();
  process.timers.remove_all();
  process.cpu_limit.stop();
  undo_semaphores(process.id());
  process.replace_memory(nullptr);
  Terminal::leader_ended(process);
  {
    Leftover left;
    LockGuard guard(tasks_lock);
    process.state_ = LinuxProcess::State::Zombie;
    process.tell_end();
    process.object_ = nullptr;
    usage += process.children_usage_;
    process.end_ = {.pid = process.id(), .uid = user, .usage = usage};
    process.end_.set_end(status);
    reparent_children(process);
    warn_orphaned_groups(process);
    left = Tracing::process_ended(process);
    announce_end(process);
  }
  note_process_end(process.id(), status);
}

void TaskTable::vfork_over(LinuxProcess& child) {
  LockGuard guard(tasks_lock);
  child.vfork_over_ = true;
  LinuxProcess::wake_all(child.vfork_watchers_);
}

// Signals must wait until the child is done with its parent's memory; only a kill ends this early.
exec::Task<Status> TaskTable::wait_for_vfork(RefPtr<LinuxProcess> child) {
  Thread& thread = *Thread::current();
  for (;;) {
    LinuxProcess::Watcher watcher;
    {
      LockGuard guard(tasks_lock);
      if (child->vfork_over_) co_return Status::Ok;
      child->vfork_watchers_.push_back(watcher);
    }
    thread.clear_interrupt();
    if (thread.killed()) watcher.waiter.finish(Status::Canceled);
    const Status status = co_await watcher.waiter.wait(kForever);
    {
      LockGuard guard(tasks_lock);
      if (watcher.link.is_linked())
        child->vfork_watchers_.erase(child->vfork_watchers_.iterator_to(watcher));
    }
    if (status == Status::Ok || thread.killed()) co_return status;
  }
}

}  // namespace jacinth::linux
