// Copy on write: over generations, in both directions, with pages that were never touched.
#include "memory.h"
static int sum(const char* at, int pages) {
  int total = 0;
  for (int i = 0; i < pages; ++i) total += at[i * PAGE];
  return total;
}
int main(void) {
  char* at = anonymous(64 * PAGE, PROT_READ | PROT_WRITE);
  for (int i = 0; i < 64; i += 2) at[i * PAGE] = 1;
  for (int generation = 0; generation < 6; ++generation) {
    pid_t child = fork();
    if (child != 0) {
      at[generation * PAGE] += 10;  // The child must not see it, whichever runs first.
      int status;
      waitpid(child, &status, 0);
      printf("generation %d: %d, child %d\n", generation, sum(at, 64), WEXITSTATUS(status));
      if (generation > 0) _exit(sum(at, 64));
      break;
    }
    for (int i = 32; i < 64; ++i) at[i * PAGE] = generation % 2;
    if (generation == 5) _exit(sum(at, 64));
  }
  char* read_only = anonymous(4 * PAGE, PROT_READ | PROT_WRITE);
  memset(read_only, 'r', 4 * PAGE);
  mprotect(read_only, 4 * PAGE, PROT_READ);
  if (fork() == 0) {
    mprotect(read_only, 4 * PAGE, PROT_READ | PROT_WRITE);
    memset(read_only, 'w', 2 * PAGE);
    _exit(read_only[0] == 'w' && read_only[3 * PAGE] == 'r' ? 0 : 1);
  }
  int status;
  wait(&status);
  show_status("writer", status);
  printf("%c\n", *read_only);
  int fds[2];
  pipe(fds);
  if (fork() == 0) {
    read(fds[0], at + 10 * PAGE, 100);  // The kernel's own writes are copied on write as well.
    _exit(at[10 * PAGE]);
  }
  write(fds[1], "A", 1);
  wait(&status);
  printf("%d %d\n", WEXITSTATUS(status), at[10 * PAGE]);
  return 0;
}
