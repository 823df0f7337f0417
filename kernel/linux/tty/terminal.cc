#include "linux/tty/terminal.h"

#include "linux/signals/send.h"

namespace jacinth::linux {

using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;

Terminal::Terminal(TerminalScreen& screen, fs::DeviceNumber number, const Settings& initial)
    : KernelObject(kOut), number_(number), discipline_(screen) {
  LockGuard guard(lock_);
  discipline_.change(initial);
}

void Terminal::refresh() {
  Signals now = 0;
  const bool gone = hung_up();
  if (gone || discipline_.can_read(discipline_.least_for_poll())) now |= kIn;
  if (gone || discipline_.can_read(1)) now |= kArrived;
  if (gone || discipline_.can_write()) now |= kOut;
  if (gone) now |= kHangUp | fs::ready::kError | fs::ready::kReadHangUp;
  constexpr Signals kAll = kIn | kArrived | kOut | kHangUp;
  if ((signals() & kAll) != (now & kAll)) update_signals(kAll & ~now, now);
  refresh_other_side();
}

void Terminal::send_signals(uint64_t signals) {
  for (const int32_t signal : {kSigInt, kSigQuit, kSigTstp}) {
    if ((signals & bit_of(signal)) != 0) signal_foreground(signal);
  }
}

size_t Terminal::receive(std::string_view bytes) {
  uint64_t signals = 0;
  size_t taken = 0;
  {
    LockGuard guard(lock_);
    const bool was_stopped = discipline_.stopped();
    taken = discipline_.receive(bytes);
    signals = discipline_.take_signals();
    if (signals != 0 && !discipline_.settings().has_local(local_flag::kNoFlush))
      note_status(packet_status::kFlushRead | packet_status::kFlushWrite);
    if (was_stopped != discipline_.stopped())
      note_status(was_stopped ? packet_status::kStarted : packet_status::kStopped);
    // More of what was there already: for those who wait for an edge.
    if (taken != 0) repeat_signals(kIn);
    refresh();
  }
  if (signals != 0) send_signals(signals);
  return taken;
}

Terminal::Taken Terminal::take(std::span<char> out) {
  Taken taken;
  {
    LockGuard guard(lock_);
    taken.count = discipline_.read(out, &taken.ended);
    refresh();
  }
  want_keys();
  return taken;
}

ErrnoOr<size_t> Terminal::write(std::string_view bytes) {
  LockGuard guard(lock_);
  if (hung_up()) return fail(Errno::IO);
  const size_t taken = discipline_.write(bytes);
  refresh();
  return taken;
}

Settings Terminal::settings() {
  LockGuard guard(lock_);
  return discipline_.settings();
}

void Terminal::change(const Settings& settings, bool flush_input) {
  {
    LockGuard guard(lock_);
    if (flush_input) {
      discipline_.flush_input();
      note_status(packet_status::kFlushRead);
    }
    auto has_flow = [](const Settings& of) {
      return of.has_input(input_flag::kStopStart) && of.control[control_char::kStart] == 17 &&
             of.control[control_char::kStop] == 19;
    };
    const bool flow = has_flow(settings);
    if (has_flow(discipline_.settings()) != flow)
      note_status(flow ? packet_status::kFlow : packet_status::kNoFlow);
    discipline_.change(settings);
    refresh();
  }
  want_keys();
}

WindowSize Terminal::window() {
  LockGuard guard(lock_);
  return window_;
}

void Terminal::set_window(const WindowSize& size) {
  {
    LockGuard guard(lock_);
    if (window_ == size) return;
    window_ = size;
  }
  signal_foreground(kSigWinch);
}

uint32_t Terminal::readable() {
  LockGuard guard(lock_);
  return discipline_.readable();
}

void Terminal::flush_input() {
  {
    LockGuard guard(lock_);
    discipline_.flush_input();
    note_status(packet_status::kFlushRead);
    refresh();
  }
  want_keys();
}

// What has been written is at the screen already, or in the hands of the other side.
void Terminal::flush_output() {
  LockGuard guard(lock_);
  note_status(packet_status::kFlushWrite);
  refresh();
}

void Terminal::stop_output() {
  LockGuard guard(lock_);
  if (discipline_.stopped()) return;
  discipline_.stop();
  note_status(packet_status::kStopped);
  refresh();
}

void Terminal::start_output() {
  LockGuard guard(lock_);
  if (!discipline_.stopped()) return;
  discipline_.start();
  note_status(packet_status::kStarted);
  refresh();
}

}  // namespace jacinth::linux
