// What the programs here share: results printed in one way, names instead of numbers, a directory
// that goes with the program.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAD_POINTER ((void*)8)
#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

static inline const char* error_name(int error) {
#define NAME(e) \
  case e:       \
    return #e
  switch (error) {
    NAME(EPERM);
    NAME(ENOENT);
    NAME(ESRCH);
    NAME(EINTR);
    NAME(EIO);
    NAME(ENXIO);
    NAME(E2BIG);
    NAME(ENOEXEC);
    NAME(EBADF);
    NAME(ECHILD);
    NAME(EAGAIN);
    NAME(ENOMEM);
    NAME(EACCES);
    NAME(EFAULT);
    NAME(EBUSY);
    NAME(EEXIST);
    NAME(EXDEV);
    NAME(ENODEV);
    NAME(ENOTDIR);
    NAME(EISDIR);
    NAME(EINVAL);
    NAME(ENFILE);
    NAME(EMFILE);
    NAME(ENOTTY);
    NAME(ETXTBSY);
    NAME(EFBIG);
    NAME(ENOSPC);
    NAME(ESPIPE);
    NAME(EROFS);
    NAME(EMLINK);
    NAME(EPIPE);
    NAME(EDOM);
    NAME(ERANGE);
    NAME(EDEADLK);
    NAME(ENAMETOOLONG);
    NAME(ENOSYS);
    NAME(ENOTEMPTY);
    NAME(ELOOP);
    NAME(ENODATA);
    NAME(EOVERFLOW);
    NAME(EOPNOTSUPP);
    NAME(ETIMEDOUT);
    NAME(ECANCELED);
    NAME(EOWNERDEAD);
    NAME(ENOTRECOVERABLE);
  }
#undef NAME
  static char text[16];
  snprintf(text, sizeof text, "error %d", error);
  return text;
}

// The call as it is written, what it returned, and the error's name when that is -1.
#define SHOW(call) show_result(#call, (errno = 0, (long)(call)))
static inline long show_result(const char* text, long result) {
  if (result == -1) {
    printf("%s: %s\n", text, error_name(errno));
  } else {
    printf("%s = %ld\n", text, result);
  }
  return result;
}

// For calls whose result is a descriptor, a pid or an address: only whether it worked.
#define SHOW_OK(call) show_success(#call, (errno = 0, (long)(call)))
static inline long show_success(const char* text, long result) {
  printf("%s: %s\n", text, result == -1 ? error_name(errno) : "works");
  return result;
}

static inline const char* signal_name(int number) {
  static const char* const names[] = {
      "none", "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
      "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
      "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};
  static char text[16];
  if (number >= 0 && number < COUNT_OF(names)) return names[number];
  snprintf(text, sizeof text, "signal %d", number);
  return text;
}

static inline void show_status(const char* who, int status) {
  if (WIFEXITED(status)) printf("%s exited with %d\n", who, WEXITSTATUS(status));
  if (WIFSIGNALED(status)) printf("%s killed by %s\n", who, signal_name(WTERMSIG(status)));
  if (WIFSTOPPED(status)) printf("%s stopped by %s\n", who, signal_name(WSTOPSIG(status)));
  if (WIFCONTINUED(status)) printf("%s continued\n", who);
}

// Runs `body` in a child, and says how that ended.
static inline void in_child(const char* who, void (*body)(void)) {
  pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) printf("%s: no child\n", who);
  show_status(who, status);
}

// As in_child, as user and group `id` without further groups.
static inline void as_user(int id, void (*body)(void)) {
  pid_t child = fork();
  if (child == 0) {
    if (syscall(SYS_setgroups, 0, NULL) || setgid(id) || setuid(id)) _exit(99);
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status) show_status("user", status);
}

static inline char* text_of_length(size_t length) {
  char* text = malloc(length + 1);
  memset(text, 'a', length);
  text[length] = 0;
  return text;
}

// As a user whom no other program of this system is: for what is counted for each user.
static inline void as_own_user(void (*body)(void)) { as_user(1000000 + getpid(), body); }

static inline void wait_for(const char* who, pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) printf("%s: no child\n", who);
  show_status(who, status);
}

// Until the process sleeps (S), or is stopped (T), as /proc tells it.
static inline void wait_until_state(pid_t pid, char wanted) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  for (;;) {
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
    close(fd);
    if (got <= 0) return;
    line[got] = 0;
    char* end = strrchr(line, ')');
    if (end && end[2] == wanted) return;
    usleep(1000);
  }
}

static char fresh_directory[] = "/tmp/testXXXXXX";
static pid_t fresh_directory_owner;

static inline int remove_one(const char* path, const struct stat* about, int type,
                             struct FTW* where) {
  return remove(path);
}

static inline void remove_fresh_directory(void) {
  if (getpid() != fresh_directory_owner || chdir("/")) return;
  nftw(fresh_directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

// Makes a directory for this program, open to all users, and goes there; exit removes it.
static inline void enter_fresh_directory(void) {
  umask(022);
  if (!mkdtemp(fresh_directory) || chdir(fresh_directory) || chmod(".", 0777)) exit(90);
  fresh_directory_owner = getpid();
  atexit(remove_fresh_directory);
}

static inline void make_file(const char* name, const char* text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd)) exit(91);
}

static inline void show_file(const char* name) {
  char text[256] = {0};
  int fd = open(name, O_RDONLY);
  ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  printf("%s: %s\n", name, got < 0 ? error_name(errno) : text);
  close(fd);
}

// Lines go out whole, so that those of a child and its parent do not mix, and a crash loses none.
__attribute__((constructor)) static void print_by_lines(void) {
  static char lines[4096];
  setvbuf(stdout, lines, _IOLBF, sizeof lines);
}
