// For the programs about ptrace: a traced child, and stops printed in one way.
#pragma once
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include "signals.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static inline const char* event_name(int event) {
  switch (event) {
    case PTRACE_EVENT_FORK:
      return "fork";
    case PTRACE_EVENT_VFORK:
      return "vfork";
    case PTRACE_EVENT_CLONE:
      return "clone";
    case PTRACE_EVENT_EXEC:
      return "exec";
    case PTRACE_EVENT_VFORK_DONE:
      return "vfork done";
    case PTRACE_EVENT_EXIT:
      return "exit";
    case PTRACE_EVENT_STOP:
      return "stop";
  }
  return "none";
}

static inline void show_stop(const char* who, int status) {
  if (WIFSTOPPED(status) && status >> 16) {
    printf("%s stopped by %s, event %s\n", who, signal_name(WSTOPSIG(status)),
           event_name(status >> 16));
  } else if (WIFSTOPPED(status) && (WSTOPSIG(status) & 0x80)) {
    printf("%s stopped at a call\n", who);
  } else {
    show_status(who, status);
  }
}

// Waits for it, and says what has happened.
static inline int await(const char* who, pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, __WALL) != pid) printf("%s: no child\n", who);
  show_stop(who, status);
  return status;
}

// Lets it go on, and waits again.
static inline int go(const char* who, pid_t pid, int request, int signal) {
  if (ptrace(request, pid, 0, signal)) printf("%s: %s\n", who, error_name(errno));
  return await(who, pid);
}

// Unlike raise(), without blocking signals meanwhile.
static inline void stop_itself(void) { kill(getpid(), SIGSTOP); }

// A child that is traced and stops before it runs `body`.
static inline pid_t traced_child(void (*body)(void)) {
  pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(98);
    stop_itself();
    body();
    _exit(0);
  }
  await("child", child);
  return child;
}

static inline void end_child(pid_t child) {
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, __WALL);
  show_status("child", status);
}

static inline unsigned long message_of(pid_t pid) {
  unsigned long message = 0;
  if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &message)) printf("no message: %s\n", error_name(errno));
  return message;
}

// The line of /proc/PID/status that begins so.
static inline void show_proc_status(pid_t pid, const char* name) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE* file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, name, strlen(name)) == 0) fputs(line, stdout);
  }
  if (file) fclose(file);
}
