// /proc/self/fd: what is open, and opening it anew.
#define _GNU_SOURCE
#include "proc.h"
static char path[64];
static const char* link_of(int fd) {
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int fd = open("/tmp/proc_fd", O_RDWR | O_CREAT | O_TRUNC, 0644);
  write(fd, "contents", 8);
  show_link("file", link_of(fd));
  struct stat about;
  lstat(link_of(fd), &about);
  printf("mode %o\n", about.st_mode);
  int reader = open("/tmp/proc_fd", O_RDONLY | O_CLOEXEC);
  lstat(link_of(reader), &about);
  printf("mode %o\n", about.st_mode);
  unlink("/tmp/proc_fd");
  show_link("deleted", link_of(fd));
  int again = open(link_of(fd), O_RDONLY);
  char bytes[20] = {0};
  printf("reopened %d reads %ld %s\n", again >= 0, (long)read(again, bytes, sizeof bytes), bytes);
  // A position of its own.
  printf("position %ld %ld\n", (long)lseek(fd, 0, SEEK_CUR), (long)lseek(again, 2, SEEK_SET));
  int pipes[2];
  pipe(pipes);
  char target[100];
  long length = readlink(link_of(pipes[0]), target, sizeof target);
  target[length > 0 ? length : 0] = 0;
  fstat(pipes[0], &about);
  char expected[100];
  snprintf(expected, sizeof expected, "pipe:[%lu]", (unsigned long)about.st_ino);
  printf("pipe %d\n", strcmp(target, expected) == 0);
  int other = open(link_of(pipes[1]), O_WRONLY);
  printf("pipe again %d\n", other >= 0);
  write(other, "through", 7);
  memset(bytes, 0, sizeof bytes);
  printf("%ld %s\n", (long)read(pipes[0], bytes, sizeof bytes), bytes);
  stat(link_of(pipes[0]), &about);
  printf("fifo %d\n", S_ISFIFO(about.st_mode));
  outcome("bad descriptor", open("/proc/self/fd/99", O_RDONLY));
  outcome("no number", open("/proc/self/fd/x", O_RDONLY));
  outcome("leading zero", open("/proc/self/fd/00", O_RDONLY));
  outcome("may not write", open(link_of(reader), O_WRONLY | O_CREAT, 0600) < 0 ? -1 : 0);
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", again);
  slurp(path);
  printf("pos %s flags %s\n", field("pos"), field("flags"));
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", reader);
  slurp(path);
  printf("pos %s flags %s\n", field("pos"), field("flags"));
  DIR* list = opendir("/proc/self/fd");
  int seen = 0, count = 0;
  for (struct dirent* entry; (entry = readdir(list)) != 0;) {
    if (entry->d_name[0] == '.') continue;
    ++count;
    int number = atoi(entry->d_name);
    seen += number == fd || number == pipes[0] || number == dirfd(list);
  }
  printf("listed %d of %d\n", seen, count >= 8);
  close(fd);
  outcome("closed", lstat(link_of(fd), &about));
  int directory = open("/tmp", O_RDONLY | O_DIRECTORY);
  show_link("directory", link_of(directory));
  snprintf(path, sizeof path, "/proc/self/fd/%d/.", directory);
  outcome("through it", stat(path, &about));
  return 0;
}
