// The order in which locks are taken, and the check that it is kept.
//
// A CPU may take a lock only when its rank is higher than that of every lock it already holds. So
// two locks of one rank are never held together, and no cycle of waits can form.
#pragma once

#include <cstddef>
#include <cstdint>

// interleave_point(): where the simulator may switch to another virtual CPU; nothing elsewhere.
// Stands before each lock acquisition and each lock-free state change.
#include <machine/hooks.h>

namespace jacinth {

enum class LockRank : uint8_t {
  Trace = 5,          // call-trace bookkeeping
  FsMounts = 6,       // the mounts of all mount namespaces
  FsTree = 7,         // the names in one file system
  FsFile = 8,         // an open file's position and flags
  FsNode = 9,         // a node's attributes, and the end of its contents
  JobTree = 10,       // the tree of jobs and processes; one lock for the whole tree
  LinuxTasks = 12,    // who is whose parent, group and session among Linux processes
  LinuxSignals = 14,  // a Linux process's pending signals, masks and stops
  LinuxPart = 16,     // a part that Linux tasks share: files, directories, handlers, memory
  Process = 20,       // a process's thread list and state
  Exception = 25,     // exception channels of a task
  Thread = 30,        // a thread's state word, suspend count
  AddressSpace = 35,  // a VMAR tree
  HandleTable = 40,   // a process's handles
  NetTransit = 44,    // which sockets are under way in other sockets' messages
  Futex = 45,         // a process's futex table
  NetSocket = 46,     // a socket's state
  NetTable = 48,      // names and ports that sockets are bound to
  Object = 50,        // a kernel object's own state (for peered objects: the lock both ends share)
  FsNames = 52,       // a stripe of the table of cached names
  Signals = 55,       // a kernel object's signals and observers
  Port = 60,          // a port's packet queue
  Pager = 62,         // a pager's request queue
  Vmo = 65,           // a VMO's pages, mappings and children
  PageTable = 70,     // a machine address space
  Waiter = 75,        // an activity's current wait
  Deadlines = 80,     // a CPU's deadline queue
  RunQueue = 85,      // a CPU's run queue
  Log = 87,           // the debug log's ring
  Device = 90,        // a driver's registers and buffers
  Heap = 95,          // the kernel heap
  Frames = 100,       // the page frame allocator
  Machine = 110,      // a machine's own bookkeeping
  Console = 120,      // the last thing before a panic
};

// The locks one CPU holds, innermost last. Kept only where JACINTH_CHECKS is on.
struct HeldLocks {
  static constexpr size_t kMost = 16;
  uint8_t count = 0;
  LockRank ranks[kMost] = {};
};

// Each machine defines this: the current CPU's record.
HeldLocks& current_held_locks();

// Each machine defines this: called in a spin loop, with the number of rounds spun so far. Lets the
// other hardware thread run; on machines whose CPUs are host threads, gives the host CPU up when
// the wait gets long; in the simulator, lets another virtual CPU run. `place` is the code that
// waits, where that is not the caller.
void spin_relax(unsigned rounds, uintptr_t place = 0);

void note_lock_acquired(LockRank rank);
void note_lock_released(LockRank rank);

}  // namespace jacinth
