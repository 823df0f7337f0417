// Clocks of CPU time: of processes and threads, by number, and sleeping on them.
#include <pthread.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include "results.h"

static volatile int stop;
static void* work(void* unused) {
  while (!stop) {
  }
  return unused;
}
static long ns_between(struct timespec a, struct timespec b) {
  return (b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec;
}
// Until somebody else has been seen to work for 5 ms: who is running all the time must be seen,
// too.
static void await_progress(clockid_t clock) {
  struct timespec first, last, now;
  int backwards = 0;
  SHOW(clock_gettime(clock, &first));
  last = first;
  do {
    clock_gettime(clock, &now);
    backwards += ns_between(last, now) < 0;
    last = now;
  } while (ns_between(first, now) < 5000000);
  printf("backwards %d\n", backwards);
}
static long used_ns(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000L +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000L;
}

int main(void) {
  struct timespec a, b;
  clockid_t clock;
  SHOW(clock_getcpuclockid(0, &clock));
  SHOW(clock_gettime(clock, &a));
  SHOW(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b));
  printf("%d\n", ns_between(a, b) >= 0);
  SHOW(clock_getres(clock, &b));
  printf("%ld %ld\n", (long)b.tv_sec, b.tv_nsec);
  pid_t child = fork();
  if (child == 0) work(0);
  SHOW(clock_getcpuclockid(child, &clock));
  await_progress(clock);
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  SHOW(clock_gettime(clock, &b));
  pthread_t thread;
  pthread_create(&thread, 0, work, 0);
  SHOW(pthread_getcpuclockid(thread, &clock));
  await_progress(clock);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  long used = used_ns(RUSAGE_SELF);
  printf("%d\n", a.tv_sec * 1000000000L + a.tv_nsec - used < 1000000);
  struct tms before, after;
  times(&before);
  do times(&after);
  while (after.tms_utime + after.tms_stime < before.tms_utime + before.tms_stime + 4);
  printf("%d\n", used_ns(RUSAGE_SELF) - used >= 10000000);
  struct timespec span = {0, 20000000};
  SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &span, 0));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  a.tv_nsec += 10000000;
  if (a.tv_nsec >= 1000000000) a.tv_nsec -= 1000000000, a.tv_sec += 1;
  SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &a, 0));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  printf("%d\n", ns_between(a, b) >= 0);
  stop = 1;
  pthread_join(thread, 0);
  SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &span, 0));
  span.tv_nsec = -1;
  SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &span, 0));
  SHOW(clock_nanosleep(99, 0, &span, 0));
  SHOW(clock_gettime(99, &a));
}
