// /proc/PID/status.
#define _GNU_SOURCE
#include "proc.h"
static void on_signal(int signal) {}
int main(void) {
  prctl(PR_SET_NAME, "named");
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, 0);
  kill(getpid(), SIGTERM);
  raise(SIGHUP);
  slurp("/proc/self/status");
  const char* names[] = {"Name",   "State",  "Threads", "Uid",        "Gid",
                         "SigPnd", "ShdPnd", "SigBlk",  "NoNewPrivs", "TracerPid"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; ++i)
    printf("%s: %s\n", names[i], field(names[i]));
  printf("ids %d %d %d\n", atoi(field("Pid")) == getpid(), atoi(field("Tgid")) == getpid(),
         atoi(field("PPid")) == getppid());
  unsigned long caught = strtoul(field("SigCgt"), 0, 16), ignored = strtoul(field("SigIgn"), 0, 16);
  printf("caught %d %d ignored %d %d\n", caught >> (SIGUSR1 - 1) & 1, caught >> (SIGUSR2 - 1) & 1,
         ignored >> (SIGUSR1 - 1) & 1, ignored >> (SIGUSR2 - 1) & 1);
  printf("sizes %d %d %d\n", atoi(field("VmSize")) > 100, atoi(field("VmRSS")) > 10,
         strstr(field("VmSize"), " kB") != 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  slurp("/proc/self/status");
  printf("NoNewPrivs: %s\n", field("NoNewPrivs"));
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
  slurp_of(pid, "status");
  printf("zombie %s, name %s, size %s\n", field("State"), field("Name"), field("VmSize"));
  printf("threads %s\n", field("Threads"));
  return 0;
}
