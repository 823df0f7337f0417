// /proc/PID/stat and statm.
#define _GNU_SOURCE
#include "proc.h"
int main(void) {
  prctl(PR_SET_NAME, "a) (b c");
  slurp("/proc/self/stat");
  char* name = strchr(text, '(');
  printf("name %.*s\n", (int)(strrchr(text, ')') - name + 1), name);
  printf("pid %d\n", atoi(text) == getpid());
  printf("state %c\n", stat_state());
  printf("parent %d\n", stat_number(4) == getppid());
  printf("group %d\n", stat_number(5) == getpgrp());
  printf("session %d\n", stat_number(6) == getsid(0));
  printf("threads %lld\n", stat_number(20));
  printf("priority %lld nice %lld\n", stat_number(18), stat_number(19));
  int fields = 2;
  for (char* at = strrchr(text, ')'); *at; ++at) fields += *at == ' ';
  printf("fields %d\n", fields);
  printf("memory %d\n", stat_number(23) > 100000 && stat_number(24) > 10);
  printf("code %d\n", stat_number(26) > 4096 && stat_number(27) > stat_number(26));
  unsigned long here = (unsigned long)&fields;
  printf("stack %d\n",
         here < (unsigned long)stat_number(28) && (unsigned long)stat_number(28) - here < 1 << 20);
  printf("exit signal %lld\n", stat_number(38));
  printf("line end %d\n", text[strlen(text) - 1] == '\n');
  long long begun = stat_number(22);
  pid_t pid = fork();
  if (pid == 0) {
    pause();
    _exit(0);
  }
  usleep(50000);
  slurp_of(pid, "stat");
  printf("child state %c\n", stat_state());
  printf("child began later %d\n", stat_number(22) >= begun);
  printf("child parent %d\n", stat_number(4) == getpid());
  kill(pid, SIGSTOP);
  waitpid(pid, 0, WUNTRACED);
  slurp_of(pid, "stat");
  printf("stopped %c\n", stat_state());
  kill(pid, SIGKILL);
  siginfo_t info;
  waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
  slurp_of(pid, "stat");
  printf("zombie %c %lld %lld\n", stat_state(), stat_number(23), stat_number(20));
  waitpid(pid, 0, 0);
  outcome("gone", slurp_of(pid, "stat"));
  slurp("/proc/self/statm");
  long sizes[7];
  int got = sscanf(text, "%ld %ld %ld %ld %ld %ld %ld", &sizes[0], &sizes[1], &sizes[2], &sizes[3],
                   &sizes[4], &sizes[5], &sizes[6]);
  printf("statm %d %d %ld %ld\n", got, sizes[0] > sizes[1] && sizes[1] > 0, sizes[4], sizes[6]);
  return 0;
}
