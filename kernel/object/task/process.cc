#include "object/task/process.h"

#include <span>
#include <utility>

#include "exec/trace_ring.h"
#include "hal/machine.h"

namespace jacinth {

Result<RefPtr<Process>> Process::create(RefPtr<Job> job, std::string_view name,
                                        Personality& personality) {
  auto space = TRY(vm::AddressSpace::create());
  auto process = create_in(space, std::move(job), name, personality);
  space->leave();
  return process;
}

Result<RefPtr<Process>> Process::create_in(RefPtr<vm::AddressSpace> space, RefPtr<Job> job,
                                           std::string_view name, Personality& personality) {
  uint32_t secret = 0;
  hal::entropy(std::as_writable_bytes(std::span(&secret, 1)));
  auto process = TRY(make_ref<Process>(std::move(job), name, personality, space, secret));
  TRY(process->job_->add_process(*process));
  return process;
}

Process::Process(RefPtr<Job> job, std::string_view name, Personality& personality,
                 RefPtr<vm::AddressSpace> address_space, uint32_t handle_secret)
    : job_(std::move(job)),
      address_space_(std::move(address_space)),
      personality_(personality),
      handles_(handle_secret),
      name_(make_name(name)) {
  address_space_->join();
}

Process::~Process() {
  // One that is not dead has never had a handle, nor anything else that needs an orderly end.
  if (!left_address_space_) address_space_->leave();
  if (place_.link.is_linked()) job_->remove_process(*this);
}

Rights Process::default_rights() const {
  return rights::kBasic | rights::kIo | rights::kProperty | rights::kEnumerate | rights::kDestroy |
         rights::kSignal | rights::kManageProcess | rights::kManageThread;
}

KernelObject::Name Process::name() const {
  LockGuard guard(lock_);
  return name_;
}

void Process::describe(TextSink& out) const NO_THREAD_SAFETY_ANALYSIS {
  format_to(out, "process {} ({})", koid(), name_view(name_));
}

Result<> Process::set_name(std::string_view name) {
  LockGuard guard(lock_);
  name_ = make_name(name);
  return {};
}

// --- Threads.

Result<> Process::add_thread(Thread& thread) {
  LockGuard guard(lock_);
  if (state_ >= State::Exiting) return fail(Status::BadState);
  for (uint32_t i = 0; i < suspensions_; ++i) TRY(thread.suspend());
  threads_.push_back(thread);
  return {};
}

void Process::remove_thread(Thread& thread) {
  LockGuard guard(lock_);
  if (thread.process_link_.is_linked()) threads_.erase(threads_.iterator_to(thread));
}

Result<> Process::start_thread(Thread& thread, First first, const Thread::Entry* entry) {
  LockGuard guard(lock_);
  if (state_ != (first == First::Yes ? State::Created : State::Running))
    return fail(Status::BadState);
  // The thread may run, and even leave, before launch() returns; the lock keeps it from being
  // counted out before it is counted in.
  TRY(thread.launch(entry, first == First::Yes));
  state_ = State::Running;
  started_ = true;
  ++running_threads_;
  return {};
}

Result<> Process::start(Thread& thread, VirtAddr pc, VirtAddr sp, Handle argument,
                        uint64_t argument2) {
  if (&thread.process() != this) return fail(Status::AccessDenied);
  HandleValue value = kInvalidHandle;
  // Installed first: the thread may look for it at once.
  if (argument) value = TRY(handles_.add(std::move(argument)));
  const Thread::Entry entry{pc, sp, value, argument2};
  const auto started = start_thread(thread, First::Yes, &entry);
  // A dead process's table has closed it by itself.
  if (!started && value != kInvalidHandle) (void)handles_.remove(value);
  return started;
}

Result<> Process::start_prepared(Thread& thread) {
  if (&thread.process() != this) return fail(Status::AccessDenied);
  return start_thread(thread, First::Yes, nullptr);
}

void Process::thread_left(Thread& thread) {
  {
    LockGuard guard(lock_);
    threads_.erase(threads_.iterator_to(thread));
    const Thread::Stats past = thread.stats();
    past_runtime_.ns += past.runtime.ns;
    past_system_.ns += past.system.ns;
    if (--running_threads_ != 0) return;
    state_ = State::Exiting;
  }
  die();
}

// --- The end.

void Process::kill(int64_t code) {
  {
    LockGuard guard(lock_);
    if (state_ >= State::Exiting) return;
    return_code_ = code;
    const bool running = state_ == State::Running;
    state_ = State::Exiting;
    for (Thread& thread : threads_) thread.kill_if_started();
    if (running) return;  // its last thread will do the rest
  }
  die();
}

void Process::on_zero_handles() {
  if (state() == State::Created) kill(0);
}

// Those in the list now were never started: the others have left.
RefPtr<Thread> Process::take_thread() {
  LockGuard guard(lock_);
  while (!threads_.empty()) {
    Thread& thread = threads_.front();
    threads_.pop_front();
    if (thread.try_add_ref()) return RefPtr<Thread>::adopt(&thread);
  }
  return nullptr;
}

// Runs once: by who killed a process that had no thread yet, or as its last thread's last act.
void Process::die() {
  add_ref();
  exec::reap(*this);
}

bool Process::reap(exec::Portion& portion) {
  constexpr uint32_t kUnitsForThread = 4;
  while (const auto thread = take_thread()) {
    thread->kill();
    portion.use(kUnitsForThread);
    if (portion.spent()) return false;
  }
  exceptions_.close();
  debugger_.close();
  if (!handles_.close_some(portion) || !address_space_->leave_some(portion)) return false;
  left_address_space_ = true;
  be_dead();
  release();
  return true;
}

void Process::be_dead() {
  personality_.on_process_exit(*this);
  RefPtr<Job> critical_to;
  {
    LockGuard guard(lock_);
    state_ = State::Dead;
    critical_to = std::move(critical_to_);
    if (critical_only_failure_ && return_code_ == 0) critical_to = nullptr;
  }
  update_signals(0, signals::kTaskTerminated);
  job_->remove_process(*this);
  if (critical_to) critical_to->kill(task_code::kCriticalProcessDied);
}

Result<> Process::set_critical_to(RefPtr<Job> job, bool only_failure) {
  LockGuard guard(lock_);
  if (critical_to_) return fail(Status::AlreadyBound);
  if (state_ == State::Dead) return fail(Status::BadState);
  critical_to_ = std::move(job);
  critical_only_failure_ = only_failure;
  return {};
}

// --- Suspension.

Result<> Process::suspend() {
  LockGuard guard(lock_);
  if (state_ >= State::Exiting) return fail(Status::BadState);
  ++suspensions_;
  // A thread that is just ending need not be told.
  for (Thread& thread : threads_) (void)thread.suspend();
  return {};
}

void Process::resume() {
  LockGuard guard(lock_);
  ASSERT(suspensions_ != 0);
  --suspensions_;
  for (Thread& thread : threads_) thread.resume();
}

exec::Eventually<Status> Process::UserWords::fault_in(VirtAddr word) {
  const auto resolved = process_.address_space().handle_fault(word, hal::Access::Read);
  if (!resolved && resolved.error() != Status::NoMemory) return Status::InvalidArgs;
  return to_status(resolved);
}

// --- Policy.

Result<> Process::enforce_policy(PolicyCondition condition) {
  const PolicyAction action = policy_.action(condition);
  if (action == PolicyAction::Allow) return {};
  if (action == PolicyAction::Kill) kill(task_code::kPolicy);
  if (action == PolicyAction::AllowException || action == PolicyAction::DenyException) {
    Thread* thread = Thread::current();
    if (thread != nullptr && &thread->process() == this) thread->raise_policy_exception();
  }
  if (action == PolicyAction::AllowException) return {};
  return fail(Status::AccessDenied);
}

void Process::note_bad_handle() { (void)enforce_policy(PolicyCondition::BadHandle); }

// --- Memory.

RefPtr<vm::AddressSpace> Process::shared_address_space() const {
  LockGuard guard(lock_);
  return address_space_;
}

void Process::replace_address_space(RefPtr<vm::AddressSpace> space) {
  space->join();
  Thread::current()->set_address_space(&space->machine());
  {
    LockGuard guard(lock_);
    std::swap(address_space_, space);
  }
  space->leave();
}

Result<size_t> Process::read_memory(VirtAddr at, std::span<std::byte> to) {
  return shared_address_space()->read_memory(at, to);
}

Result<size_t> Process::write_memory(VirtAddr at, std::span<const std::byte> from) {
  return shared_address_space()->write_memory(at, from);
}

// --- Information.

Process::State Process::state() const {
  LockGuard guard(lock_);
  return state_;
}

Process::Info Process::info() const {
  const bool debugged = debugger_.attached();
  LockGuard guard(lock_);
  return {.return_code = return_code_,
          .started = started_,
          .exited = state_ >= State::Exiting,
          .debugger_attached = debugged};
}

Result<Vector<Koid>> Process::thread_koids() const {
  Vector<Koid> koids;
  LockGuard guard(lock_);
  for (const Thread& thread : threads_) TRY(koids.push_back(thread.koid()));
  return koids;
}

Process::HandleStats Process::handle_stats() const {
  HandleStats stats{};
  handles_.for_each(
      [&](HandleValue, const Handle& handle) { ++stats[static_cast<size_t>(handle.type())]; });
  return stats;
}

void Process::set_call_trace(uint64_t mask) {
  call_trace_.store(mask, std::memory_order_relaxed);
  if (mask != 0) exec::note_printed_calls();
}

Result<RefPtr<Thread>> Process::thread(Koid koid) const {
  LockGuard guard(lock_);
  for (const Thread& thread : threads_) {
    if (thread.koid() == koid && thread.try_add_ref())
      return RefPtr<Thread>::adopt(const_cast<Thread*>(&thread));
  }
  return fail(Status::NotFound);
}

Duration Process::runtime() const {
  LockGuard guard(lock_);
  Duration sum = past_runtime_;
  for (const Thread& thread : threads_) sum.ns += thread.stats().runtime.ns;
  return sum;
}

Duration Process::system_time() const {
  LockGuard guard(lock_);
  Duration sum = past_system_;
  for (const Thread& thread : threads_) sum.ns += thread.stats().system.ns;
  return sum;
}

Result<> Process::set_debug_address(uint64_t value) {
  if (value == 0) return fail(Status::InvalidArgs);
  uint64_t old = debug_address_.load(std::memory_order_relaxed);
  do {
    if (old != 0 && old != kBreakOnDebugAddressSet) return fail(Status::AccessDenied);
  } while (!debug_address_.compare_exchange_weak(old, value, std::memory_order_relaxed));
  return {};
}

}  // namespace jacinth
