// Restartable sequences: registering, the CPU's number, and what ends a sequence; glibc only.
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/rseq.h>
#include "results.h"

enum { SIGNATURE = RSEQ_SIG, UNREGISTER = 1 };
struct area {
  uint32_t cpu_id_start, cpu_id;
  uint64_t sequence;
  uint32_t flags, node_id, more[2];
} __attribute__((aligned(64)));
static struct area area, other;
static volatile int inside, ended, handled;

static long rseq(void* at, unsigned size, int flags, unsigned signature) {
  return syscall(SYS_rseq, at, size, flags, signature);
}

// The C library has registered an area of its own.
static void take_over(void) {
  char* own = (char*)__builtin_thread_pointer() + __rseq_offset;
  for (unsigned size = 32; rseq(own, size, UNREGISTER, SIGNATURE) != 0 && size < 1024;) size += 4;
}

static void registration(void) {
  SHOW(rseq(&area, 32, UNREGISTER, SIGNATURE));
  SHOW(rseq(&area, 32, 4, SIGNATURE));
  SHOW(rseq(&area, 16, 0, SIGNATURE));
  SHOW(rseq((char*)&area + 4, 32, 0, SIGNATURE));
  SHOW(rseq((void*)(1ul << 63), 32, 0, SIGNATURE));
  SHOW(rseq(&area, 32, 0, SIGNATURE));
  SHOW(rseq(&area, 32, 0, SIGNATURE));
  SHOW(rseq(&area, 32, 0, SIGNATURE + 1));
  SHOW(rseq(&other, 32, 0, SIGNATURE));
  SHOW(rseq(&other, 32, UNREGISTER, SIGNATURE));
  SHOW(rseq(&area, 32, UNREGISTER | 2, SIGNATURE));
  SHOW(rseq(&area, 32, UNREGISTER, SIGNATURE + 1));
  SHOW(rseq(&area, 32, UNREGISTER, SIGNATURE));
  printf("%d\n", (int)area.cpu_id);
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Goes round in a sequence until something ends it.
static int wait_to_be_aborted(void) {
  asm volatile goto(
      ".pushsection __rseq_cs, \"aw\"\n"
      ".balign 32\n"
      "3: .long 0, 0\n"
      ".quad 1f, 2f - 1f, 4f\n"
      ".popsection\n"
      "leaq 3b(%%rip), %%rax\n"
      "movq %%rax, %0\n"
      "1: movl $1, %1\n"
      "5: pause\n"
      "jmp 5b\n"
      "2: ud2\n"
      ".long %c2\n"
      "4: jmp %l[aborted]\n"
      :
      : "m"(area.sequence), "m"(inside), "i"(SIGNATURE)
      : "rax", "memory"
      : aborted);
  return 0;
aborted:
  return 1;
}

static void on_signal(int number) { handled = number; }
static void* interrupt(void* thread) {
  while (!inside) sched_yield();
  pthread_kill(*(pthread_t*)thread, SIGUSR1);
  return 0;
}
static void* compete(void* unused) {
  while (!ended) {
  }
  return unused;
}

int main(void) {
  take_over();
  registration();
  SHOW(rseq(&area, 32, 0, SIGNATURE));
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  int wrong = 0, seen = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    pin(cpu);
    ++seen;
    if ((int)area.cpu_id != cpu || (int)area.cpu_id_start != cpu) ++wrong;
  }
  printf("%d %d\n", wrong, seen > 0);
  if (fork() == 0) {
    wrong = area.cpu_id != area.cpu_id_start;
    printf("%d\n", wrong);
    SHOW(rseq(&area, 32, 0, SIGNATURE));
    fflush(stdout);
    _exit(0);
  }
  wait(0);

  puts("a signal");
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, 0);
  sched_setaffinity(0, sizeof allowed, &allowed);
  pthread_t self = pthread_self(), thread;
  pthread_create(&thread, 0, interrupt, &self);
  printf("%d\n", wait_to_be_aborted());
  pthread_join(thread, 0);
  printf("%d %d\n", handled == SIGUSR1, area.sequence == 0);

  puts("another thread on the same CPU");
  pin(sched_getcpu());
  pthread_create(&thread, 0, compete, 0);
  printf("%d\n", wait_to_be_aborted());
  ended = 1;
  pthread_join(thread, 0);
  printf("%d\n", area.sequence == 0);

  puts("a bad sequence");
  if (fork() == 0) {
    area.sequence = 8;
    raise(SIGUSR1);
    puts("goes on");
    fflush(stdout);
    _exit(0);
  }
  int status;
  wait(&status);
  show_status("child", status);
}
