#include "hal/host/processes.h"

#include <algorithm>

#include "base/check.h"
#include "hal/host/console.h"
#include "hal/host/helpers.h"
#include "hal/host/layout.h"
#include "hal/host/signals.h"
#include "hal/host/sys.h"

namespace jacinth::host {

constinit HostProcess processes[kMostProcesses];

namespace {

using State = HostProcess::State;
using Command = HostProcess::Command;

constexpr uint32_t kPoolLow = 2;    // made in advance
constexpr uint32_t kPoolHigh = 16;  // more than this end when they are given back

struct Pool {
  SpinLock lock{LockRank::Machine};
  HostProcess* free GUARDED_BY(lock) = nullptr;
  std::atomic<uint32_t> free_count{0};
  std::atomic<uint32_t> starting{0};  // made, but not free for the first time
  std::atomic<uint32_t> waiters{0};
  std::atomic<uint32_t> changes{0};  // a futex
  std::atomic<uint32_t> made{0};
  std::atomic<uint32_t> live{0};
  std::atomic<bool> refused{false};  // the host would not make another
};
constinit Pool pool;

constinit std::atomic<int> exit_status{-1};
// No process at or behind this index has been used; the service thread's.
constinit uint32_t ever_used = 1;

HostThread& service() { return *reinterpret_cast<HostThread*>(layout.helper_slot(kServiceHelper)); }
void poke_service() { sys::send_signal(service().pid, service().tid.load(), sys::kSigUsr2); }

void announce_change() {
  pool.changes.fetch_add(1);
  if (pool.waiters.load() != 0) sys::futex_wake(&pool.changes, 1 << 30);
}

void put_free(HostProcess& process) {
  process.state.store(State::Free);
  {
    LockGuard guard(pool.lock);
    process.next = pool.free;
    pool.free = &process;
    pool.free_count.fetch_add(1);
  }
  announce_change();
}

void refuse() {
  pool.refused.store(true);
  announce_change();
}

HostProcess* take_free() {
  LockGuard guard(pool.lock);
  HostProcess* process = pool.free;
  if (process == nullptr) return nullptr;
  pool.free = process->next;
  pool.free_count.fetch_sub(1);
  process->state.store(State::InUse);
  return process;
}

std::byte* thread_slot(const HostProcess& process, hal::CpuId cpu) {
  return layout.process_slot(process.index, 1 + cpu);
}
HostThread& make_vcpu_thread(HostProcess& process, hal::CpuId cpu) {
  HostThread& thread = make_host_thread(thread_slot(process, cpu));
  thread.vcpu = &vcpus[cpu];
  thread.cpu = cpu;
  thread.process = &process;
  thread.pid = process.pid.load();
  return thread;
}

// The servant's side.

void vcpu_thread_main(void* argument) {
  auto& self = *static_cast<HostThread*>(argument);
  enter_host_thread(self);
  guard_host_calls();
  pin_to_host_cpu(self.cpu);
  park(self);
}

// All of them now, so that activating an address space never fails.
bool make_vcpu_threads(HostProcess& process) {
  for (hal::CpuId cpu = 0; cpu < layout.cpus; ++cpu) {
    HostThread& thread = make_vcpu_thread(process, cpu);
    const long tid = spawn(sys::kThreadFlags, slot_stack_top(thread_slot(process, cpu)),
                           vcpu_thread_main, &thread);
    if (tid < 0) return false;
    thread.tid.store(static_cast<int>(tid));
  }
  return true;
}

[[noreturn]] void end_process(HostProcess& process) {
  process.state.store(State::Exiting);
  sys::exit_group(0);
}

void execute(HostProcess& process, Command command) {
  switch (command) {
    case Command::None:
      return;
    case Command::Run:
      process.function(process.argument);
      break;
    case Command::End:
      end_process(process);
  }
  process.command.store(Command::None);
  sys::futex_wake(&process.command, 1);
}

void servant_main(void* argument) {
  auto& self = *static_cast<HostThread*>(argument);
  enter_host_thread(self);
  sys::call(sys::Call::Prctl, sys::kPrSetPdeathsig, sys::kSigKill);
  // The first process may have died before that took effect.
  if (sys::call(sys::Call::Getppid) != first_process().pid.load()) sys::exit_group(1);
  HostProcess& process = *self.process;
  self.pid = sys::get_pid();
  self.tid.store(self.pid);
  process.pid.store(self.pid);
  const bool complete = make_vcpu_threads(process);
  // First: counted twice, it would keep the service thread from making the next one that is waited
  // for.
  pool.starting.fetch_sub(1);
  if (!complete) {
    refuse();
    end_process(process);
  }
  put_free(process);
  for (;;) {
    const Command command = process.command.load();
    execute(process, command);
    if (command == Command::None) sys::futex_wait(&process.command, 0);
  }
}

// The service thread's side.

HostProcess* find_unused() {
  for (uint32_t i = 1; i < kMostProcesses; ++i) {
    if (processes[i].state.load() != State::Unused) continue;
    processes[i].index = i;
    ever_used = std::max(ever_used, i + 1);
    return &processes[i];
  }
  return nullptr;
}

bool make_process() {
  HostProcess* process = find_unused();
  if (process == nullptr) return false;
  process->command.store(Command::None);
  std::byte* slot = layout.process_slot(process->index, 0);
  HostThread& servant = make_host_thread(slot);
  servant.process = process;
  process->state.store(State::Starting);
  // Counted before it exists: it may be in use by the time that spawn() returns.
  pool.starting.fetch_add(1);
  pool.live.fetch_add(1);
  const long pid = spawn(sys::kProcessFlags, slot_stack_top(slot), servant_main, &servant);
  if (pid < 0) {
    pool.starting.fetch_sub(1);
    pool.live.fetch_sub(1);
    process->state.store(State::Unused);
    return false;
  }
  process->pid.store(static_cast<int>(pid));
  pool.made.fetch_add(1);
  return true;
}

void refill() {
  const uint32_t wanted = kPoolLow + pool.waiters.load();
  while (pool.free_count.load() + pool.starting.load() < wanted) {
    if (!make_process()) return refuse();
  }
}

void reap() {
  for (;;) {
    int status = 0;
    const long pid =
        sys::call(sys::Call::Wait4, -1, sys::address(&status), sys::kWnohang | sys::kWall);
    if (pid <= 0) return;
    for (uint32_t i = 1; i < ever_used; ++i) {
      HostProcess& process = processes[i];
      if (process.pid.load() != pid || process.state.load() == State::Unused) continue;
      if (process.state.load() != State::Exiting)
        panic("host process {} of an address space died with status {:x}", pid, status);
      process.pid.store(0);
      process.state.store(State::Unused);
      pool.live.fetch_sub(1);
    }
  }
}

[[noreturn]] void shut_down(int status) {
  restore_terminal();
  for (uint32_t i = 1; i < ever_used; ++i) {
    if (processes[i].state.load() != State::Unused)
      sys::call(sys::Call::Kill, processes[i].pid.load(), sys::kSigKill);
  }
  while (sys::call(sys::Call::Wait4, -1, 0, sys::kWall) > 0) {
  }
  sys::exit_group(status);
}

void service_main(void* argument) {
  enter_host_thread(*static_cast<HostThread*>(argument));
  constexpr uint64_t kAwaited = sys::signal_bit(sys::kSigUsr2) | sys::signal_bit(sys::kSigChld) |
                                sys::signal_bit(sys::kSigTerm) | sys::signal_bit(sys::kSigInt) |
                                sys::signal_bit(sys::kSigHup) | sys::signal_bit(sys::kSigQuit);
  for (;;) {
    if (const int status = exit_status.load(); status >= 0) shut_down(status);
    reap();
    refill();
    const long signal = sys::call(sys::Call::RtSigtimedwait, sys::address(&kAwaited), 0, 0, 8);
    if (signal == sys::kSigTerm || signal == sys::kSigInt || signal == sys::kSigHup ||
        signal == sys::kSigQuit)
      shut_down(128 + static_cast<int>(signal));
  }
}

void first_vcpu_thread_main(void* argument) {
  auto& self = *static_cast<HostThread*>(argument);
  enter_host_thread(self);
  guard_host_calls();
  pin_to_host_cpu(self.cpu);
  self.tid.store(sys::get_tid());
  self.vcpu->thread.store(&self);
  self.vcpu->entry(self.cpu);
}

}  // namespace

HostProcess& first_process() { return processes[0]; }

void HostProcess::ask(Command what) {
  command.store(what);
  sys::futex_wake(&command, 1);
  while (command.load() == what) sys::futex_wait(&command, static_cast<uint32_t>(what));
}

HostThread& HostProcess::thread_for(hal::CpuId cpu) const {
  return *reinterpret_cast<HostThread*>(thread_slot(*this, cpu));
}

void HostProcess::run_inside(void (*what)(void*), void* with) {
  LockGuard guard(lock);
  function = what;
  argument = with;
  ask(Command::Run);
}

Result<HostProcess*> take_process() {
  HostProcess* process = take_free();
  if (process == nullptr) {
    pool.waiters.fetch_add(1);
    pool.refused.store(false);
    for (;;) {
      const uint32_t seen = pool.changes.load();
      process = take_free();
      if (process != nullptr || pool.refused.load()) break;
      poke_service();
      sys::futex_wait(&pool.changes, seen);
    }
    pool.waiters.fetch_sub(1);
    if (process == nullptr) return fail(Status::NoResources);
  }
  if (pool.free_count.load() < kPoolLow) poke_service();
  return process;
}

void give_process(HostProcess& process) {
  if (pool.free_count.load() < kPoolHigh) return put_free(process);
  process.command.store(Command::End);
  sys::futex_wake(&process.command, 1);
}

void empty_process() {
  sys::unmap(kLowCallWindow, kHighCallWindow + kCallWindowBytes - kLowCallWindow);
}

void set_up_first_process() {
  HostProcess& first = processes[0];
  first.state.store(State::InUse);
  first.pid.store(sys::get_pid());
}

bool start_service() { return start_helper(kServiceHelper, service_main); }

HostThread& make_first_thread(hal::CpuId cpu) {
  vcpus[cpu].id = cpu;
  return make_vcpu_thread(first_process(), cpu);
}

void start_vcpu(hal::CpuId cpu, void (*entry)(hal::CpuId)) {
  HostThread& thread = make_first_thread(cpu);
  thread.vcpu->entry = entry;
  const long tid = spawn(sys::kThreadFlags, layout.kernel_stack(cpu) + kKernelStackBytes,
                         first_vcpu_thread_main, &thread);
  if (tid < 0) panic("the host gives no thread for CPU {}", cpu);
}

void switch_to_process(HostProcess& process) {
  HostThread& from = current_thread();
  if (from.process == &process) return;
  HostThread& to = process.thread_for(from.cpu);
  from.vcpu->thread.store(&to);
  hand_off(from, to, *from.vcpu);
}

void end_all(int status) {
  restore_terminal();
  int none = -1;
  exit_status.compare_exchange_strong(none, status);
  if (&current_thread() == &service()) shut_down(exit_status.load());
  poke_service();
  for (;;) sys::futex_wait(&exit_status, static_cast<uint32_t>(exit_status.load()));
}

PoolCounts pool_counts() { return {pool.made.load(), pool.free_count.load(), pool.live.load()}; }

}  // namespace jacinth::host
