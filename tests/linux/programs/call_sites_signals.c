// Signals while calls are under way: a handler sees program counters of the program itself, what it
// interrupts goes on, and interrupted calls are made again or not as they are told.
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

// Where the program, its libraries and the vDSO have code.
static struct {
  uintptr_t from, to;
} code[16];
static int code_count;

static void add_code(uintptr_t from, uintptr_t to) {
  code[code_count].from = from;
  code[code_count++].to = to;
}
static int add_object(struct dl_phdr_info* object, size_t size, void* unused) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const uintptr_t from = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
    if ((object->dlpi_phdr[i].p_flags & PF_X) != 0)
      add_code(from, from + object->dlpi_phdr[i].p_memsz);
  }
  return 0;
}
static int is_code(uintptr_t pc) {
  for (int i = 0; i < code_count; ++i) {
    if (pc >= code[i].from && pc < code[i].to) return 1;
  }
  return 0;
}

static volatile long alarms, strangers, handler_calls;

static void on_alarm(int number, siginfo_t* info, void* context) {
  if (!is_code((uintptr_t)((ucontext_t*)context)->uc_mcontext.gregs[REG_RIP])) ++strangers;
  ++alarms;
  handler_calls += getppid() > 0;
}

static int pipes[2];
static volatile int left;

// Lets the third signal bring what is waited for.
static void on_countdown(int number, siginfo_t* info, void* context) {
  on_alarm(number, info, context);
  if (--left == 0 && write(pipes[1], "x", 1) != 1) _exit(1);
}

static void restarts(int flags, const char* what) {
  const struct sigaction action = {.sa_sigaction = on_countdown, .sa_flags = SA_SIGINFO | flags};
  const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  for (int round = 0; round < 5; ++round) {
    char byte = 0;
    int interrupted = 0;
    ssize_t got;
    left = 3;
    setitimer(ITIMER_REAL, &often, NULL);
    while ((got = read(pipes[0], &byte, 1)) < 0 && errno == EINTR) ++interrupted;
    setitimer(ITIMER_REAL, &never, NULL);
    printf("%s: read %zd %c, interrupted %d\n", what, got, byte, interrupted != 0);
  }
}

int main(void) {
  enum { kVdsoBytes = 65536 };
  dl_iterate_phdr(add_object, NULL);
  const uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);
  add_code(vdso, vdso + kVdsoBytes);
  const struct sigaction action = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO | SA_RESTART};
  const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  const int self = getpid();
  long wrong = 0;
  while (alarms < 200) {
    for (int i = 0; i < 1000; ++i)
      wrong += getpid() != self || syscall(SYS_getuid) != (long)getuid();
  }
  setitimer(ITIMER_REAL, &never, NULL);
  printf("wrong %ld, strangers %ld, handlers' calls %s\n", wrong, strangers,
         handler_calls == alarms ? "right" : "wrong");
  if (pipe(pipes) != 0) return 1;
  restarts(SA_RESTART, "restart");
  restarts(0, "no restart");

  // Whatever is blocked, SIGSYS among it.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (int i = 0; i < 10; ++i) wrong += getpid() != self || getegid() != getegid();
  signal(SIGSYS, SIG_IGN);
  for (int i = 0; i < 10; ++i) wrong += getsid(0) < 0;
  signal(SIGSYS, SIG_DFL);
  printf("blocked: wrong %ld\n", wrong);
  return 0;
}
