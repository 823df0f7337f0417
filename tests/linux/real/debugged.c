// What gdb is tried on (debugger.sh).
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point {
  int x, y;
  const char* name;
};

static int watched = 1;
static double ratios[3] = {0.5, 1.25, 2.0};

static int factorial(int n) {
  if (n <= 1) return 1;
  int rest = factorial(n - 1);
  return n * rest;
}

static void change(struct point* point, int by) {
  point->x += by;
  watched += by;
  point->y -= by;
}

static void* in_thread(void* argument) {
  struct point* point = argument;
  change(point, 7);
  return 0;
}

static void on_signal(int number) { printf("signal %d\n", number); }

int main(int count, char** arguments) {
  struct point point = {3, 4, "corner"};
  printf("%d arguments, %d\n", count, factorial(5));
  change(&point, 2);
  for (int i = 0; i < 3; ++i) watched += (int)ratios[i];
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  pthread_t thread;
  pthread_create(&thread, 0, in_thread, &point);
  pthread_join(thread, 0);
  printf("%s %d %d %d\n", point.name, point.x, point.y, watched);
  if (count > 1 && !strcmp(arguments[1], "crash")) *(volatile int*)8 = 1;
  return 9;
}
