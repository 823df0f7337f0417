// Descriptors that are closed, or replaced, while another thread waits in a call on them.
#include <poll.h>
#include <pthread.h>
#include "signals.h"
static int fds[2], fd;
static volatile int started;
static char buffer[8];
static void* reads(void* unused) {
  started = 1;
  return (void*)read(fd, buffer, 8);
}
static void* polls(void* unused) {
  struct pollfd ask = {fd, POLLIN};
  started = 1;
  int count = poll(&ask, 1, -1);
  return (void*)(long)(count * 100 + ask.revents);
}
static pthread_t start(void* (*body)(void*)) {
  pthread_t thread;
  started = 0;
  pthread_create(&thread, NULL, body, NULL);
  while (!started) sched_yield();
  usleep(2000);  // Most likely it waits by now; the result is the same when it does not.
  return thread;
}
int main(void) {
  void* result;
  pipe(fds);
  fd = fds[0];
  int copy = dup(fd);
  pthread_t thread = start(reads);
  dup2(copy, fd);
  write(fds[1], "replaced", 8);
  pthread_join(thread, &result);
  printf("%ld %.8s\n", (long)result, buffer);
  thread = start(polls);
  write(fds[1], "x", 1);
  pthread_join(thread, &result);
  printf("%ld\n", (long)result);
  read(fd, buffer, 8);
  thread = start(reads);
  close(fds[1]);
  pthread_join(thread, &result);
  printf("end: %ld\n", (long)result);
  return 0;
}
