// Processes that fight for names: O_EXCL, mkdir, link and rename have one winner each time.
#include <sys/mman.h>
#include "results.h"
enum { PLAYERS = 4, ROUNDS = 40 };
static int* wins;
static void play(int player) {
  char name[32], own[32];
  sprintf(own, "own%d", player), make_file(own, "");
  for (int i = 0; i < ROUNDS; ++i) {
    sprintf(name, "file%d", i);
    if (open(name, O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0) __atomic_add_fetch(&wins[0], 1, 5);
    sprintf(name, "dir%d", i);
    if (mkdir(name, 0700) == 0) __atomic_add_fetch(&wins[1], 1, 5);
    sprintf(name, "link%d", i);
    if (link(own, name) == 0) __atomic_add_fetch(&wins[2], 1, 5);
    sprintf(name, "symlink%d", i);
    if (symlink("x", name) == 0) __atomic_add_fetch(&wins[3], 1, 5);
    sprintf(name, "file%d", i / 2);
    if (unlink(name) == 0) __atomic_add_fetch(&wins[4], 1, 5);
    sprintf(name, "dir%d", i / 2);
    if (rmdir(name) == 0) __atomic_add_fetch(&wins[5], 1, 5);
  }
}
int main(void) {
  enter_fresh_directory();
  wins = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < PLAYERS; ++i) {
    if (fork() == 0) {
      play(i);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
  printf("links %d, symbolic %d\n", wins[2], wins[3]);
  int files = 0, directories = 0;
  for (int i = 0; i < ROUNDS; ++i) {
    char name[32];
    sprintf(name, "file%d", i), files += access(name, F_OK) == 0;
    sprintf(name, "dir%d", i), directories += access(name, F_OK) == 0;
  }
  printf("made and removed differ by what is left: %d %d\n", wins[0] - wins[4] == files,
         wins[1] - wins[5] == directories);
  make_file("target", "old old old");
  pid_t writer = fork();
  if (writer == 0) {
    for (int i = 0; i < 300; ++i)
      make_file("fresh", i % 2 ? "new new new" : "old old old"), rename("fresh", "target");
    _exit(0);
  }
  int whole = 1, reads = 0;
  while (waitpid(writer, NULL, WNOHANG) == 0) {
    char text[16] = {0};
    int fd = open("target", O_RDONLY);
    whole &= fd >= 0 && read(fd, text, 15) == 11 &&
             (!strcmp(text, "old old old") || !strcmp(text, "new new new"));
    close(fd), ++reads;
  }
  printf("always whole %d\n", whole);
  return 0;
}
