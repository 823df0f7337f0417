// Files of a process that ends while they are open.
#define _GNU_SOURCE
#include "proc.h"
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int hold[2];
  pipe(hold);
  pid_t pid = fork();
  if (pid == 0) {
    char c;
    close(hold[1]);
    read(hold[0], &c, 1);
    _exit(0);
  }
  close(hold[0]);
  char path[64], buffer[4096], target[64];
  snprintf(path, sizeof path, "/proc/%d", pid);
  int directory = open(path, O_RDONLY | O_DIRECTORY);
  int stat_file = openat(directory, "stat", O_RDONLY);
  int cmdline = openat(directory, "cmdline", O_RDONLY);
  int status = openat(directory, "status", O_RDONLY);
  printf("open %d\n", directory >= 0 && stat_file >= 0 && cmdline >= 0 && status >= 0);
  printf("alive %d\n", read(stat_file, buffer, sizeof buffer) > 50);
  close(hold[1]);
  siginfo_t info;
  waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
  outcome("zombie cmdline", read(cmdline, buffer, sizeof buffer));
  outcome("zombie exe", readlinkat(directory, "exe", target, sizeof target));
  outcome("zombie cwd", readlinkat(directory, "cwd", target, sizeof target));
  waitpid(pid, 0, 0);
  lseek(stat_file, 0, SEEK_SET);
  outcome("stat", read(stat_file, buffer, sizeof buffer));
  outcome("status", read(status, buffer, sizeof buffer));
  outcome("open", openat(directory, "stat", O_RDONLY));
  outcome("gone", open(path, O_RDONLY));
  DIR* list = fdopendir(directory);
  int count = 0;
  errno = 0;
  while (readdir(list) != 0) ++count;
  printf("list %s\n", count == 0 ? "nothing" : "something");
  return 0;
}
