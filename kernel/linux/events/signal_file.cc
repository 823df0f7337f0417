#include "linux/events/signal_file.h"

#include "base/spinlock.h"
#include "linux/files/transfer.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

constexpr char kSignalKind = 0;

// All that there are; mostly none.
constinit SpinLock files_lock{LockRank::LinuxPart};
constinit std::atomic<SignalFile*> first_file{nullptr};  // changes under files_lock

// struct signalfd_siginfo
struct SignalRecord {
  uint32_t signal;
  int32_t error;
  int32_t code;
  uint32_t pid, uid;
  int32_t fd;
  uint32_t timer, band, overrun, trap;
  int32_t status, integer;
  uint64_t pointer, user_ticks, system_ticks, address;
  uint16_t address_lsb, padding1;
  int32_t syscall;
  uint64_t call_address;
  uint32_t architecture;
  uint8_t padding2[28];
};
static_assert(sizeof(SignalRecord) == 128);

SignalRecord to_record(const abi::siginfo& info) {
  SignalRecord record{};
  record.signal = static_cast<uint32_t>(info.signal);
  record.error = info.error;
  record.code = info.code;
  if (info.code == signal_code::kTimer) {
    record.timer = static_cast<uint32_t>(info.timer.timer);
    record.overrun = static_cast<uint32_t>(info.timer.overrun);
    record.pointer = info.timer.value;
    record.integer = static_cast<int32_t>(info.timer.value);
    return record;
  }
  record.pid = static_cast<uint32_t>(info.sender.pid);
  record.uid = info.sender.uid;
  if (info.signal == kSigChld && info.code > 0) {
    record.status = info.sender.child.status;
    record.user_ticks = static_cast<uint64_t>(info.sender.child.user_ticks);
    record.system_ticks = static_cast<uint64_t>(info.sender.child.system_ticks);
  } else if (info.code < 0 && info.code != signal_code::kTkill) {
    record.pointer = info.sender.value;
    record.integer = static_cast<int32_t>(info.sender.value);
  }
  return record;
}

}  // namespace

ErrnoOr<RefPtr<SignalFile>> SignalFile::create(SignalSet mask, uint32_t flags) {
  return to_errno(make_ref<SignalFile>(TRY(make_anonymous_node("signalfd")), mask, flags));
}

SignalFile::SignalFile(RefPtr<fs::Node> node, SignalSet mask, uint32_t flags)
    : AnonymousFile(std::move(node), flags | fs::open_flags::kReadWrite), mask_(mask) {
  LockGuard guard(files_lock);
  next_ = first_file.load();
  first_file.store(this);
}

SignalFile::~SignalFile() {
  LockGuard guard(files_lock);
  if (first_file.load() == this) {
    first_file.store(next_);
    return;
  }
  SignalFile* before = first_file.load();
  while (before->next_ != this) before = before->next_;
  before->next_ = next_;
}

SignalFile* SignalFile::of(fs::File& file) {
  return file.kind() == &kSignalKind ? static_cast<SignalFile*>(&file) : nullptr;
}

const void* SignalFile::kind() const { return &kSignalKind; }

void SignalFile::set_mask(SignalSet mask) {
  mask_.store(mask);
  // What is pending already may be wanted now.
  update_signals(0, fs::ready::kIn);
}

void SignalFile::note_sent(int32_t signal) {
  if (first_file.load(std::memory_order_acquire) == nullptr) [[likely]]
    return;
  LockGuard guard(files_lock);
  for (SignalFile* file = first_file.load(); file != nullptr; file = file->next_) {
    if ((file->mask_.load(std::memory_order_relaxed) & bit_of(signal)) == 0) continue;
    if ((file->signals() & fs::ready::kIn) != 0) file->repeat_signals(fs::ready::kIn);
    file->update_signals(0, fs::ready::kIn);
  }
}

// kIn goes down before the look, so that what comes after it raises it again.
Signals SignalFile::readiness() {
  Thread* const thread = Thread::current();
  if (thread == nullptr) return signals();
  const SignalSet mask = mask_.load(std::memory_order_relaxed);
  if ((pending_for(LinuxThread::of(*thread)) & mask) != 0) return fs::ready::kIn;
  update_signals(fs::ready::kIn, 0);
  if ((pending_for(LinuxThread::of(*thread)) & mask) == 0) return 0;
  update_signals(0, fs::ready::kIn);
  return fs::ready::kIn;
}

// As many as there are and fit.
ErrnoOr<size_t> SignalFile::take(fs::IoTarget& to) {
  LinuxThread& self = LinuxThread::of(*Thread::current());
  const SignalSet mask = mask_.load(std::memory_order_relaxed);
  size_t done = 0;
  while (to.remaining() >= sizeof(SignalRecord)) {
    const auto info = take_signal(self, mask);
    if (!info) break;
    const SignalRecord record = to_record(*info);
    fs::IoTarget one = to;
    one.limit(sizeof record);
    const size_t put = TRY(one.put(std::as_bytes(std::span(&record, 1))));
    if (put < sizeof record) return fail(Errno::FAULT);
    to.skip(put);
    done += put;
  }
  if (done == 0) return fail(Errno::AGAIN);
  return done;
}

exec::Task<ErrnoOr<size_t>> SignalFile::read_slowly(RefPtr<SignalFile> file, fs::IoTarget to) {
  for (;;) {
    if (file->readiness() == 0) {
      const Status status = co_await fs::wait_for(file, fs::ready::kIn, kForever);
      if (status != Status::Ok && file->readiness() == 0) co_return fail(to_errno(status));
    }
    const auto taken = file->take(to);
    if (taken || taken.error() != Errno::AGAIN) co_return taken;
  }
}

fs::File::Transferred SignalFile::read(fs::IoTarget to, fs::IoFlags how) {
  if (to.remaining() < sizeof(SignalRecord)) return ErrnoOr<size_t>(fail(Errno::INVAL));
  const auto taken = take(to);
  if (taken || taken.error() != Errno::AGAIN || how.no_wait || non_blocking()) return taken;
  return read_slowly(RefPtr<SignalFile>(this), to);
}

SysResult sys_signalfd4(SyscallContext& ctx, int32_t fd, UserIn<uint64_t> mask, size_t size,
                        uint32_t flags) {
  using namespace fs::open_flags;
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  const SignalSet wanted = TRY(get(mask))
  &~kUnblockable;
  if ((flags & ~(kNonBlock | kCloseOnExec)) != 0) return fail(Errno::INVAL);
  if (fd == -1) return install(ctx, TRY(SignalFile::create(wanted, flags & kNonBlock)), flags);
  const auto file = TRY(ctx.self().files->get(fd));
  SignalFile* const there = SignalFile::of(*file);
  if (there == nullptr) return fail(Errno::INVAL);
  there->set_mask(wanted);
  return static_cast<uint64_t>(fd);
}

SysResult sys_signalfd(SyscallContext& ctx, int32_t fd, UserIn<uint64_t> mask, size_t size) {
  return sys_signalfd4(ctx, fd, mask, size, 0);
}

}  // namespace jacinth::linux
