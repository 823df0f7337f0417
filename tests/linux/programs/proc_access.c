// What another user may see of a process.
#define _GNU_SOURCE
#include "proc.h"
static void look(int pid, const char* name) { outcome(name, slurp_of(pid, name) < 0 ? -1 : 0); }
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0) {
    if (setgid(1000) != 0 || setuid(1000) != 0) _exit(1);
    const char* names[] = {"stat",    "status", "cmdline", "comm",   "maps",
                           "environ", "auxv",   "mem",     "limits", "io"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) look(parent, names[i]);
    char path[64], target[64];
    const char* links[] = {"exe", "cwd", "root"};
    for (unsigned i = 0; i < sizeof links / sizeof *links; ++i) {
      snprintf(path, sizeof path, "/proc/%d/%s", parent, links[i]);
      outcome(links[i], readlink(path, target, sizeof target) < 0 ? -1 : 0);
    }
    snprintf(path, sizeof path, "/proc/%d/fd", parent);
    outcome("fd", opendir(path) == 0 ? -1 : 0);
    int writes = open("/proc/sys/kernel/hostname", O_WRONLY);
    outcome("hostname", writes < 0 ? -1 : 0);
    slurp_of(parent, "stat");
    printf("no addresses %d\n", stat_number(28) == 0 || stat_number(28) == 1);
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  printf("exit %d\n", status);
  return 0;
}
