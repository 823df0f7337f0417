// Object types, rights and signals: the numbers of Zircon's ABI (zircon/types.h, zircon/rights.h).
#pragma once

#include <cstdint>

namespace jacinth {

// A kernel object's id: unique for the lifetime of the system, never reused.
using Koid = uint64_t;
inline constexpr Koid kNoKoid = 0;
inline constexpr Koid kKernelKoid = 1;
inline constexpr Koid kFirstKoid = 1024;

enum class ObjectType : uint32_t {
  None = 0,
  Process = 1,
  Thread = 2,
  Vmo = 3,
  Channel = 4,
  Event = 5,
  Port = 6,
  Interrupt = 9,
  PciDevice = 11,
  DebugLog = 12,
  Socket = 14,
  Resource = 15,
  EventPair = 16,
  Job = 17,
  Vmar = 18,
  Fifo = 19,
  Guest = 20,
  Vcpu = 21,
  Timer = 22,
  Iommu = 23,
  Bti = 24,
  Profile = 25,
  Pmt = 26,
  SuspendToken = 27,
  Pager = 28,
  Exception = 29,
  Clock = 30,
  Stream = 31,
  MsiAllocation = 32,
  MsiInterrupt = 33,
};
inline constexpr uint32_t kObjectTypeCount = 64;

// What a handle allows its holder to do; a set of bits.
using Rights = uint32_t;
namespace rights {
inline constexpr Rights kNone = 0;
inline constexpr Rights kDuplicate = 1u << 0;
inline constexpr Rights kTransfer = 1u << 1;
inline constexpr Rights kRead = 1u << 2;
inline constexpr Rights kWrite = 1u << 3;
inline constexpr Rights kExecute = 1u << 4;
inline constexpr Rights kMap = 1u << 5;
inline constexpr Rights kGetProperty = 1u << 6;
inline constexpr Rights kSetProperty = 1u << 7;
inline constexpr Rights kEnumerate = 1u << 8;
inline constexpr Rights kDestroy = 1u << 9;
inline constexpr Rights kSetPolicy = 1u << 10;
inline constexpr Rights kGetPolicy = 1u << 11;
inline constexpr Rights kSignal = 1u << 12;
inline constexpr Rights kSignalPeer = 1u << 13;
inline constexpr Rights kWait = 1u << 14;
inline constexpr Rights kInspect = 1u << 15;
inline constexpr Rights kManageJob = 1u << 16;
inline constexpr Rights kManageProcess = 1u << 17;
inline constexpr Rights kManageThread = 1u << 18;
inline constexpr Rights kApplyProfile = 1u << 19;
// Only as an argument: "the rights the source handle has".
inline constexpr Rights kSame = 1u << 31;

inline constexpr Rights kBasic = kTransfer | kDuplicate | kWait | kInspect;
inline constexpr Rights kIo = kRead | kWrite;
inline constexpr Rights kProperty = kGetProperty | kSetProperty;
inline constexpr Rights kPolicy = kGetPolicy | kSetPolicy;
}  // namespace rights

// An object's state as waiters see it; a set of bits. Bits below 24 belong to the kernel and mean
// what the object's type says; the upper eight belong to users.
using Signals = uint32_t;
namespace signals {
inline constexpr Signals kReadable = 1u << 0;
inline constexpr Signals kWritable = 1u << 1;
inline constexpr Signals kPeerClosed = 1u << 2;
inline constexpr Signals kSignaled = 1u << 3;
// Only in the result of a wait that ended because its handle was closed.
inline constexpr Signals kHandleClosed = 1u << 23;
inline constexpr Signals kUserAll = 0xff000000;

inline constexpr Signals kSocketPeerWriteDisabled = 1u << 4;
inline constexpr Signals kSocketWriteDisabled = 1u << 5;
inline constexpr Signals kSocketReadThreshold = 1u << 10;
inline constexpr Signals kSocketWriteThreshold = 1u << 11;

inline constexpr Signals kTaskTerminated = 1u << 3;
inline constexpr Signals kJobNoJobs = 1u << 4;
inline constexpr Signals kJobNoProcesses = 1u << 5;
inline constexpr Signals kThreadRunning = 1u << 4;
inline constexpr Signals kThreadSuspended = 1u << 5;
inline constexpr Signals kVmoZeroChildren = 1u << 3;
inline constexpr Signals kClockStarted = 1u << 4;
}  // namespace signals

}  // namespace jacinth
