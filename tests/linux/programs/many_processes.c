// Many processes at once, and orphans.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int go[2];
  pipe(go);
  for (int i = 0; i < 40; ++i) {
    if (fork() == 0) {
      char c;
      close(go[1]);
      read(go[0], &c, 1);
      _exit(i);
    }
  }
  close(go[1]);
  int sum = 0, status;
  while (wait(&status) > 0) sum += WEXITSTATUS(status);
  printf("%d\n", sum);
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    if (fork() == 0) {
      pid_t parent;
      while ((parent = getppid()) != 1 && parent != 0) usleep(1000);
      write(ends[1], "o", 1);
    }
    _exit(0);
  }
  wait(0);
  close(ends[1]);
  puts("waited");
  return 0;
}
