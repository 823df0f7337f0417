#include "linux/files/file_signals.h"

#include <atomic>

#include "exec/deferred.h"
#include "linux/signals/send.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {
namespace {

using fs::ready::kError;
using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kPriority;

// Observes the edges of a file's signals. It is called under the lock of these, where no signal can
// be sent: it puts itself on a list for later. It does not keep the file, whose settings it copies.
class FileSignals final : public RefCounted, public SignalObserver {
 public:
  FileSignals(fs::File& file, int32_t fd, const CredentialSet& who)
      : file_(file), fd_(fd), user_(who.user.real), effective_(who.user.effective) {}

  Next on_match(Signals now) override;
  // Was the file's.
  void on_handle_closed(Signals) override { release(); }

  static void send_all();

 private:
  void send(Signals seen);
  abi::siginfo notice(Signals seen, int32_t number) const;
  bool may_signal(LinuxProcess& process) const;

  fs::File& file_;
  const int32_t fd_;
  const uint32_t user_, effective_;
  std::atomic<int32_t> owner_{0}, number_{0};
  std::atomic<Signals> seen_{0};
  std::atomic<uint32_t> count_{0};
  std::atomic<bool> listed_{false};
  FileSignals* next_ = nullptr;
};

constinit std::atomic<FileSignals*> first_to_send{nullptr};
constinit exec::Deferred sending{&FileSignals::send_all};

SignalObserver::Next FileSignals::on_match(Signals now) {
  if ((file_.flags() & fs::open_flags::kAsync) == 0 || file_.signal_owner == 0) return Next::Keep;
  owner_ = file_.signal_owner.load();
  number_ = file_.signal_number.load();
  seen_ = now;
  count_.fetch_add(1);
  if (listed_.exchange(true, std::memory_order_acq_rel)) return Next::Keep;
  add_ref();
  next_ = first_to_send.load(std::memory_order_relaxed);
  while (!first_to_send.compare_exchange_weak(next_, this, std::memory_order_release,
                                              std::memory_order_relaxed)) {
  }
  sending.schedule();
  return Next::Keep;
}

void FileSignals::send_all() {
  FileSignals* at = first_to_send.exchange(nullptr, std::memory_order_acquire);
  while (at != nullptr) {
    const auto signals = RefPtr<FileSignals>::adopt(std::exchange(at, at->next_));
    signals->listed_.store(false, std::memory_order_release);
    for (uint32_t left = signals->count_.exchange(0); left != 0; --left)
      signals->send(signals->seen_);
  }
}

abi::siginfo FileSignals::notice(Signals seen, int32_t number) const {
  if (number == 0) return signal_from_kernel(kSigIo);
  struct Band {
    Signals signal;
    int32_t code;
    int64_t events;  // of poll()
  };
  // As on Linux, one tells of one thing: the most urgent.
  constexpr Band kBands[] = {
      {kHangUp, 6, 0x18}, {kError, 4, 0x8}, {kPriority, 5, 0x82}, {kIn, 1, 0x41}, {kOut, 2, 0x304}};
  abi::siginfo info{};
  info.signal = number;
  for (const Band& band : kBands) {
    if ((seen & band.signal) == 0) continue;
    info.code = band.code;
    info.poll.band = band.events;
    break;
  }
  info.poll.fd = fd_;
  return info;
}

bool FileSignals::may_signal(LinuxProcess& process) const {
  const auto target = process.credentials.lock()->user;
  return effective_ == 0 || effective_ == target.real || effective_ == target.saved ||
         user_ == target.real || user_ == target.saved;
}

void FileSignals::send(Signals seen) {
  const int32_t owner = owner_;
  const abi::siginfo info = notice(seen, number_);
  LockGuard guard(tasks_lock);
  if (owner < 0) {
    tasks().for_each_process([&](LinuxProcess& process) REQUIRES(tasks_lock) {
      if (process.group() == -owner && may_signal(process)) (void)send_signal(process, info);
    });
    return;
  }
  LinuxProcess* const process = tasks().find_process(owner);
  if (process == nullptr || !may_signal(*process) || send_signal(*process, info)) return;
  // No room for another that is told of by itself.
  (void)send_signal(*process, signal_from_kernel(kSigIo));
}

}  // namespace

ErrnoOr<> begin_file_signals(fs::File& file, int32_t fd, LinuxProcess& caller) {
  if (!file.can_poll() || file.signals_watched.exchange(true)) return {};
  const CredentialSet who = *caller.credentials.lock();
  auto made = make_ref<FileSignals>(file, fd, who);
  if (!made) {
    file.signals_watched = false;
    return fail(Errno::NOMEM);
  }
  FileSignals& watcher = **made;
  watcher.add_ref();
  KernelObject& object = file.poll_object();
  const Signals wanted = (kIn | kOut | kHangUp | kError | kPriority) & file.poll_mask();
  object.observe(watcher, wanted, file.koid(), KernelObject::Edge::Yes);
  // The last descriptor may have been closed meanwhile.
  if (file.handle_count() == 0 && object.forget(watcher)) watcher.release();
  return {};
}

}  // namespace jacinth::linux
