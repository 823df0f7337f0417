// Terminal: what programs have behind /dev/console and /dev/pts/N: a line discipline between a
// keyboard and a screen, and a session of processes that it controls.
#pragma once

#include <string_view>

#include "base/errno.h"
#include "base/spinlock.h"
#include "fs/types.h"
#include "linux/task/linux_process.h"
#include "linux/tty/line_discipline.h"
#include "linux/tty/settings.h"
#include "object/kernel_object.h"

namespace jacinth::linux {

// Its signals are fs::ready::… as the programs' side sees them, and kArrived. A session's terminal
// is kept alive by that.
class Terminal : public KernelObject {
 public:
  // There is something for a reader who would take a single byte; kIn may wait for more (VMIN).
  static constexpr Signals kArrived = 1u << 8;

  ObjectType type() const final { return ObjectType::None; }
  Rights default_rights() const final { return rights::kBasic; }
  fs::DeviceNumber number() const { return number_; }

  // --- Keys. Returns how many bytes were taken; sends the signals they ask for. No lock held.
  size_t receive(std::string_view bytes);

  // --- For programs' reads and writes; none of them waits.
  struct Taken {
    size_t count = 0;
    bool ended = false;  // of canonical mode: a line has ended
  };
  Taken take(std::span<char> out);
  // 0: no room, or stopped. IO: hung up.
  ErrnoOr<size_t> write(std::string_view bytes);
  bool hung_up() const { return hung_up_.load(std::memory_order_acquire); }

  // --- What it is set to.
  Settings settings();
  void change(const Settings& settings, bool flush_input);
  WindowSize window();
  // Tells the foreground group when it is another size.
  void set_window(const WindowSize& size);
  uint32_t readable();
  void flush_input();
  void flush_output();
  void stop_output();
  void start_output();

  // --- The session it controls; see sessions.cc. All take tasks_lock.
  // The caller's controlling terminal; null: it has none.
  static RefPtr<Terminal> of(const LinuxProcess& process);
  static Terminal* of_locked(const LinuxProcess& process) REQUIRES(tasks_lock);
  int32_t foreground() REQUIRES(tasks_lock) { return foreground_; }
  int32_t session() REQUIRES(tasks_lock) { return session_; }
  // TIOCSCTTY. PERM: the caller leads no session, or has a terminal, or somebody else has this one
  // (unless a privileged caller steals it).
  ErrnoOr<> control(LinuxProcess& leader, bool steal);
  // What opening does for a session leader without a terminal.
  void control_if_free(LinuxProcess& process);
  // TIOCNOTTY. NOTTY: it is not the caller's terminal.
  ErrnoOr<> give_up(LinuxProcess& process);
  // TIOCSPGRP. NOTTY: not the caller's terminal; SRCH, PERM: no group of this session.
  ErrnoOr<> set_foreground(LinuxProcess& caller, int32_t group);
  void signal_foreground(int32_t signal);
  // A process in the background uses its terminal: RESTARTSYS when `signal` has been sent to its
  // group. IO: that would not help. Fine for everyone else.
  ErrnoOr<> check_background(LinuxThread& caller, int32_t signal);
  // The session's leader has ended.
  static void leader_ended(const LinuxProcess& leader);

  // TIOCEXCL: only the superuser may open it again.
  std::atomic<bool> exclusive{false};
  // Nobody will type any more: reads end, writes fail, the session's leader is told.
  void hang_up();
  // Somebody has opened it, or the last reference to such an open file has gone.
  virtual ErrnoOr<> open_one() { return {}; }
  virtual void close_one() {}

 protected:
  // Does not touch `screen`, which may be a part of the same object, not constructed yet.
  Terminal(TerminalScreen& screen, fs::DeviceNumber number, const Settings& initial);
  ~Terminal() override = default;

  SpinLock& lock() RETURN_CAPABILITY(lock_) { return lock_; }
  LineDiscipline& discipline() REQUIRES(lock_) { return discipline_; }
  // Signals follow from the state, after each change.
  void refresh() REQUIRES(lock_);
  virtual void refresh_other_side() REQUIRES(lock_) {}
  // Packet mode: bits of packet_status.
  virtual void note_status(uint8_t) REQUIRES(lock_) {}
  // There is room for keys again. No lock held.
  virtual void want_keys() {}
  void send_signals(uint64_t signals);

 private:
  void detach(int32_t group_signal) REQUIRES(tasks_lock);
  void begin_session(LinuxProcess& leader) REQUIRES(tasks_lock);
  void end_session() REQUIRES(tasks_lock);

  const fs::DeviceNumber number_;
  SpinLock lock_{LockRank::FsFile};
  LineDiscipline discipline_ GUARDED_BY(lock_);
  WindowSize window_ GUARDED_BY(lock_);
  std::atomic<bool> hung_up_{false};

  int32_t session_ GUARDED_BY(tasks_lock) = 0;  // 0: controls none
  int32_t foreground_ GUARDED_BY(tasks_lock) = 0;
  Terminal* next_ GUARDED_BY(tasks_lock) = nullptr;  // among those that control a session
};

// What the first byte of a read from a pseudo-terminal's master says in packet mode.
namespace packet_status {
inline constexpr uint8_t kData = 0, kFlushRead = 1, kFlushWrite = 2, kStopped = 4, kStarted = 8,
                         kNoFlow = 16, kFlow = 32;
}

}  // namespace jacinth::linux
