// What others do to a thread, and what they can learn about it. What it does itself: thread_run.cc.
#include "object/task/thread.h"

#include "object/task/process.h"

namespace jacinth {

Thread::Thread(RefPtr<Process> process, std::string_view name)
    : process_(std::move(process)), name_(make_name(name)) {}

Thread::~Thread() {
  process_->remove_thread(*this);
  process_->futexes().thread_exited(futex_thread_);
  hal::release_fpu(context_);
}

Result<RefPtr<Thread>> Thread::create(RefPtr<Process> process, std::string_view name) {
  RefPtr<Thread> thread = TRY(make_ref<Thread>(std::move(process), name));
  TRY(thread->process_->add_thread(*thread));
  return thread;
}

Thread* Thread::current() {
  exec::Activity* activity = exec::Activity::current();
  if (activity == nullptr || !activity->runs_user_program()) return nullptr;
  return static_cast<Thread*>(activity);
}

Rights Thread::default_rights() const {
  return rights::kBasic | rights::kIo | rights::kProperty | rights::kDestroy | rights::kSignal |
         rights::kManageThread;
}

Koid Thread::related_koid() const { return process_->koid(); }

KernelObject::Name Thread::name() const {
  LockGuard guard(lock_);
  return name_;
}

void Thread::describe(TextSink& out) const NO_THREAD_SAFETY_ANALYSIS {
  format_to(out, "thread {} ({}) of ", koid(), name_view(name_));
  process_->describe(out);
}

Result<> Thread::set_name(std::string_view name) {
  LockGuard guard(lock_);
  name_ = make_name(name);
  return {};
}

// --- Attention.

void Thread::call_attention(uint32_t bits) {
  attention_.fetch_or(bits, std::memory_order_seq_cst);
  if ((bits & kEndsWaits) != 0) interrupt();
  // Either run_user() sees the bits, or we see here that the thread runs and on which CPU: the
  // executor's exchange of the state is the other half of this fence.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (this == exec::Activity::current()) return;
  const auto state = exec::Activity::state();
  if (state == exec::Activity::State::Running || state == exec::Activity::State::Woken)
    hal::send_ipi(last_cpu());
}

void Thread::clear_attention(uint32_t bits) {
  const uint32_t left = attention_.fetch_and(~bits, std::memory_order_acq_rel) & ~bits;
  if ((left & kEndsWaits) == 0) clear_interrupt();
}

void Thread::request_attention() {
  LockGuard guard(lock_);
  if (state_ < State::Dying) call_attention(kPersonality);
}

void Thread::raise_policy_exception() {
  LockGuard guard(lock_);
  call_attention(kPolicyException);
}

// --- Start and end.

Result<> Thread::start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1) {
  const Entry entry{pc, sp, arg0, arg1};
  return process_->start_thread(*this, Process::First::No, &entry);
}

Result<> Thread::start_prepared() {
  return process_->start_thread(*this, Process::First::No, nullptr);
}

Result<> Thread::launch(const Entry* entry, bool first_of_process) {
  LockGuard guard(lock_);
  if (state_ != State::New) return fail(Status::BadState);
  set_address_space(&process_->address_space().machine());
  if (entry != nullptr) context_.start(entry->pc, entry->sp, entry->arg0, entry->arg1);
  // Before the activity starts, which may be on another CPU at once.
  state_ = State::Running;
  update_signals(0, signals::kThreadRunning);
  add_ref();  // its own; on_finished() drops it
  const Result<> started = exec::Activity::start([&] { return run(first_of_process); });
  if (started) return {};
  state_ = State::New;
  update_signals(signals::kThreadRunning, 0);
  release();  // not the last: the caller has one
  return started;
}

void Thread::on_finished() { release(); }

bool Thread::killed() const { return (attention_.load(std::memory_order_acquire) & kKill) != 0; }

void Thread::exit() {
  LockGuard guard(lock_);
  call_attention(kExit);
}

void Thread::kill_locked() {
  if (state_ == State::Dead || killed()) return;
  call_attention(kKill);
  if (stopped_in_ != nullptr) stopped_in_->finish(Status::Canceled);
}

void Thread::kill_if_started() {
  LockGuard guard(lock_);
  if (state_ != State::New) kill_locked();
}

void Thread::kill() {
  {
    LockGuard guard(lock_);
    if (state_ != State::New) return kill_locked();
    state_ = State::Dead;
    update_signals(0, signals::kTaskTerminated);
  }
  process_->remove_thread(*this);
  exceptions_.close();
}

// --- Suspension.

Result<> Thread::suspend() {
  LockGuard guard(lock_);
  if (state_ >= State::Dying || killed()) return fail(Status::BadState);
  ++suspensions_;
  call_attention(kSuspend);
  return {};
}

void Thread::resume() {
  LockGuard guard(lock_);
  // None: it was dying already when its process was suspended.
  if (suspensions_ == 0 || --suspensions_ != 0) return;
  clear_attention(kSuspend);
  if (state_ == State::Suspended) stopped_in_->finish(Status::Ok);
}

// --- Registers.

Result<> Thread::check_registers_accessible() const {
  const bool in_exception = handler_ != ExceptionHandler::None;
  if (in_exception && state_ == State::Dying) return fail(Status::NotSupported);
  // Resumed, but still on its way: its registers are its own again.
  const bool suspended = state_ == State::Suspended && suspensions_ != 0;
  if (!in_exception && !suspended) return fail(Status::BadState);
  return {};
}

Result<> Thread::read_state(hal::RegisterSet set, std::span<std::byte> out) {
  LockGuard guard(lock_);
  TRY(check_registers_accessible());
  return context_.read_regs(set, out);
}

Result<> Thread::write_state(hal::RegisterSet set, std::span<const std::byte> in) {
  LockGuard guard(lock_);
  TRY(check_registers_accessible());
  return context_.write_regs(set, in);
}

// --- Information and profiles.

Thread::Info Thread::info() const {
  // The reason is set before the wait begins and forgotten after its end. Only in between does the
  // thread wait: whoever is told so may rely on it that a wake-up finds the thread. But in an
  // exception it is from the moment that its handler may hear of it.
  const bool sleeps = Activity::state() == Activity::State::Sleeping;
  LockGuard guard(lock_);
  const bool waits = sleeps || handler_ != ExceptionHandler::None;
  return {.state = state_,
          .reason = waits ? blocked_reason_.load(std::memory_order_relaxed) : BlockedReason::None,
          .handler = handler_,
          .allowed_cpus = allowed_cpus()};
}

Thread::Stats Thread::stats() const {
  return {.runtime = runtime(), .system = time_split_.system(), .last_cpu = last_cpu()};
}

Result<ExceptionReport> Thread::exception_report() const {
  LockGuard guard(lock_);
  if (handler_ == ExceptionHandler::None) return fail(Status::BadState);
  return report_;
}

Result<> Thread::apply_priority(int priority) {
  if (priority < 0 || priority >= exec::kPriorityCount) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  if (state_ == State::New || state_ >= State::Dying) return fail(Status::BadState);
  set_priority(priority);
  call_attention(kReschedule);
  return {};
}

Result<> Thread::apply_affinity(uint64_t cpus) {
  const hal::CpuId count = hal::cpu_count();
  const uint64_t existing = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
  if ((cpus & existing) == 0) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  if (state_ == State::New || state_ >= State::Dying) return fail(Status::BadState);
  set_allowed_cpus(cpus);
  call_attention(kReschedule);
  return {};
}

}  // namespace jacinth
