// How CPU time is divided into the program's and the kernel's, as everything that tells it says.
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include "results.h"
enum { PART_MS = 250 };
static double used(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}
static void compute(void) {
  const double end = used() + PART_MS / 1e3;
  while (used() < end)
    for (volatile int i = 0; i < 1000000; ++i) {
    }
}
static void have_kernel_work(void) {
  static char buffer[1 << 20];
  const int fd = open("/dev/zero", O_RDONLY);
  const double end = used() + PART_MS / 1e3;
  while (used() < end)
    for (int i = 0; i < 16; ++i) read(fd, buffer, sizeof buffer);
  close(fd);
}
static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }
static void show(const char* what, double user, double system) {
  const char* most = user > 2 * system ? "the program's"
                     : system > user   ? "the kernel's"
                                       : "neither's";
  printf("%s: mostly %s\n", what, most);
}
static void show_usage(int who, const char* what) {
  struct rusage usage;
  getrusage(who, &usage);
  show(what, seconds(usage.ru_utime), seconds(usage.ru_stime));
}
static void show_all(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  show_usage(RUSAGE_SELF, "getrusage");
  show_usage(RUSAGE_THREAD, "thread");
  struct tms ticks;
  times(&ticks);
  show("times", ticks.tms_utime, ticks.tms_stime);
  unsigned long user, system;
  FILE* stat = fopen("/proc/self/stat", "r");
  fscanf(stat, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose(stat);
  show("stat", user, system);
  const double sum = seconds(usage.ru_utime) + seconds(usage.ru_stime), clock = used();
  printf("as much as the clock says: %d\n", sum > clock * 0.8 && sum < clock * 1.2);
}
static void user_part(void) { compute(), show_all(); }
static void system_part(void) { have_kernel_work(), show_all(); }
int main(void) {
  in_child("user", user_part);
  show_usage(RUSAGE_CHILDREN, "children");
  in_child("system", system_part);
  struct tms ticks;
  times(&ticks);
  printf("children of both kinds: %d %d\n", ticks.tms_cutime > 10, ticks.tms_cstime > 10);
  return 0;
}
