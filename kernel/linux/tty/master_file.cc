// The master's side of a pseudo-terminal as an open file.
#include <algorithm>
#include <array>

#include "fs/operations.h"
#include "linux/files/file_table.h"
#include "linux/files/transfer.h"
#include "linux/tty/pseudo_terminal.h"
#include "linux/tty/terminal_file.h"
#include "linux/tty/terminal_ioctl.h"

namespace jacinth::linux {
namespace {

using Transferred = fs::File::Transferred;

// Its own signals say how ready it is; the terminal sets them.
class MasterFile final : public fs::File {
 public:
  MasterFile(RefPtr<PseudoTerminal> terminal, fs::Path path, RefPtr<fs::Node> node, uint32_t flags)
      : File(std::move(path), std::move(node), flags, fs::ready::kOut),
        terminal_(std::move(terminal)) {
    terminal_->set_master(this);
  }
  ~MasterFile() override { terminal_->master_closed(); }

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Transferred write(fs::IoSource from, fs::IoFlags how) override;
  exec::Eventually<ErrnoOr<int64_t>> ioctl(uint32_t command, uint64_t argument) override {
    return run(command, argument);
  }

 private:
  ErrnoOr<size_t> take(fs::IoTarget& to);
  ErrnoOr<> give(fs::IoSource& from, size_t& done);
  ErrnoOr<int64_t> run(uint32_t command, uint64_t argument);
  ErrnoOr<int64_t> open_peer(uint64_t argument);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<MasterFile> file, fs::IoTarget to);
  static exec::Task<ErrnoOr<size_t>> write_slowly(RefPtr<MasterFile> file, fs::IoSource from,
                                                  size_t done);

  const RefPtr<PseudoTerminal> terminal_;
};

// --- Reading what programs have written

ErrnoOr<size_t> MasterFile::take(fs::IoTarget& to) {
  std::array<char, 2048> piece;
  const bool packets = terminal_->packets();
  size_t done = 0;
  while (!to.empty()) {
    const auto wanted = std::span(piece).first(std::min(piece.size(), to.remaining()));
    const auto taken = terminal_->take_output(wanted);
    if (!taken) return done != 0 ? ErrnoOr<size_t>(done) : taken;
    done += TRY(to.put(std::as_bytes(wanted.first(*taken))));
    if (packets || *taken < wanted.size()) break;
  }
  return done;
}

exec::Task<ErrnoOr<size_t>> MasterFile::read_slowly(RefPtr<MasterFile> file, fs::IoTarget to) {
  for (;;) {
    const Status status =
        co_await fs::wait_for(file, fs::ready::kIn | fs::ready::kHangUp, kForever);
    const auto taken = file->take(to);
    if (taken || taken.error() != Errno::AGAIN) co_return taken;
    if (status != Status::Ok) co_return fail(Errno::RESTARTSYS);
  }
}

Transferred MasterFile::read(fs::IoTarget to, fs::IoFlags how) {
  const auto taken = take(to);
  if (taken || taken.error() != Errno::AGAIN || how.no_wait || non_blocking()) return taken;
  return read_slowly(RefPtr<MasterFile>(this), to);
}

// --- Typing

// AGAIN: the terminal takes no more keys for now.
ErrnoOr<> MasterFile::give(fs::IoSource& from, size_t& done) {
  std::array<std::byte, 1024> piece;
  while (!from.empty()) {
    fs::IoSource ahead = from;
    const size_t count =
        TRY(ahead.take(std::span(piece).first(std::min(piece.size(), from.remaining()))));
    const size_t taken = terminal_->receive({reinterpret_cast<const char*>(piece.data()), count});
    from.skip(taken);
    done += taken;
    if (taken < count) return fail(Errno::AGAIN);
  }
  return {};
}

exec::Task<ErrnoOr<size_t>> MasterFile::write_slowly(RefPtr<MasterFile> file, fs::IoSource from,
                                                     size_t done) {
  for (;;) {
    const Status status = co_await fs::wait_for(file, fs::ready::kOut, kForever);
    const auto given = file->give(from, done);
    if (given) co_return done;
    if (status == Status::Ok && given.error() == Errno::AGAIN) continue;
    if (done != 0) co_return done;
    co_return fail(given.error() == Errno::AGAIN ? Errno::RESTARTSYS : given.error());
  }
}

Transferred MasterFile::write(fs::IoSource from, fs::IoFlags how) {
  size_t done = 0;
  const auto given = give(from, done);
  if (given) return ErrnoOr<size_t>(done);
  if (given.error() == Errno::AGAIN && !how.no_wait && !non_blocking())
    return write_slowly(RefPtr<MasterFile>(this), from, done);
  if (done != 0) return ErrnoOr<size_t>(done);
  return ErrnoOr<size_t>(fail(given.error()));
}

// --- ioctl

// TIOCGPTPEER: the programs' side, opened without its name.
ErrnoOr<int64_t> MasterFile::open_peer(uint64_t argument) {
  const auto flags = static_cast<uint32_t>(argument);
  std::array<char, 12> buffer;
  const std::string_view name = format_into(buffer, "{}", terminal_->index());
  LinuxThread& self = LinuxThread::of(*Thread::current());
  const fs::Path root = self.fs->root();
  const fs::Credentials kernel{.capabilities = fs::capability::kAll};
  const fs::Path pts = TRY(
      fs::walk({.root = root, .base = root, .who = kernel}, "/dev/pts", fs::walk_flags::kFollow));
  fs::Path place =
      TRY(fs::walk({.root = root, .base = pts, .who = kernel}, name, fs::walk_flags::kFollow));
  const RefPtr<fs::Node> node(&place.node());
  auto file = TRY(open_terminal(terminal_, std::move(place), node, flags));
  const uint64_t limit = self.process().limits.lock()->of[kLimitFiles].soft;
  const bool close_on_exec = (flags & fs::open_flags::kCloseOnExec) != 0;
  return TRY(self.files->add(std::move(file), close_on_exec, limit));
}

ErrnoOr<int64_t> MasterFile::run(uint32_t command, uint64_t argument) {
  enum Command : uint32_t {
    kInputBytes = 0x541b,
    kSetPackets = 0x5420,
    kGetNumber = 0x80045430,
    kSetLock = 0x40045431,
    kSendSignal = 0x40045436,
    kGetPackets = 0x80045438,
    kGetLock = 0x80045439,
    kOpenPeer = 0x5441,
  };
  const VirtAddr address{argument};
  const UserOut<int32_t> out(address);
  switch (command) {
    case kInputBytes:
      TRY(put(out, static_cast<int32_t>(terminal_->output_bytes())));
      return 0;
    case kSetPackets:
      terminal_->set_packets(TRY(get(UserIn<int32_t>(address))) != 0);
      return 0;
    case kGetPackets:
      TRY(put(out, terminal_->packets() ? 1 : 0));
      return 0;
    case kGetNumber:
      TRY(put(out, static_cast<int32_t>(terminal_->index())));
      return 0;
    case kSetLock:
      terminal_->locked = TRY(get(UserIn<int32_t>(address)))
      != 0;
      return 0;
    case kGetLock:
      TRY(put(out, terminal_->locked ? 1 : 0));
      return 0;
    case kSendSignal:
      if (argument != kSigInt && argument != kSigQuit && argument != kSigTstp)
        return fail(Errno::INVAL);
      terminal_->signal_foreground(static_cast<int32_t>(argument));
      return 0;
    case kOpenPeer:
      return open_peer(argument);
    default:
      return terminal_ioctl(*terminal_, TerminalSide::Master, command, argument);
  }
}

}  // namespace

exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open_master(const fs::Path& place, fs::Node& node,
                                                        uint32_t flags) {
  const auto open = [&]() -> ErrnoOr<RefPtr<fs::File>> {
    LinuxThread& self = LinuxThread::of(*Thread::current());
    const CredentialSet who = *self.process().credentials.lock();
    auto terminal = TRY(PseudoTerminal::create(who.for_files()));
    auto file = make_ref<MasterFile>(terminal, place, RefPtr(&node), flags);
    if (file) return RefPtr<fs::File>(*std::move(file));
    terminal->master_closed();
    return fail(Errno::NOMEM);
  };
  return open();
}

}  // namespace jacinth::linux
