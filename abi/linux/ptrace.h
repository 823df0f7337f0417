// ptrace: what tracers ask for, and what they are told.
#pragma once

#include <cstdint>

namespace jacinth::linux::ptrace {

enum Request : uint64_t {
  kTraceMe = 0,
  kPeekText = 1,
  kPeekData = 2,
  kPeekUser = 3,
  kPokeText = 4,
  kPokeData = 5,
  kPokeUser = 6,
  kContinue = 7,
  kKill = 8,
  kSingleStep = 9,
  kGetRegisters = 12,
  kSetRegisters = 13,
  kGetFloatingPoint = 14,
  kSetFloatingPoint = 15,
  kAttach = 16,
  kDetach = 17,
  kSyscall = 24,
  kSetOptions = 0x4200,
  kGetEventMessage = 0x4201,
  kGetSignalInfo = 0x4202,
  kSetSignalInfo = 0x4203,
  kGetRegisterSet = 0x4204,
  kSetRegisterSet = 0x4205,
  kSeize = 0x4206,
  kInterrupt = 0x4207,
  kListen = 0x4208,
  kPeekSignalInfo = 0x4209,
  kGetSignalMask = 0x420a,
  kSetSignalMask = 0x420b,
  kGetSyscallInfo = 0x420e,
};

// Events; the option that asks for one is the bit of the same number.
enum Event : uint32_t {
  kEventFork = 1,
  kEventVfork = 2,
  kEventClone = 3,
  kEventExec = 4,
  kEventVforkDone = 5,
  kEventExit = 6,
  kEventStop = 128,
};
constexpr uint32_t option_of(Event event) { return 1u << event; }

inline constexpr uint32_t kOptionSysGood = 1, kOptionExitKill = 1u << 20;
// The events, and one for seccomp, which is never reached.
inline constexpr uint32_t kAllOptions = 0xff | kOptionExitKill;

// What a stop at a call adds to SIGTRAP where kOptionSysGood is set.
inline constexpr uint32_t kSysGoodBit = 0x80;
// The messages of stops at calls.
inline constexpr uint64_t kMessageEntry = 1, kMessageExit = 2;

struct SyscallInfo {
  enum Op : uint8_t { kNone, kEntry, kExit };
  uint8_t op;
  uint8_t padding[3];
  uint32_t architecture;
  uint64_t pc;
  uint64_t sp;
  union {
    struct {
      uint64_t number;
      uint64_t args[6];
    } entry;
    struct {
      int64_t value;
      uint8_t is_error;
    } exit;
  };
};
static_assert(sizeof(SyscallInfo) == 80);

struct PeekSignalInfo {
  uint64_t first;
  uint32_t flags;
  int32_t count;
};
inline constexpr uint32_t kPeekShared = 1;

// Register sets, by the types of notes in core files.
enum RegisterNote : uint64_t {
  kNoteGeneral = 1,
  kNoteFloatingPoint = 2,
  kNoteX86State = 0x202,
};

}  // namespace jacinth::linux::ptrace
