// O_PATH: a descriptor that only names a file.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16] = {0};
  struct stat about;
  make_file("file", "text");
  mkdir("directory", 0755), make_file("directory/inner", "inner"), symlink("file", "link");
  int fd = open("file", O_PATH), directory = open("directory", O_PATH),
      link = open("link", O_PATH | O_NOFOLLOW);
  SHOW(read(fd, buffer, 1));
  SHOW(write(fd, buffer, 1));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(ftruncate(fd, 0));
  SHOW(syscall(SYS_fchmod, fd, 0600));
  SHOW(syscall(SYS_fchown, fd, 0, 0));
  SHOW(fsync(fd));
  SHOW(ioctl(fd, 0x541B, buffer));
  SHOW(fstat(fd, &about));
  printf("size %ld\n", (long)about.st_size);
  SHOW(fcntl(fd, F_GETFL) == O_PATH);
  SHOW(fcntl(fd, F_SETFL, O_APPEND));
  SHOW(fcntl(fd, F_GETFD));
  SHOW_OK(dup(fd));
  SHOW_OK(openat(directory, "inner", O_RDONLY));
  SHOW_OK(openat(fd, "inner", O_RDONLY));
  SHOW(fchdir(directory));
  SHOW(access("inner", F_OK));
  SHOW(fchdir(fd));
  SHOW(syscall(SYS_getdents64, directory, buffer, 16));
  SHOW(fstat(link, &about));
  printf("link %d\n", S_ISLNK(about.st_mode));
  SHOW(readlinkat(link, "", buffer, 16));
  printf("%.4s\n", buffer);
  SHOW(readlinkat(fd, "", buffer, 16));
  SHOW(fstatat(link, "", &about, AT_EMPTY_PATH));
  SHOW_OK(open("missing", O_PATH));
  SHOW_OK(open("missing", O_PATH | O_CREAT, 0600));
  SHOW_OK(open("inner", O_PATH | O_DIRECTORY));
  return 0;
}
