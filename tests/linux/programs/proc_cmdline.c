// Arguments, environment and names of processes.
#define _GNU_SOURCE
#include "proc.h"
static void show(const char* what, long count) {
  printf("%s %ld:", what, count);
  for (long i = 0; i < count; ++i) putchar(text[i] ? text[i] : '|');
  printf("\n");
}
int main(int argc, char** argv) {
  setvbuf(stdout, 0, _IONBF, 0);
  if (argc == 1) {
    char* arguments[] = {"program", "one", "two words", "", "last", 0};
    char* environment[] = {"A=1", "NAME=some value", 0};
    execve("/proc/self/exe", arguments, environment);
  }
  show("cmdline", slurp("/proc/self/cmdline"));
  show("environ", slurp("/proc/self/environ"));
  show("comm", slurp("/proc/self/comm"));
  int fd = open("/proc/self/comm", O_WRONLY);
  outcome("rename", write(fd, "a rather long new name", 22));
  close(fd);
  show("comm", slurp("/proc/self/comm"));
  char name[17] = "";
  prctl(PR_GET_NAME, name);
  printf("prctl %s\n", name);
  strcpy(argv[1], "ONE");
  show("cmdline", slurp("/proc/self/cmdline"));
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_NAME, "child");
    pause();
  }
  usleep(50000);
  show("child", slurp_of(pid, "comm"));
  show("child", slurp_of(pid, "cmdline"));
  kill(pid, SIGKILL);
  siginfo_t info;
  waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
  show("zombie", slurp_of(pid, "comm"));
  show("zombie", slurp_of(pid, "cmdline"));
  show("zombie", slurp_of(pid, "environ"));
  waitpid(pid, 0, 0);
  return 0;
}
