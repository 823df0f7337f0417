// Floating-point and vector registers across calls, signals and switches.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static void handler(int signal) {
  volatile double mess = signal;
  for (int i = 0; i < 50; ++i) mess = mess * 1.1 + i;
}
int main(void) {
  signal(SIGUSR1, handler);
  double values[16];
  for (int i = 0; i < 16; ++i) values[i] = i + 0.5;
  for (int child = 0; child < 3; ++child) {
    if (fork() == 0) {
      double x = child + 1;
      for (int i = 0; i < 300000; ++i) x = x * 1.0000001 + 0.25;
      for (int i = 0; i < 20; ++i) raise(SIGUSR1), getppid();
      printf("%d %.6f\n", child, x);
      fflush(stdout);
      _exit(0);
    }
    wait(0);
  }
  double sum = 0;
  for (int i = 0; i < 16; ++i) sum += values[i], raise(SIGUSR1);
  printf("%.3f\n", sum);
  float v[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 8; ++i) v[i] = v[i] * 1.01f;
    if (round % 10 == 0) getppid();
  }
  for (int i = 0; i < 8; ++i) printf("%.4f ", v[i]);
  printf("\n");
  return 0;
}
