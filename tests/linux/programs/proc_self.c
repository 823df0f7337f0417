// /proc/self and the links of a process.
#define _GNU_SOURCE
#include "proc.h"
int main(int argc, char** argv) {
  char expected[100], target[400];
  long length = readlink("/proc/self", target, sizeof target - 1);
  target[length] = 0;
  snprintf(expected, sizeof expected, "%d", getpid());
  printf("self %d\n", strcmp(target, expected) == 0);
  length = readlink("/proc/thread-self", target, sizeof target - 1);
  target[length] = 0;
  snprintf(expected, sizeof expected, "%d/task/%d", getpid(), gettid());
  printf("thread-self %d\n", strcmp(target, expected) == 0);
  length = readlink("/proc/self/exe", target, sizeof target - 1);
  target[length] = 0;
  printf("exe ends in %s\n", strrchr(target, '/'));
  chdir("/");
  show_link("cwd", "/proc/self/cwd");
  mkdir("/tmp/proc_self", 0755);
  chdir("/tmp/proc_self");
  show_link("cwd", "/proc/self/cwd");
  rmdir("/tmp/proc_self");
  show_link("cwd", "/proc/self/cwd");
  chdir("/");
  show_link("root", "/proc/self/root");
  struct stat by_link, by_name;
  outcome("stat exe", stat("/proc/self/exe", &by_link));
  stat(argv[0], &by_name);
  printf("same program %d\n", by_link.st_ino == by_name.st_ino);
  lstat("/proc/self/exe", &by_link);
  printf("link %o\n", by_link.st_mode);
  lstat("/proc/self", &by_link);
  printf("self link %o\n", by_link.st_mode);
  stat("/proc/self", &by_link);
  printf("directory %o\n", by_link.st_mode);
  stat("/proc/self/root", &by_link);
  stat("/", &by_name);
  printf("same root %d\n", by_link.st_ino == by_name.st_ino && by_link.st_dev == by_name.st_dev);
  stat("/proc/self/stat", &by_link);
  printf("stat %o %d\n", by_link.st_mode, (int)by_link.st_size);
  stat("/proc/self/environ", &by_link);
  printf("environ %o\n", by_link.st_mode);
  int fd = open("/proc/self/exe", O_RDONLY);
  char magic[5] = {0};
  read(fd, magic, 4);
  printf("magic %d\n", memcmp(magic, "\177ELF", 4) == 0);
  return 0;
}
