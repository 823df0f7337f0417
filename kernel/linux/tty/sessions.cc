// Terminals and the sessions they control: who is in the foreground, who is told what.
#include "linux/signals/send.h"
#include "linux/signals/stop.h"
#include "linux/task/task_table.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux {
namespace {

// Those that control a session, each with a reference of its own.
constinit Terminal* controlling GUARDED_BY(tasks_lock) = nullptr;

}  // namespace

Terminal* Terminal::of_locked(const LinuxProcess& process) {
  if (process.left_terminal.load(std::memory_order_relaxed)) return nullptr;
  for (Terminal* at = controlling; at != nullptr; at = at->next_) {
    if (at->session_ == process.session()) return at;
  }
  return nullptr;
}

RefPtr<Terminal> Terminal::of(const LinuxProcess& process) {
  LockGuard guard(tasks_lock);
  return RefPtr<Terminal>(of_locked(process));
}

void Terminal::begin_session(LinuxProcess& leader) {
  session_ = leader.session();
  foreground_ = leader.group();
  leader.left_terminal = false;
  next_ = controlling;
  controlling = this;
  add_ref();
}

// The caller has a reference of its own.
void Terminal::end_session() {
  Terminal** link = &controlling;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
  session_ = foreground_ = 0;
  next_ = nullptr;
  release();
}

ErrnoOr<> Terminal::control(LinuxProcess& leader, bool steal) {
  const RefPtr<Terminal> self(this);
  const bool privileged = leader.credentials.lock()->is_root();
  LockGuard guard(tasks_lock);
  const bool leads = leader.session() == leader.id();
  if (leads && session_ == leader.session()) return {};
  if (!leads || of_locked(leader) != nullptr) return fail(Errno::PERM);
  if (session_ != 0) {
    if (!steal || !privileged) return fail(Errno::PERM);
    end_session();
  }
  begin_session(leader);
  return {};
}

void Terminal::control_if_free(LinuxProcess& process) {
  LockGuard guard(tasks_lock);
  if (process.session() == process.id() && session_ == 0 && of_locked(process) == nullptr)
    begin_session(process);
}

// Its session has no terminal from now on.
void Terminal::detach(int32_t group_signal) {
  const int32_t group = foreground_;
  end_session();
  if (group == 0) return;
  (void)send_to_group(group, signal_from_kernel(group_signal));
}

ErrnoOr<> Terminal::give_up(LinuxProcess& process) {
  const RefPtr<Terminal> self(this);
  LockGuard guard(tasks_lock);
  if (of_locked(process) != this) return fail(Errno::NOTTY);
  if (process.session() != process.id()) {
    process.left_terminal = true;
    return {};
  }
  const int32_t group = foreground_;
  detach(kSigHup);
  if (group != 0) (void)send_to_group(group, signal_from_kernel(kSigCont));
  return {};
}

void Terminal::leader_ended(const LinuxProcess& leader) {
  RefPtr<Terminal> terminal;  // let go of after the lock
  LockGuard guard(tasks_lock);
  if (leader.session() != leader.id()) return;
  terminal = RefPtr<Terminal>(of_locked(leader));
  if (terminal) terminal->detach(kSigHup);
}

void Terminal::hang_up() {
  const RefPtr<Terminal> self(this);
  if (hung_up_.exchange(true)) return;
  {
    LockGuard guard(lock_);
    refresh();
  }
  LockGuard guard(tasks_lock);
  if (session_ == 0) return;
  if (LinuxProcess* const leader = tasks().find_process(session_); leader != nullptr) {
    (void)send_signal(*leader, signal_from_kernel(kSigHup));
    (void)send_signal(*leader, signal_from_kernel(kSigCont));
  }
  end_session();
}

ErrnoOr<> Terminal::set_foreground(LinuxProcess& caller, int32_t group) {
  LockGuard guard(tasks_lock);
  if (of_locked(caller) != this) return fail(Errno::NOTTY);
  if (group < 0) return fail(Errno::INVAL);
  bool exists = false;
  bool in_session = false;
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    if (process.group() != group) return;
    exists = true;
    in_session = in_session || process.session() == session_;
  });
  if (!exists) return fail(Errno::SRCH);
  if (!in_session) return fail(Errno::PERM);
  foreground_ = group;
  return {};
}

void Terminal::signal_foreground(int32_t signal) {
  LockGuard guard(tasks_lock);
  if (foreground_ != 0) (void)send_to_group(foreground_, signal_from_kernel(signal));
}

ErrnoOr<> Terminal::check_background(LinuxThread& caller, int32_t signal) {
  LinuxProcess& process = caller.process();
  LockGuard guard(tasks_lock);
  if (of_locked(process) != this || foreground_ == 0 || process.group() == foreground_) return {};
  bool unheard = false;
  {
    LockGuard signal_guard(process.signal_lock());
    unheard = (caller.signals.mask & bit_of(signal)) != 0 ||
              process.handlers().get(signal).handler == signal_action::kIgnore;
  }
  if (unheard) return signal == kSigTtin ? ErrnoOr<>(fail(Errno::IO)) : ErrnoOr<>();
  if (group_is_orphan(process)) return fail(Errno::IO);
  (void)send_to_group(process.group(), signal_from_kernel(signal));
  return fail(Errno::RESTARTSYS);
}

}  // namespace jacinth::linux
