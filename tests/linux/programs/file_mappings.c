// Private and shared mappings of one file, read, write and the two sides of a fork.
#include "memory.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16] = {0};
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  ftruncate(fd, 2 * PAGE);
  pwrite(fd, "original", 8, 0);
  char* shared = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char* private = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char* second = mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
  close(fd);
  printf("%s %s\n", shared, private);
  private[1] = 'P';
  private[PAGE + 7] = 'Q';
  printf("%s %s\n", shared, private);
  shared[0] = 'O', shared[2] = 'S';  // The private pages are copies by now.
  printf("%s %s\n", shared, private);
  show_file("file");
  fd = open("file", O_RDWR);
  pwrite(fd, "WRITTEN", 7, PAGE);
  printf("%s %d %s\n", shared + PAGE, private[PAGE], second);
  if (fork() == 0) {
    strcpy(shared, "child"), strcpy(private, "child");
    printf("%s %s\n", shared, private);
    _exit(0);
  }
  wait(NULL);
  printf("%s %s\n", shared, private);
  if (fork() == 0) {
    strcpy(private + PAGE, "copied");
    printf("%s %s\n", shared + PAGE, private + PAGE);
    _exit(0);
  }
  wait(NULL);
  printf("%s %s\n", shared + PAGE, private + PAGE);
  SHOW(unlink("file"));
  strcpy(shared, "unlinked");
  SHOW(pread(fd, buffer, 8, 0));
  puts(buffer);
  munmap(shared, 2 * PAGE);
  puts(second);
  return 0;
}
