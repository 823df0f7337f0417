// umask: what it takes from new files, and who inherits it.
#include "results.h"
static void show_mode(const char* name) {
  struct stat about;
  lstat(name, &about);
  printf("%s %o\n", name, about.st_mode);
}
static void child(void) {
  printf("inherited %o\n", umask(0));
  open("from-child", O_RDWR | O_CREAT, 0666);
}
int main(void) {
  enter_fresh_directory();
  printf("%o\n", umask(0777));
  printf("%o\n", umask(07777));
  printf("%o\n", umask(-1));
  printf("%o\n", umask(027));
  open("file", O_RDWR | O_CREAT, 07777);
  mkdir("dir", 0777), mkfifo("fifo", 0666), mknod("node", 0666, 0), symlink("x", "link");
  int unnamed = open(".", O_TMPFILE | O_RDWR, 0666);
  struct stat about;
  fstat(unnamed, &about);
  printf("unnamed %o\n", about.st_mode);
  open("file", O_RDWR | O_CREAT, 0);
  for (int i = 0; i < 5; ++i) show_mode((const char*[]){"file", "dir", "fifo", "node", "link"}[i]);
  in_child("child", child);
  show_mode("from-child");
  printf("still %o\n", umask(0));
  return 0;
}
