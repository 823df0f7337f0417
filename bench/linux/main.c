#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum { kNotSupported = 77 };
// Of so many rounds the best counts: what else runs on the machine only ever adds to one.
static int rounds = 5;
// Where instructions are counted, fewer operations and rounds tell as much.
enum { kFewRounds = 2, kFewer = 20 };
static bool few;

const char* work_directory;
const char* own_program;
const char* shell_program;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}
void begin(struct run* run) { run->began = now(); }
void end(struct run* run) { run->ended = now(); }

static void give_up(void) {
  fprintf(stderr, "%s\n", strerror(errno));
  _exit(kNotSupported);
}

void start_thread(void* (*body)(void*), void* argument) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, body, argument);
  if (errno != 0) give_up();
}

int start_child(void (*body)(void*), void* argument) {
  const int child = fork();
  if (child < 0) give_up();
  if (child > 0) return child;
  body(argument);
  _exit(0);
}

static void measure(const struct measurement* what) {
  const long count = few && what->count > kFewer ? what->count / kFewer : what->count;
  long long best = -1;
  for (int round = 0; round < rounds; ++round) {
    struct run run = {.count = count};
    if (!what->body(&run)) give_up();
    if (run.bytes > 0) {
      printf("%s %.0f\n", what->name, run.bytes);
      return;
    }
    const long long took = run.ended - run.began;
    if (best < 0 || took < best) best = took;
  }
  printf("%s %.1f\n", what->name, (double)best / count);
}

static void measure_apart(const struct measurement* what) {
  fflush(stdout);
  const int child = fork();
  if (child == 0) {
    alarm(20);
    measure(what);
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) printf("%s -\n", what->name);
}

// For a profiler, which looks at some of it.
static void repeat(const struct measurement* what) {
  printf("endless %s\n", what->name);
  fflush(stdout);
  struct run run = {.count = what->count};
  while (what->body(&run)) {
  }
  give_up();
}

static const struct measurement* const lists[] = {call_measurements, file_measurements,
                                                  message_measurements, task_measurements,
                                                  memory_measurements};

// linux_bench DIRECTORY SHELL [NAME | --few | --endless NAME]; without arguments it ends at once,
// which is what exec starts.
int main(int count, char** arguments) {
  if (count < 3) return 0;
  own_program = arguments[0];
  work_directory = arguments[1];
  shell_program = arguments[2];
  few = count > 3 && strcmp(arguments[3], "--few") == 0;
  if (few) rounds = kFewRounds;
  const bool endless = count > 4 && strcmp(arguments[3], "--endless") == 0;
  const char* only = count > 3 && !few ? arguments[count - 1] : NULL;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
    for (const struct measurement* what = lists[i]; what->name != NULL; ++what) {
      if (only != NULL && strcmp(only, what->name) != 0) continue;
      (endless ? repeat : measure_apart)(what);
    }
  }
  return 0;
}
