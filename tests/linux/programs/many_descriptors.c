// select and poll over two hundred pipes, some of which have something to say.
#include <poll.h>
#include <sys/select.h>
#include "results.h"
enum { PIPES = 200 };
static int in[PIPES], out[PIPES];
int main(void) {
  static struct pollfd asks[PIPES];
  fd_set set;
  for (int i = 0; i < PIPES; ++i) {
    int fds[2];
    pipe(fds);
    in[i] = fds[0], out[i] = fds[1], asks[i] = (struct pollfd){in[i], POLLIN};
  }
  SHOW(poll(asks, PIPES, 0));
  for (int i = 0; i < PIPES; i += 7) write(out[i], "x", 1);
  SHOW(poll(asks, PIPES, -1));
  FD_ZERO(&set);
  for (int i = 0; i < PIPES; ++i) FD_SET(in[i], &set);
  SHOW(select(in[PIPES - 1] + 1, &set, NULL, NULL, NULL));
  int right = 0;
  for (int i = 0; i < PIPES; ++i) {
    right +=
        (FD_ISSET(in[i], &set) != 0) == (i % 7 == 0) && (asks[i].revents == POLLIN) == (i % 7 == 0);
  }
  SHOW(right);
  for (int i = 0; i < PIPES; i += 7) read(in[i], &(char){0}, 1);
  for (int round = 0; round < 5; ++round) {
    pid_t child = fork();
    if (child == 0) {
      write(out[round * 31], "x", 1);
      _exit(0);
    }
    int count = poll(asks, PIPES, -1), which = 0;
    while (asks[which].revents == 0) ++which;
    printf("%d ready: %d\n", count, which);
    read(in[which], &(char){0}, 1);
    wait(NULL);
  }
  for (int i = 0; i < PIPES; ++i) close(out[i]);
  SHOW(poll(asks, PIPES, -1));
  return 0;
}
