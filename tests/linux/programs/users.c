// User and group numbers, permissions, limits.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  printf("%d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
  char place[] = "/tmp/userXXXXXX";
  mkdtemp(place);
  chmod(place, 0755);
  chdir(place);
  close(open("secret", O_CREAT | O_WRONLY, 0600));
  umask(027);
  close(open("masked", O_CREAT | O_WRONLY, 0666));
  struct stat about;
  stat("masked", &about);
  printf("%o\n", about.st_mode & 07777);
  if (fork() == 0) {
    printf("%d\n", setgroups(0, 0));
    printf("%d\n", setresgid(1000, 1000, 1000));
    printf("%d\n", setresuid(1000, 1000, 1000));
    uid_t r, e, s;
    getresuid(&r, &e, &s);
    printf("%d %d %d\n", r, e, s);
    int fd = open("secret", O_RDONLY);
    printf("%d %s\n", fd, strerror(errno));
    int result = unlink("secret");
    printf("%d %s\n", result, strerror(errno));
    result = setuid(0);
    printf("%d %s\n", result, strerror(errno));
    result = chown("masked", 0, 0);
    printf("%d %s\n", result, strerror(errno));
    result = kill(getppid(), 0);
    printf("%d %s\n", result, strerror(errno));
    _exit(0);
  }
  wait(0);
  unlink("secret"), unlink("masked"), chdir("/"), rmdir(place);
  struct rlimit limit = {3, 3};
  printf("%d\n", setrlimit(RLIMIT_NOFILE, &limit));
  int fd = dup(1);
  printf("%d %s\n", fd, strerror(errno));
  getrlimit(RLIMIT_NOFILE, &limit);
  printf("%d\n", (int)limit.rlim_cur);
  return 0;
}
