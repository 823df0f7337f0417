// System calls with random numbers and arguments, in children that may do to themselves what they
// like, and have files of every kind open. Runs here alone: on a real system it would do harm. What
// counts is that the kernel outlives it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  kChildren = 60,
  kCalls = 200,
  kAreaBytes = 65536,
  kNumbers = 460,
  kPatience = 500,
  kFiles = 64,
};
static unsigned long state;
static int output;
static char* area;
static const char* const kPaths[] = {
    "/",          "/tmp",           "/tmp/file",       "/tmp/a",       "/sys",
    "/proc",      "/proc/self/fd",  "/proc/self/maps", "/proc/stat",   "/proc/self/mem",
    "/dev/null",  "/dev/zero",      "/dev/random",     "/dev/full",    "/dev/ptmx",
    "/dev/tty",   "/proc/self/exe", "/dev/pts",        "/proc/mounts", "/proc/self/status",
    "/etc/passwd"};
enum { kPathCount = sizeof kPaths / sizeof *kPaths };

static unsigned long next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static unsigned long argument(void) {
  switch (next() % 14) {
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
    case 8:
      return (unsigned long)kPaths[next() % kPathCount];
    case 9:
    case 10:
    case 11:
    case 12:
      return next() % kFiles;
    default:
      return (unsigned long)area;
  }
}

// What would end or stop others than the caller, or wait for input that never comes.
static int is_left_out(long number) {
  switch (number) {
    case SYS_pause:
    case SYS_shutdown:
    case SYS_kill:
    case SYS_pidfd_send_signal:
    case SYS_rt_sigqueueinfo:
    case SYS_rt_tgsigqueueinfo:
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

static void open_sockets(void) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
  socket(AF_UNIX, SOCK_STREAM, 0);
  socket(AF_INET, SOCK_DGRAM, 0);
  socket(AF_INET6, SOCK_STREAM, 0);
  socket(AF_NETLINK, SOCK_RAW, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr*)&address, size);
  listen(listener, 3);
  getsockname(listener, (struct sockaddr*)&address, &size);
  connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr*)&address, size);
  accept(listener, NULL, NULL);
}

static void open_files(void) {
  int ends[2];
  sigset_t all;
  sigfillset(&all);
  ftruncate(open("/tmp/file", O_RDWR | O_CREAT, 0600), 100000);
  for (int i = 0; i < kPathCount; ++i) {
    if (open(kPaths[i], O_RDWR | O_NOCTTY) < 0) open(kPaths[i], O_RDONLY | O_NOCTTY);
  }
  pipe(ends);
  pipe(ends);
  open_sockets();
  epoll_create1(0);
  epoll_create1(0);
  eventfd(3, 0);
  timerfd_create(CLOCK_MONOTONIC, 0);
  signalfd(-1, &all, 0);
  inotify_init1(0);
  ftruncate(memfd_create("memory", MFD_ALLOW_SEALING), 70000);
  open("/tmp", O_TMPFILE | O_RDWR, 0600);
  syscall(SYS_pidfd_open, getpid(), 0);
  // Most are not waited for.
  for (int i = 3; i < kFiles; ++i) {
    if (next() % 4 != 0) fcntl(i, F_SETFL, fcntl(i, F_GETFL) | O_NONBLOCK);
  }
}

static void play(unsigned long seed) {
  state = seed;
  for (int i = 0; i < 10; ++i) next();
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i <= output; ++i) dup2(open("/dev/null", O_RDWR), i);
  open_files();
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
  output = dup(1);
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
