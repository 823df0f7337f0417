// System calls with random numbers and arguments, in children that may do to themselves what they
// like. Runs here alone: on a real system it would do harm. What counts is that the kernel outlives
// it.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kChildren = 60, kCalls = 60, kAreaBytes = 65536, kNumbers = 460, kPatience = 300 };
static unsigned long state;
static char* area;

static unsigned long next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static unsigned long argument(void) {
  switch (next() % 9) {
    case 0:
      return next() % 8;
    case 1:
      return (unsigned long)area + next() % kAreaBytes;
    case 2:
      return next();
    case 3:
      return ~0ul - next() % 4;
    case 4:
      return 1ul << next() % 64;
    case 5:
      return next() % 5000;
    case 6:
      return 0;
    case 7:
      return 0x400000 + next() % 64 * 4096;
    default:
      return (unsigned long)area;
  }
}

// What would end or stop others than the caller, or wait for input that never comes.
static int is_left_out(long number) {
  switch (number) {
    case SYS_read:
    case SYS_pause:
    case SYS_shutdown:
    case SYS_kill:
    case SYS_ptrace:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_setsid:
    case SYS_reboot:
      return 1;
    default:
      return 0;
  }
}

static void play(unsigned long seed) {
  state = seed;
  for (int i = 0; i < 10; ++i) next();
  area = mmap(0, kAreaBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < kAreaBytes; i += 8) *(unsigned long*)(area + i) = argument();
  alarm(2);
  for (int i = 0; i < kCalls; ++i) {
    const long number = (long)(next() % kNumbers);
    if (!is_left_out(number))
      syscall(number, argument(), argument(), argument(), argument(), argument(), argument());
  }
  _exit(0);
}

int main(int argc, char** argv) {
  const unsigned long seed = argc > 1 ? strtoul(argv[1], 0, 0) : 1;
  const int output = dup(1);
  for (int i = 0; i < kChildren; ++i) {
    if (fork() == 0) play(seed * 1000003 + (unsigned long)i + 1);
    int left = kPatience;
    while (waitpid(-1, 0, WNOHANG) == 0 && left > 0) --left, usleep(1000);
    if (left == 0) kill(-1, 9);
  }
  while (waitpid(-1, 0, WNOHANG) > 0) {
  }
  write(output, "done\n", 5);
  return 0;
}
