// Host processes: one for each guest address space.
//
//             service thread: clone()
//     Unused ──────────► Starting ──────────► Free ◄──────────┐
//        ▲                                     │ take         │ give
//        │ service thread: reaped              ▼              │
//     Exiting ◄────────── pool full ───────  InUse ───────────┘
//
// One that is given back still maps what it did; whoever takes it empties it when it is first
// there, and so no other host thread has to be woken for that.
//
// Process 0 is the program itself: its guest addresses are empty, CPUs are there when they have no
// address space. It runs the helper threads; the service thread among them makes all the others, in
// advance, from its own empty address space. They die with it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "base/spinlock.h"
#include "hal/cpu.h"
#include "hal/host/host_thread.h"

namespace jacinth::host {

struct HostProcess {
  enum class State : uint8_t { Unused, Starting, Free, InUse, Exiting };

  // What the servant, the process's first host thread, can be asked to do. Ask under `lock`.
  enum class Command : uint32_t { None = 0, Run, End };

  uint32_t index = 0;
  std::atomic<State> state{State::Unused};
  std::atomic<int> pid{0};
  HostProcess* next = nullptr;  // in the pool
  SpinLock lock{LockRank::Machine};
  std::atomic<Command> command{Command::None};  // a futex; None again when it is done
  void (*function)(void*) = nullptr;            // for Run
  void* argument = nullptr;

  // The host thread of this process for `cpu`.
  HostThread& thread_for(hal::CpuId cpu) const;
  // Runs what(with) inside the process, and waits.
  void run_inside(void (*what)(void*), void* with);

 private:
  void ask(Command what) REQUIRES(lock);
};

HostProcess& first_process();

// A process that nothing runs in: from the pool, or new. NO_RESOURCES when the host refuses or
// kMostProcesses are in use. Its guest addresses map nothing once empty_process() was called in it.
Result<HostProcess*> take_process();
void give_process(HostProcess& process);
// Inside the process, on any of its threads.
void empty_process();

void set_up_first_process();
// Starts the service thread. False when the host refuses.
bool start_service();
// The thread of virtual CPU `cpu` in the first process, not yet running.
HostThread& make_first_thread(hal::CpuId cpu);
// Makes the first host thread of virtual CPU `cpu`, running entry(cpu).
void start_vcpu(hal::CpuId cpu, void (*entry)(hal::CpuId));
// Moves the current CPU to its thread in `process`.
void switch_to_process(HostProcess& process);

// Has the service thread end everything with this exit status; does not return.
[[noreturn]] void end_all(int status);

struct PoolCounts {
  uint32_t made;  // since the start
  uint32_t free;  // waiting in the pool
  uint32_t live;  // those being made and those ending among them
};
PoolCounts pool_counts();

}  // namespace jacinth::host
