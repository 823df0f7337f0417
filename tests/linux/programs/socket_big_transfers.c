// More than fits into buffers, in pieces of all sizes, over streams.
#include "sockets.h"

#define TOTAL (3 << 20)

static unsigned next(unsigned* state) { return *state = *state * 1103515245 + 12345; }

static void pump(const char* who, int ends[2]) {
  pid_t child = fork();
  if (child == 0) {
    close(ends[1]);
    unsigned state = 1;
    static unsigned char text[70000];
    for (int done = 0; done < TOTAL;) {
      int size = 1 + next(&state) % sizeof text;
      if (size > TOTAL - done) size = TOTAL - done;
      for (int i = 0; i < size; ++i) text[i] = (done + i) * 7 >> 3;
      for (int i = 0; i < size;) {
        ssize_t sent = write(ends[0], text + i, size - i);
        if (sent <= 0) _exit(1);
        i += sent;
      }
      done += size;
    }
    _exit(0);
  }
  close(ends[0]);
  unsigned state = 2;
  static unsigned char text[50000];
  int done = 0, wrong = 0;
  for (;;) {
    ssize_t got = read(ends[1], text, 1 + next(&state) % sizeof text);
    if (got <= 0) break;
    for (int i = 0; i < got; ++i) wrong += text[i] != (unsigned char)((done + i) * 7 >> 3);
    done += got;
  }
  printf("%s: %d bytes, %d wrong\n", who, done, wrong);
  wait_for(who, child);
  close(ends[1]);
}

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  pump("unix", ends);
  tcp_pair(ends);
  pump("tcp", ends);
  return 0;
}
