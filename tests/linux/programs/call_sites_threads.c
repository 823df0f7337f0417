// Threads that meet the same calls for the first time at once, some of them blocked there, while
// others make yet others of the same page.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { kThreads = 8, kTimes = 2000, kSites = 16 };

// Sixteen functions on one page, each a site of its own: gettid.
#define FUNCTION ".p2align 5\n mov $186, %eax\n syscall\n cmp $-4096, %rax\n ret\n"
asm(".text\n.p2align 12\nsites:\n" FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION
        FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION FUNCTION
    ".p2align 12\n");
extern char sites[];
static long call_site(int index) { return ((long (*)(void))(sites + 32 * index))(); }

static pthread_barrier_t barrier;
static _Atomic long wrong;
static int pipes[2];

static void* caller(void* argument) {
  const long own = syscall(SYS_gettid);
  for (int site = 0; site < kSites; ++site) {
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < kTimes / kSites; ++i) {
      for (int earlier = 0; earlier <= site; ++earlier) wrong += call_site(earlier) != own;
    }
  }
  return argument;
}

static void* sleeper(void* argument) {
  char byte;
  return (void*)(long)(read(pipes[0], &byte, 1) == 1 && byte == 'x');
}

int main(void) {
  pthread_t callers[kThreads], sleepers[kThreads];
  pthread_barrier_init(&barrier, NULL, kThreads);
  if (pipe(pipes) != 0) return 1;
  for (int i = 0; i < kThreads; ++i) pthread_create(&sleepers[i], NULL, sleeper, NULL);
  for (int i = 0; i < kThreads; ++i) pthread_create(&callers[i], NULL, caller, NULL);
  for (int i = 0; i < kThreads; ++i) pthread_join(callers[i], NULL);
  long woken = 0;
  for (int i = 0; i < kThreads; ++i) {
    if (write(pipes[1], "x", 1) != 1) return 1;
  }
  for (int i = 0; i < kThreads; ++i) {
    void* result;
    pthread_join(sleepers[i], &result);
    woken += (long)result;
  }
  printf("wrong %ld, woken %ld\n", wrong, woken);
  return 0;
}
