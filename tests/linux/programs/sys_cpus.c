// The CPUs in /sys, as C libraries count them.
#define _GNU_SOURCE
#include <sched.h>
#include "proc.h"
static int count_range(const char* range) {
  int count = 0;
  for (const char* at = range; *at >= '0' && *at <= '9';) {
    char* end;
    long from = strtol(at, &end, 10), to = from;
    if (*end == '-') to = strtol(end + 1, &end, 10);
    count += (int)(to - from + 1);
    at = *end == ',' ? end + 1 : end;
  }
  return count;
}
int main(void) {
  long online = slurp("/sys/devices/system/cpu/online") > 0 ? count_range(text) : -1;
  printf("online %d\n", online == sysconf(_SC_NPROCESSORS_ONLN));
  long possible = slurp("/sys/devices/system/cpu/possible") > 0 ? count_range(text) : -1;
  printf("possible %d\n", possible >= online);
  printf("present %d\n",
         slurp("/sys/devices/system/cpu/present") > 0 && count_range(text) >= online);
  struct stat about;
  outcome("cpu0", stat("/sys/devices/system/cpu/cpu0", &about));
  printf("directory %d\n", S_ISDIR(about.st_mode));
  outcome("cpu9999", stat("/sys/devices/system/cpu/cpu9999", &about));
  DIR* list = opendir("/sys/devices/system/cpu");
  int cpus = 0;
  for (struct dirent* entry; (entry = readdir(list)) != 0;)
    cpus +=
        strncmp(entry->d_name, "cpu", 3) == 0 && entry->d_name[3] >= '0' && entry->d_name[3] <= '9';
  printf("listed %d\n", cpus >= online);
  outcome("mkdir", mkdir("/sys/new", 0755));
  outcome("missing", open("/sys/devices/system/cpu/missing", O_RDONLY));
  return 0;
}
