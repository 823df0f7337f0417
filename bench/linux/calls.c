// Calls that do little, signals, and waiting for one of many.
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

static bool null_call(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) getppid();
  end(run);
  return true;
}

static bool clock_read(struct run* run) {
  struct timespec t;
  begin(run);
  for (long i = 0; i < run->count; ++i) clock_gettime(CLOCK_MONOTONIC, &t);
  end(run);
  return true;
}

static bool read_byte(struct run* run) {
  const int zero = open("/dev/zero", O_RDONLY);
  char byte;
  if (zero < 0 || read(zero, &byte, 1) != 1) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) (void)!read(zero, &byte, 1);
  end(run);
  close(zero);
  return true;
}

static bool write_byte(struct run* run) {
  const int null = open("/dev/null", O_WRONLY);
  if (null < 0 || write(null, "x", 1) != 1) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) (void)!write(null, "x", 1);
  end(run);
  close(null);
  return true;
}

static bool stat_file(struct run* run) {
  struct stat about;
  if (stat(own_program, &about) != 0) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) stat(own_program, &about);
  end(run);
  return true;
}

static bool open_close(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    const int fd = open(own_program, O_RDONLY);
    if (fd < 0) return false;
    close(fd);
  }
  end(run);
  return true;
}

static volatile int caught;
static void on_signal(int number) { caught = number; }

static bool install_handler(struct run* run) {
  const struct sigaction action = {.sa_handler = on_signal};
  begin(run);
  for (long i = 0; i < run->count; ++i) sigaction(SIGUSR1, &action, NULL);
  end(run);
  return true;
}

static bool catch_signal(struct run* run) {
  const struct sigaction action = {.sa_handler = on_signal};
  if (sigaction(SIGUSR1, &action, NULL) != 0) return false;
  const int self = getpid();
  begin(run);
  for (long i = 0; i < run->count; ++i) kill(self, SIGUSR1);
  end(run);
  return caught == SIGUSR1;
}

enum { kMany = 100 };

static bool make_pipes(int (*pipes)[2]) {
  for (int i = 0; i < kMany; ++i) {
    if (pipe(pipes[i]) != 0) return false;
  }
  return write(pipes[kMany - 1][1], "x", 1) == 1;
}
static void close_pipes(int (*pipes)[2]) {
  for (int i = 0; i < kMany; ++i) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
}

static bool select_100(struct run* run) {
  int pipes[kMany][2];
  if (!make_pipes(pipes)) return false;
  fd_set wanted;
  FD_ZERO(&wanted);
  for (int i = 0; i < kMany; ++i) FD_SET(pipes[i][0], &wanted);
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    fd_set ready = wanted;
    if (select(pipes[kMany - 1][0] + 1, &ready, NULL, NULL, NULL) != 1) return false;
  }
  end(run);
  close_pipes(pipes);
  return true;
}

static bool epoll_100(struct run* run) {
  int pipes[kMany][2];
  const int epoll = epoll_create1(0);
  if (epoll < 0 || !make_pipes(pipes)) return false;
  for (int i = 0; i < kMany; ++i) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, pipes[i][0], &event) != 0) return false;
  }
  struct epoll_event ready[kMany];
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    if (epoll_wait(epoll, ready, kMany, -1) != 1) return false;
  }
  end(run);
  close_pipes(pipes);
  close(epoll);
  return true;
}

const struct measurement call_measurements[] = {
    {"null_call", null_call, 100000},
    {"clock_read", clock_read, 100000},
    {"read_byte", read_byte, 50000},
    {"write_byte", write_byte, 50000},
    {"stat", stat_file, 20000},
    {"open_close", open_close, 20000},
    {"install_handler", install_handler, 50000},
    {"catch_signal", catch_signal, 20000},
    {"select_100", select_100, 5000},
    {"epoll_100", epoll_100, 20000},
    {},
};
