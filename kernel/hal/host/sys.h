// Linux system calls without a C library: numbers, structures and constants of the x86-64 ABI, as
// far as this machine needs them. Results are as the kernel gives them: negative is -errno.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jacinth::host::sys {

// clang-format off
enum class Call : long {
  Read = 0, Write = 1, Open = 2, Close = 3, Poll = 7, Lseek = 8, Mmap = 9, Mprotect = 10, Munmap = 11,
  RtSigaction = 13, RtSigprocmask = 14, RtSigreturn = 15, Ioctl = 16, Pwrite64 = 18,
  SchedYield = 24, Getpid = 39, Clone = 56, Exit = 60, Wait4 = 61, Kill = 62, Getppid = 110,
  RtSigtimedwait = 128, Sigaltstack = 131, Prctl = 157, ArchPrctl = 158, Gettid = 186, Futex = 202,
  SchedSetaffinity = 203, SchedGetaffinity = 204, ClockGettime = 228, ExitGroup = 231,
  Tgkill = 234, Getrandom = 318,
  Pread64 = 17, Fsync = 74, Ftruncate = 77, Getdents64 = 217, Openat = 257, Mkdirat = 258, Mknodat = 259,
  Fchownat = 260, Newfstatat = 262, Unlinkat = 263, Linkat = 265, Symlinkat = 266,
  Readlinkat = 267, Fchmodat = 268, Utimensat = 280, Renameat2 = 316,
};

inline long call(Call number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                 long f = 0) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(static_cast<long>(number)), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
template <typename T>
long address(T* pointer) {
  return static_cast<long>(reinterpret_cast<uintptr_t>(pointer));
}

inline constexpr long kEintr = -4, kEagain = -11, kEnomem = -12;

// Memory.
inline constexpr int kProtRead = 1, kProtWrite = 2, kProtExec = 4;
inline constexpr int kMapShared = 1, kMapFixed = 0x10, kMapNoReserve = 0x4000, kMapPopulate = 0x8000;
inline long map(uintptr_t at, size_t bytes, int protection, int flags, int fd, uint64_t offset) {
  return call(Call::Mmap, static_cast<long>(at), static_cast<long>(bytes), protection, flags, fd,
              static_cast<long>(offset));
}
inline long unmap(uintptr_t at, size_t bytes) {
  return call(Call::Munmap, static_cast<long>(at), static_cast<long>(bytes));
}
inline long protect(uintptr_t at, size_t bytes, int protection) {
  return call(Call::Mprotect, static_cast<long>(at), static_cast<long>(bytes), protection);
}
inline bool is_error(long result) { return result < 0 && result > -4096; }

// Time.
struct Timespec {
  int64_t seconds;
  int64_t nanoseconds;
};
inline constexpr int kClockRealtime = 0, kClockMonotonic = 1;
inline int64_t clock_ns(int clock) {
  Timespec now{};
  call(Call::ClockGettime, clock, address(&now));
  return now.seconds * 1'000'000'000 + now.nanoseconds;
}

// Futexes, shared between processes.
inline constexpr int kFutexWait = 0, kFutexWake = 1;
// Waits while *word == expected; at most timeout_ns when that is not negative. May return early.
inline void futex_wait(const volatile void* word, uint32_t expected, int64_t timeout_ns = -1) {
  const Timespec limit{timeout_ns / 1'000'000'000, timeout_ns % 1'000'000'000};
  call(Call::Futex, address(word), kFutexWait, expected, timeout_ns < 0 ? 0 : address(&limit));
}
inline void futex_wake(const volatile void* word, int count) {
  call(Call::Futex, address(word), kFutexWake, count);
}

// Signals.
enum Signal : int {
  kSigHup = 1, kSigInt = 2, kSigQuit = 3, kSigIll = 4, kSigTrap = 5, kSigAbrt = 6, kSigBus = 7,
  kSigFpe = 8, kSigKill = 9, kSigUsr1 = 10, kSigSegv = 11, kSigUsr2 = 12, kSigPipe = 13, kSigTerm = 15,
  kSigChld = 17, kSigTstp = 20, kSigTtin = 21, kSigTtou = 22, kSigWinch = 28,
  kSigSys = 31,
};
constexpr uint64_t signal_bit(Signal signal) { return uint64_t{1} << (signal - 1); }

struct SignalAction {
  void (*handler)(int, void*, void*);
  uint64_t flags;
  void (*restorer)();
  uint64_t mask;
};
inline constexpr uint64_t kSaSiginfo = 4, kSaRestorer = 0x04000000, kSaOnStack = 0x08000000,
                          kSaNoDefer = 0x40000000;

struct SignalStack {
  void* base;
  int flags;
  size_t bytes;
};
struct SignalInfo {
  int signal, error, code, padding;
  uint64_t address;  // for faults
};
// Of SIGSYS.
struct CallInfo {
  int signal, error, code, padding;
  uint64_t call_address;
  int number;
  uint32_t architecture;
};
inline constexpr uint32_t kAuditX86_64 = 0xc000'003e;
struct MachineContext {
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
  uint16_t cs, gs, fs, ss;
  uint64_t error_code, trap_number, old_mask, cr2;
  std::byte* vector_image;
  uint64_t reserved[8];
};
struct SignalFrame {
  uint64_t flags;
  void* link;
  SignalStack stack;
  MachineContext machine;
  uint64_t mask;
};

// Processes and threads.
inline constexpr long kCloneVm = 0x100, kCloneFs = 0x200, kCloneFiles = 0x400, kCloneSighand = 0x800,
                      kCloneThread = 0x10000, kCloneSysvsem = 0x40000;
inline constexpr long kThreadFlags =
    kCloneVm | kCloneFs | kCloneFiles | kCloneSighand | kCloneThread | kCloneSysvsem;
inline constexpr long kProcessFlags = kCloneFs | kCloneFiles | kSigChld;
inline constexpr long kPrSetPdeathsig = 1, kPrSetTimerslack = 29, kPrSetUserDispatch = 59;
inline constexpr long kArchSetGs = 0x1001, kArchSetFs = 0x1002;
inline constexpr long kWnohang = 1, kWall = 0x40000000;

inline int get_tid() { return static_cast<int>(call(Call::Gettid)); }
inline int get_pid() { return static_cast<int>(call(Call::Getpid)); }
inline void send_signal(int process, int thread, Signal signal) {
  call(Call::Tgkill, process, thread, signal);
}
[[noreturn]] inline void exit_group(int status) {
  for (;;) call(Call::ExitGroup, status);
}

}  // namespace jacinth::host::sys
