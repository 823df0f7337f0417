// Numbers of the Linux system-call interface, the same on x86-64 and riscv64. Names are Linux's
// without their prefix, in enumerations and namespaces that stand for it.
#pragma once

#include <cstdint>

namespace jacinth::linux {

namespace clone_flag {
inline constexpr uint64_t kSignalMask = 0xff, kVm = 0x100, kFs = 0x200, kFiles = 0x400,
                          kSighand = 0x800, kPidfd = 0x1000, kPtrace = 0x2000, kVfork = 0x4000,
                          kParent = 0x8000, kThread = 0x10000, kNewNs = 0x20000, kSysvsem = 0x40000,
                          kSetTls = 0x80000, kParentSetTid = 0x100000, kChildClearTid = 0x200000,
                          kDetached = 0x400000, kUntraced = 0x800000, kChildSetTid = 0x1000000,
                          kNewCgroup = 0x2000000, kNewUts = 0x4000000, kNewIpc = 0x8000000,
                          kNewUser = 0x10000000, kNewPid = 0x20000000, kNewNet = 0x40000000,
                          kIo = 0x80000000, kClearSighand = 0x100000000;
}

namespace map_flag {
inline constexpr uint32_t kShared = 1, kPrivate = 2, kSharedValidate = 3, kTypeMask = 0xf,
                          kFixed = 0x10, kAnonymous = 0x20, k32Bit = 0x40, kGrowsDown = 0x100,
                          kLocked = 0x2000, kNoReserve = 0x4000, kPopulate = 0x8000,
                          kNonblock = 0x10000, kStack = 0x20000, kHugeTlb = 0x40000,
                          kSync = 0x80000, kFixedNoReplace = 0x100000;
}
namespace protection {
inline constexpr uint32_t kRead = 1, kWrite = 2, kExec = 4, kAll = 7, kGrowsDown = 0x01000000,
                          kGrowsUp = 0x02000000;
}

namespace wait_option {
inline constexpr uint32_t kNoHang = 1, kStopped = 2, kExited = 4, kContinued = 8,
                          kNoWait = 0x01000000, kNoThread = 0x20000000, kAll = 0x40000000,
                          kClone = 0x80000000;
}

enum Signal : int32_t {
  kSigHup = 1,
  kSigInt = 2,
  kSigQuit = 3,
  kSigIll = 4,
  kSigTrap = 5,
  kSigAbrt = 6,
  kSigBus = 7,
  kSigFpe = 8,
  kSigKill = 9,
  kSigUsr1 = 10,
  kSigSegv = 11,
  kSigUsr2 = 12,
  kSigPipe = 13,
  kSigAlrm = 14,
  kSigTerm = 15,
  kSigStkflt = 16,
  kSigChld = 17,
  kSigCont = 18,
  kSigStop = 19,
  kSigTstp = 20,
  kSigTtin = 21,
  kSigTtou = 22,
  kSigUrg = 23,
  kSigXcpu = 24,
  kSigXfsz = 25,
  kSigVtalrm = 26,
  kSigProf = 27,
  kSigWinch = 28,
  kSigIo = 29,
  kSigPwr = 30,
  kSigSys = 31,
  kFirstRealtimeSignal = 32,
  kLastSignal = 64,
};

namespace signal_action {
inline constexpr uint64_t kDefault = 0, kIgnore = 1;
inline constexpr uint64_t kNoChildStop = 1, kNoChildWait = 2, kSigInfo = 4, kUnsupported = 0x400,
                          kRestorer = 0x04000000, kOnStack = 0x08000000, kRestart = 0x10000000,
                          kNoDefer = 0x40000000, kResetHand = 0x80000000;
}  // namespace signal_action
// siginfo::code
namespace signal_code {
inline constexpr int32_t kUser = 0, kKernel = 0x80, kQueue = -1, kTimer = -2, kMesgq = -3,
                         kAsyncIo = -4, kSigIo = -5, kTkill = -6;
inline constexpr int32_t kChildExited = 1, kChildKilled = 2, kChildDumped = 3, kChildTrapped = 4,
                         kChildStopped = 5, kChildContinued = 6;
inline constexpr int32_t kSegvMap = 1, kSegvAccess = 2, kBusAlign = 1, kBusAddress = 2,
                         kIllOpcode = 1, kFpeIntDiv = 1, kFpeIntOverflow = 2, kFpeDiv = 3,
                         kFpeOverflow = 4, kFpeUnderflow = 5, kFpeInexact = 6, kFpeInvalid = 7,
                         kTrapBreakpoint = 1, kTrapTrace = 2;
}  // namespace signal_code
namespace alt_stack {
inline constexpr int32_t kOnStack = 1, kDisable = 2;
inline constexpr uint32_t kAutoDisarm = 0x80000000;
}  // namespace alt_stack

enum RlimitResource : uint32_t {
  kLimitCpu,
  kLimitFileSize,
  kLimitData,
  kLimitStack,
  kLimitCore,
  kLimitRss,
  kLimitProcesses,
  kLimitFiles,
  kLimitMemlock,
  kLimitAddressSpace,
  kLimitLocks,
  kLimitSigpending,
  kLimitMessageQueue,
  kLimitNice,
  kLimitRealtimePriority,
  kLimitRealtimeTime,
  kLimitCount,
};
inline constexpr uint64_t kUnlimited = ~uint64_t{0};

enum Clock : int32_t {
  kClockRealtime,
  kClockMonotonic,
  kClockProcessCpu,
  kClockThreadCpu,
  kClockMonotonicRaw,
  kClockRealtimeCoarse,
  kClockMonotonicCoarse,
  kClockBoottime,
  kClockRealtimeAlarm,
  kClockBoottimeAlarm,
  kClockTai = 11,
};
inline constexpr uint32_t kTimerAbsolute = 1;

namespace futex_op {
inline constexpr int32_t kWait = 0, kWake = 1, kFd = 2, kRequeue = 3, kCmpRequeue = 4, kWakeOp = 5,
                         kLockPi = 6, kUnlockPi = 7, kTrylockPi = 8, kWaitBitset = 9,
                         kWakeBitset = 10, kWaitRequeuePi = 11, kCmpRequeuePi = 12, kLockPi2 = 13,
                         kPrivate = 128, kClockRealtime = 256;
inline constexpr uint32_t kWaiters = 0x80000000, kOwnerDied = 0x40000000, kTidMask = 0x3fffffff;
}  // namespace futex_op

// The auxiliary vector's entries.
enum Auxiliary : uint64_t {
  kAuxNull = 0,
  kAuxProgramHeaders = 3,
  kAuxProgramHeaderSize = 4,
  kAuxProgramHeaderCount = 5,
  kAuxPageSize = 6,
  kAuxBase = 7,
  kAuxFlags = 8,
  kAuxEntry = 9,
  kAuxUid = 11,
  kAuxEuid = 12,
  kAuxGid = 13,
  kAuxEgid = 14,
  kAuxPlatform = 15,
  kAuxHardware = 16,
  kAuxClockTick = 17,
  kAuxSecure = 23,
  kAuxRandom = 25,
  kAuxHardware2 = 26,
  kAuxProgramName = 31,
  kAuxVdso = 33,
  kAuxLeastSignalStack = 51,
};

// `dir` arguments of calls that take one: relative to the current directory.
inline constexpr int32_t kAtCwd = -100;
namespace at_flag {
inline constexpr uint32_t kSymlinkNoFollow = 0x100, kRemoveDir = 0x200, kEffectiveAccess = 0x200,
                          kSymlinkFollow = 0x400, kNoAutomount = 0x800, kEmptyPath = 0x1000;
}

}  // namespace jacinth::linux
