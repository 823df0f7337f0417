// What /proc says of the system: forms rather than values.
#define _GNU_SOURCE
#include <sys/utsname.h>
#include "proc.h"
int main(void) {
  struct utsname names;
  uname(&names);
  slurp("/proc/version");
  printf("version %d %d\n", strncmp(text, "Linux version ", 14) == 0,
         strncmp(text + 14, names.release, strlen(names.release)) == 0);
  slurp("/proc/sys/kernel/osrelease");
  printf("osrelease %d\n", strncmp(text, names.release, strlen(names.release)) == 0);
  slurp("/proc/sys/kernel/hostname");
  printf("hostname %d\n", strncmp(text, names.nodename, strlen(names.nodename)) == 0);
  slurp("/proc/sys/kernel/ostype");
  printf("ostype %s", text);
  double up, idle;
  slurp("/proc/uptime");
  int got = sscanf(text, "%lf %lf", &up, &idle);
  printf("uptime %d %d\n", got, up > 0);
  double a, b, c;
  int running, all, last;
  slurp("/proc/loadavg");
  got = sscanf(text, "%lf %lf %lf %d/%d %d", &a, &b, &c, &running, &all, &last);
  printf("loadavg %d %d\n", got, all >= 1);
  slurp("/proc/meminfo");
  printf("meminfo %d %d %d\n", atol(field("MemTotal")) > 1000, atol(field("MemFree")) > 0,
         atol(field("MemTotal")) >= atol(field("MemAvailable")));
  slurp("/proc/stat");
  long user, nice, system, rest;
  printf("stat %d", sscanf(text, "cpu  %ld %ld %ld %ld", &user, &nice, &system, &rest));
  printf(" %d %d\n", strstr(text, "\ncpu0 ") != 0, strstr(text, "\nbtime 1") != 0);
  slurp("/proc/cpuinfo");
  int cpus = 0;
  for (char* at = text; (at = strstr(at, "processor\t:")) != 0; ++at) ++cpus;
  printf("cpuinfo %d\n", cpus == sysconf(_SC_NPROCESSORS_ONLN));
  slurp("/proc/filesystems");
  printf("filesystems %d %d\n", strstr(text, "nodev\tproc\n") != 0,
         strstr(text, "nodev\ttmpfs\n") != 0);
  slurp("/proc/mounts");
  printf("mounts %d\n", strstr(text, " /proc proc ") != 0);
  slurp("/proc/self/mountinfo");
  printf("mountinfo %d\n", strstr(text, " - proc ") != 0);
  slurp("/proc/devices");
  printf("devices %d %d\n", strstr(text, "Character devices:") != 0, strstr(text, "136 pts") != 0);
  slurp("/proc/swaps");
  printf("swaps %.8s\n", text);
  char first[40];
  long length = slurp("/proc/sys/kernel/random/uuid");
  memcpy(first, text, 36);
  slurp("/proc/sys/kernel/random/uuid");
  printf("uuid %ld %c%c%c%c version %c new %d\n", length, text[8], text[13], text[18], text[23],
         text[14], memcmp(first, text, 36) != 0);
  slurp("/proc/sys/kernel/random/boot_id");
  memcpy(first, text, 36);
  slurp("/proc/sys/kernel/random/boot_id");
  printf("boot id %d\n", memcmp(first, text, 36) == 0);
  const char* numbers[] = {"kernel/pid_max",
                           "kernel/threads-max",
                           "kernel/ngroups_max",
                           "kernel/cap_last_cap",
                           "vm/overcommit_memory",
                           "vm/max_map_count",
                           "fs/file-max",
                           "fs/nr_open",
                           "fs/pipe-max-size",
                           "net/core/somaxconn",
                           "kernel/random/entropy_avail"};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
    char path[100];
    snprintf(path, sizeof path, "/proc/sys/%s", numbers[i]);
    char* end = text;
    long count = slurp(path);
    if (count > 0) strtoull(text, &end, 10);
    printf("%s %d\n", numbers[i], count > 1 && *end == '\n');
  }
  show_link("mounts", "/proc/mounts");
  return 0;
}
