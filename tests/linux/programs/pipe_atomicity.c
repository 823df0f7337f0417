// Writes up to PIPE_BUF are never mixed with others'; longer ones may be written in part.
#include "results.h"
enum { writers = 4, rounds = 50, size = 4096 };
static int whole(const char* block) {
  for (int i = 1; i < size; ++i) {
    if (block[i] != block[0]) return 0;
  }
  return 1;
}
int main(void) {
  static char block[size], rest[70000];
  int fds[2];
  pipe(fds);
  for (int i = 0; i < writers; ++i) {
    if (fork() == 0) {
      memset(block, 'a' + i, size);
      for (int j = 0; j < rounds; ++j) write(fds[1], block, size);
      _exit(0);
    }
  }
  close(fds[1]);
  int intact = 0, blocks = 0;
  for (int filled = 0;;) {
    ssize_t got = read(fds[0], block + filled, size - filled);
    if (got <= 0) break;
    if ((filled += got) == size) filled = 0, ++blocks, intact += whole(block);
  }
  printf("%d blocks, %d intact\n", blocks, intact);
  while (wait(NULL) > 0) continue;
  pipe2(fds, O_NONBLOCK);
  SHOW(write(fds[1], rest, 60000));
  SHOW(write(fds[1], rest, 4096));
  SHOW(write(fds[1], rest, 4096));
  SHOW(read(fds[0], rest, 4096));
  SHOW(write(fds[1], rest, 4096));
  SHOW(read(fds[0], rest, 70000));
  return 0;
}
