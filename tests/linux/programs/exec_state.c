// What a process keeps over exec.
#include <sys/prctl.h>
#include <sys/resource.h>
#include "results.h"
static void show_state(const char* when) {
  struct rlimit files;
  char name[16], place[PATH_MAX];
  getrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_GET_NAME, name);
  printf("%s: name %s, cwd %s, limit %d, nice %d\n", when, name,
         strrchr(getcwd(place, sizeof place), '/') + 1, (int)files.rlim_cur,
         getpriority(PRIO_PROCESS, 0));
  mode_t mask = umask(0);
  umask(mask);
  int signal = -1;
  prctl(PR_GET_PDEATHSIG, &signal);
  printf("umask %o, death signal %d, keep capabilities %d, dumpable %d\n", mask, signal,
         prctl(PR_GET_KEEPCAPS), prctl(PR_GET_DUMPABLE));
  printf("no new privileges %d, group leader %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
         getpgrp() == getpid());
}
int main(int count, char** arguments) {
  char self[PATH_MAX], pid[16];
  if (count > 1) {
    show_state("after");
    printf("same pid %d\n", getpid() == atoi(arguments[1]));
    return 0;
  }
  realpath(arguments[0], self);
  enter_fresh_directory();
  mkdir("place", 0755);
  pid_t child = fork();
  if (child == 0) {
    chdir("place"), umask(035), setpgid(0, 0), setpriority(PRIO_PROCESS, 0, 3);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){50, 60});
    prctl(PR_SET_NAME, "changed"), prctl(PR_SET_PDEATHSIG, SIGUSR1), prctl(PR_SET_KEEPCAPS, 1);
    prctl(PR_SET_DUMPABLE, 0), prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    show_state("before");
    symlink(self, "../program");
    snprintf(pid, sizeof pid, "%d", getpid());
    execl("../program", "zero", pid, NULL);
  }
  wait_for("child", child);
  return 0;
}
