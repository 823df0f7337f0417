// Trees of processes, chains of them, and a crowd that ends at once.
#include <sys/mman.h>
#include "results.h"
static int* counter;
static void tree(int depth) {
  __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
  if (depth == 0) return;
  for (int i = 0; i < 2; ++i) {
    if (fork() == 0) {
      tree(depth - 1);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
}
static int chain(int depth) {
  if (depth == 0) return 0;
  pid_t child = fork();
  if (child == 0) _exit(chain(depth - 1) + 1);
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
int main(void) {
  counter = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  tree(5);
  printf("%d in the tree\n", *counter);
  printf("%d in the chain\n", chain(30));
  int fds[2], ended = 0;
  pipe(fds);
  for (int i = 0; i < 60; ++i) {
    if (fork() == 0) {
      char c;
      close(fds[1]);
      read(fds[0], &c, 1);
      _exit(0);
    }
  }
  close(fds[1]);
  while (wait(NULL) > 0) ++ended;
  printf("%d ended\n", ended);
  pid_t group = 0;
  for (int i = 0; i < 20; ++i) {
    pid_t child = fork();
    if (child == 0) {
      setpgid(0, group);
      for (;;) pause();
    }
    setpgid(child, group);
    if (!group) group = child;
  }
  kill(-group, SIGKILL);
  int status, killed = 0;
  while (wait(&status) > 0) killed += WIFSIGNALED(status);
  printf("%d killed\n", killed);
  return 0;
}
