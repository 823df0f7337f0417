#include "linux/tty/terminal_file.h"

#include <algorithm>
#include <array>

#include "hal/clock.h"
#include "linux/tty/terminal_ioctl.h"

namespace jacinth::linux {
namespace {

constexpr Duration kTenth = milliseconds(100);  // the unit of VTIME

class TerminalFile final : public fs::File {
 public:
  // The terminal has been opened for it.
  TerminalFile(RefPtr<Terminal> terminal, fs::Path path, RefPtr<fs::Node> node, uint32_t flags)
      : File(std::move(path), std::move(node), flags), terminal_(std::move(terminal)) {}
  ~TerminalFile() override { terminal_->close_one(); }

  Terminal& terminal() const { return *terminal_; }

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Transferred write(fs::IoSource from, fs::IoFlags how) override;
  exec::Eventually<ErrnoOr<int64_t>> ioctl(uint32_t command, uint64_t argument) override {
    return terminal_ioctl(*terminal_, TerminalSide::Program, command, argument);
  }
  KernelObject& poll_object() override { return *terminal_; }
  Signals poll_mask() override {
    using namespace fs::ready;
    return kIn | kOut | kHangUp | kError | kReadHangUp;
  }

 private:
  // What a read does next.
  struct Progress {
    size_t done = 0;
    bool over = false;
    Instant deadline = kForever;
  };
  ErrnoOr<> take(fs::IoTarget& to, Progress& progress);
  ErrnoOr<> write_some(fs::IoSource& from, size_t& done);
  ErrnoOr<> may_use(int32_t signal);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<TerminalFile> file, fs::IoTarget to,
                                                 Progress progress);
  static exec::Task<ErrnoOr<size_t>> write_slowly(RefPtr<TerminalFile> file, fs::IoSource from,
                                                  size_t done);

  const RefPtr<Terminal> terminal_;
};

ErrnoOr<> TerminalFile::may_use(int32_t signal) {
  Thread* const thread = Thread::current();
  if (thread == nullptr) return {};
  return terminal_->check_background(LinuxThread::of(*thread), signal);
}

// Takes what there is, and says whether that is enough for one read: a line, or what VMIN and VTIME
// ask for.
ErrnoOr<> TerminalFile::take(fs::IoTarget& to, Progress& progress) {
  std::array<char, 1024> piece;
  const Settings settings = terminal_->settings();
  const bool gone = terminal_->hung_up();
  const size_t before = progress.done;
  bool line_ended = false;
  while (!to.empty() && !line_ended) {
    const auto wanted = std::span(piece).first(std::min(piece.size(), to.remaining()));
    const Terminal::Taken taken = terminal_->take(wanted);
    line_ended = taken.ended;
    if (taken.count == 0) break;
    progress.done += TRY(to.put(std::as_bytes(wanted.first(taken.count))));
  }
  if (gone || to.empty()) progress.over = true;
  if (settings.canonical()) {
    progress.over = progress.over || line_ended || progress.done != 0;
    return {};
  }
  const uint8_t least = settings.control[control_char::kMin];
  const Duration patience{kTenth.ns * settings.control[control_char::kTime]};
  if (progress.done >= least && (least != 0 || progress.done != 0 || patience.ns == 0))
    progress.over = true;
  const bool clock_runs = patience.ns != 0 && (least == 0 || progress.done != 0);
  const bool starts_anew = progress.deadline == kForever || (least != 0 && progress.done != before);
  if (clock_runs && starts_anew) progress.deadline = hal::now() + patience;
  return {};
}

exec::Task<ErrnoOr<size_t>> TerminalFile::read_slowly(RefPtr<TerminalFile> file, fs::IoTarget to,
                                                      Progress progress) {
  for (;;) {
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(file->terminal_.get()),
                                                Terminal::kArrived, progress.deadline);
    if (const auto may = file->may_use(kSigTtin); !may) {
      if (progress.done != 0) break;
      co_return fail(may.error());
    }
    if (const auto taken = file->take(to, progress); !taken) {
      if (progress.done != 0) break;
      co_return fail(taken.error());
    }
    if (progress.over || status == Status::TimedOut) break;
    if (status == Status::Ok) continue;
    if (progress.done != 0) break;
    co_return fail(Errno::RESTARTSYS);
  }
  co_return progress.done;
}

fs::File::Transferred TerminalFile::read(fs::IoTarget to, fs::IoFlags how) {
  if (const auto may = may_use(kSigTtin); !may) return ErrnoOr<size_t>(fail(may.error()));
  Progress progress;
  if (const auto taken = take(to, progress); !taken) return ErrnoOr<size_t>(fail(taken.error()));
  if (progress.over) return ErrnoOr<size_t>(progress.done);
  if (how.no_wait || non_blocking()) {
    if (progress.done != 0) return ErrnoOr<size_t>(progress.done);
    return ErrnoOr<size_t>(fail(Errno::AGAIN));
  }
  return read_slowly(RefPtr<TerminalFile>(this), to, progress);
}

// AGAIN: no more room for now.
ErrnoOr<> TerminalFile::write_some(fs::IoSource& from, size_t& done) {
  std::array<std::byte, 1024> piece;
  while (!from.empty()) {
    // Looked at before it is taken: what the terminal has no room for stays.
    fs::IoSource ahead = from;
    const auto room = std::span(piece).first(std::min(piece.size(), from.remaining()));
    const size_t count = TRY(ahead.take(room));
    const std::string_view text(reinterpret_cast<const char*>(piece.data()), count);
    const size_t taken = TRY(terminal_->write(text));
    from.skip(taken);
    done += taken;
    if (taken < count) return fail(Errno::AGAIN);
  }
  return {};
}

exec::Task<ErrnoOr<size_t>> TerminalFile::write_slowly(RefPtr<TerminalFile> file, fs::IoSource from,
                                                       size_t done) {
  for (;;) {
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(file->terminal_.get()),
                                                fs::ready::kOut, kForever);
    const auto written = file->write_some(from, done);
    if (written) co_return done;
    if (written.error() != Errno::AGAIN) {
      if (done != 0) co_return done;
      co_return fail(written.error());
    }
    if (status == Status::Ok) continue;
    if (done != 0) co_return done;
    co_return fail(Errno::RESTARTSYS);
  }
}

fs::File::Transferred TerminalFile::write(fs::IoSource from, fs::IoFlags how) {
  if (terminal_->settings().has_local(local_flag::kStopBackground)) {
    if (const auto may = may_use(kSigTtou); !may) return ErrnoOr<size_t>(fail(may.error()));
  }
  size_t done = 0;
  const auto written = write_some(from, done);
  if (written) return ErrnoOr<size_t>(done);
  const bool full = written.error() == Errno::AGAIN;
  if (full && !how.no_wait && !non_blocking())
    return write_slowly(RefPtr<TerminalFile>(this), from, done);
  if (done != 0) return ErrnoOr<size_t>(done);
  return ErrnoOr<size_t>(fail(written.error()));
}

}  // namespace

ErrnoOr<RefPtr<fs::File>> open_terminal(RefPtr<Terminal> terminal, fs::Path path,
                                        RefPtr<fs::Node> node, uint32_t flags) {
  Thread* const thread = Thread::current();
  if (terminal->exclusive && thread != nullptr &&
      !LinuxThread::of(*thread).process().credentials.lock()->is_root())
    return fail(Errno::BUSY);
  TRY(terminal->open_one());
  auto made = make_ref<TerminalFile>(terminal, std::move(path), std::move(node), flags);
  if (!made) {
    terminal->close_one();
    return fail(Errno::NOMEM);
  }
  if ((flags & fs::open_flags::kNoControllingTty) == 0 && (*made)->can_read() && thread != nullptr)
    terminal->control_if_free(LinuxThread::of(*thread).process());
  return RefPtr<fs::File>(*std::move(made));
}

}  // namespace jacinth::linux
