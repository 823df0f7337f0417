#include "linux/task/linux_process.h"

#include <algorithm>

#include "linux/syscall_context.h"
#include "linux/task/task_table.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {

int32_t ChildStatus::wait_status() const {
  constexpr int32_t kStopped = 0x7f, kContinued = 0xffff;
  switch (code) {
    case signal_code::kChildExited:
      return status << 8;
    case signal_code::kChildStopped:
    case signal_code::kChildTrapped:
      return status << 8 | kStopped;
    case signal_code::kChildContinued:
      return kContinued;
    default:
      return status;
  }
}

void ChildStatus::set_end(int32_t wait_status) {
  const int32_t signal = wait_status & 0x7f;
  code = signal == 0 ? signal_code::kChildExited : signal_code::kChildKilled;
  status = signal == 0 ? wait_status >> 8 & 0xff : signal;
}

Result<RefPtr<LinuxThread>> LinuxThread::create(RefPtr<LinuxProcess> process, int32_t id) {
  return make_ref<LinuxThread>(std::move(process), id);
}

LinuxThread::LinuxThread(RefPtr<LinuxProcess> process, int32_t id)
    : id_(id), process_(std::move(process)) {}

LinuxThread::~LinuxThread() = default;

void LinuxThread::replace_files(RefPtr<FileTable> wanted) {
  LockGuard guard(parts_lock_);
  std::swap(files, wanted);
}

void LinuxThread::replace_fs(RefPtr<FsContext> wanted) {
  LockGuard guard(parts_lock_);
  std::swap(fs, wanted);
}

RefPtr<FileTable> LinuxThread::shared_files() {
  LockGuard guard(parts_lock_);
  return files;
}

RefPtr<FsContext> LinuxThread::shared_fs() {
  LockGuard guard(parts_lock_);
  return fs;
}

LinuxThread& SyscallContext::self() const { return LinuxThread::of(*thread_); }
LinuxProcess& SyscallContext::process() const { return self().process(); }

ErrnoOr<> read_growing(UserIn<std::byte> from, size_t size, std::span<std::byte> to, size_t least) {
  if (size > kPageSize) return fail(Errno::TOOBIG);
  if (size < least) return fail(Errno::INVAL);
  TRY(fault_of(from.read_array(to.first(std::min(size, to.size())))));
  for (size_t i = to.size(); i < size; ++i) {
    if (TRY(get(from, i)) != std::byte{0}) return fail(Errno::TOOBIG);
  }
  return {};
}

ErrnoOr<> fault_of(const Result<>& copied) {
  if (copied) [[likely]]
    return {};
  return fail(copied.error() == Status::NoMemory ? Errno::NOMEM : Errno::FAULT);
}

Result<RefPtr<LinuxProcess>> LinuxProcess::create(int32_t id, Parts parts) {
  return make_ref<LinuxProcess>(id, std::move(parts));
}

LinuxProcess::LinuxProcess(int32_t id, Parts parts)
    : id_(id), memory_(std::move(parts.memory)), handlers_(std::move(parts.handlers)) {}

LinuxProcess::~LinuxProcess() = default;

void LinuxProcess::replace_memory(RefPtr<LinuxMemory> memory) {
  LockGuard guard(tasks_lock);
  std::swap(memory_, memory);
}

int32_t LinuxProcess::parent_id() const {
  LockGuard guard(tasks_lock);
  return parent_ == nullptr ? kInitId : parent_->id();
}

namespace {

// Nothing but signals.
class EndObject final : public KernelObject {
 public:
  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }
};

}  // namespace

ErrnoOr<RefPtr<KernelObject>> LinuxProcess::end_object() {
  RefPtr<KernelObject> fresh = TRY(to_errno(make_ref<EndObject>()));
  LockGuard guard(tasks_lock);
  if (!end_object_) {
    end_object_ = std::move(fresh);
    tell_end();
  }
  return end_object_;
}

void LinuxProcess::tell_end() {
  if (!end_object_ || state_ == State::Alive) return;
  const Signals gone = state_ == State::Reaped ? fs::ready::kHangUp : 0;
  end_object_->update_signals(0, fs::ready::kIn | gone);
}

Duration LinuxProcess::runtime() const { return object_->runtime(); }

// The kernel's part is an estimate that may run ahead.
Usage LinuxProcess::usage() {
  const int64_t system = object_->system_time().ns;
  const int64_t all = object_->runtime().ns;
  auto told = told_usage_.lock();
  const int64_t user = told->user_ns();
  told->cpu_ns = std::max(all, told->cpu_ns);
  told->system_ns = std::clamp(system, told->system_ns, told->cpu_ns - user);
  return *told;
}

void LinuxProcess::wake_all(Watchers& watchers) {
  while (!watchers.empty()) {
    Watcher& watcher = watchers.front();
    watchers.pop_front();
    watcher.waiter.finish(Status::Ok);
  }
}

void LinuxProcess::exit_group(int32_t status) {
  {
    LockGuard guard(signal_lock_);
    if (!exiting_.exchange(true) || !has_exit_status_) {
      exit_status_ = status;
      has_exit_status_ = true;
    }
  }
  object_->kill(status);
}

void LinuxProcess::note_leader_exit(int32_t status) {
  LockGuard guard(signal_lock_);
  if (!has_exit_status_) exit_status_ = status;
}

int32_t LinuxProcess::end_status(const LinuxThread& self) {
  LockGuard guard(signal_lock_);
  return exiting() && has_exit_status_ ? exit_status_ : self.exit_status;
}

exec::Task<ErrnoOr<>> LinuxProcess::become_only_thread(LinuxThread& self) {
  {
    LockGuard guard(tasks_lock);
    if (sole_ != nullptr || exiting()) co_return fail(Errno::INTR);
    sole_ = &self;
    for (LinuxThread& thread : threads_) {
      if (&thread != &self) thread.object().kill();
    }
  }
  for (;;) {
    Watcher watcher;
    {
      LockGuard guard(tasks_lock);
      if (thread_count() == 1) break;
      sole_watchers_.push_back(watcher);
    }
    const Status status = co_await watcher.waiter.wait(kForever, {}, exec::Interruptible::No);
    LockGuard guard(tasks_lock);
    if (status != Status::Ok && watcher.link.is_linked())
      sole_watchers_.erase(sole_watchers_.iterator_to(watcher));
  }
  Leftover left;
  LockGuard guard(tasks_lock);
  sole_ = nullptr;
  if (self.id() != id_) {
    tasks().take_process_id(self);
    left = Tracing::leader_replaced(self);
  }
  co_return ErrnoOr<>();
}

}  // namespace jacinth::linux
