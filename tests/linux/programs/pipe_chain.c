// Twenty processes in a row, each of which adds to the numbers that it hands on.
#include "results.h"
int main(void) {
  int first[2], in, out[2];
  pipe(first);
  in = first[0];
  for (int i = 0; i < 20; ++i) {
    pipe(out);
    if (fork() == 0) {
      close(first[1]), close(out[0]);
      long number;
      while (read(in, &number, sizeof number) == sizeof number) {
        number += i;
        write(out[1], &number, sizeof number);
      }
      _exit(0);
    }
    close(in), close(out[1]);
    in = out[0];
  }
  if (fork() == 0) {
    close(in);
    for (long i = 0; i < 300; ++i) write(first[1], &i, sizeof i);
    _exit(0);
  }
  close(first[1]);
  long sum = 0, number, count = 0;
  for (; read(in, &number, sizeof number) == sizeof number; ++count) sum += number;
  printf("%ld numbers, sum %ld\n", count, sum);
  int ended = 0;
  while (wait(NULL) > 0) ++ended;
  printf("%d processes ended\n", ended);
  return 0;
}
