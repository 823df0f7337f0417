// Files: making, writing, seeking, reading, renaming, removing.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
  char place[] = "/tmp/testXXXXXX";
  if (!mkdtemp(place) || chdir(place)) return 1;
  int fd = open("one", O_RDWR | O_CREAT | O_EXCL, 0640);
  printf("%zd\n", write(fd, "0123456789", 10));
  printf("%ld\n", (long)lseek(fd, 100, SEEK_SET));
  printf("%zd\n", write(fd, "end", 3));
  struct stat about;
  fstat(fd, &about);
  printf("size %ld mode %o links %lu\n", (long)about.st_size, about.st_mode,
         (unsigned long)about.st_nlink);
  char buffer[20] = {0};
  printf("%zd %.10s\n", pread(fd, buffer, 12, 0), buffer);
  printf("%zd\n", pread(fd, buffer, 20, 98));
  printf("%d %d\n", buffer[0], buffer[2]);
  ftruncate(fd, 5);
  printf("%zd\n", pread(fd, buffer, 20, 0));
  link("one", "two");
  symlink("two", "three");
  rename("one", "four");
  lstat("three", &about);
  printf("%d %ld\n", S_ISLNK(about.st_mode), (long)about.st_size);
  stat("three", &about);
  printf("%ld links %lu\n", (long)about.st_size, (unsigned long)about.st_nlink);
  mkdir("dir", 0755);
  printf("%d\n", rmdir("dir"));
  DIR* dir = opendir(".");
  int count = 0, sum = 0;
  for (struct dirent* entry; (entry = readdir(dir)); ++count)
    for (char* c = entry->d_name; *c; ++c) sum += *c;
  printf("%d entries, sum %d\n", count, sum);
  closedir(dir);
  unlink("two"), unlink("three"), unlink("four");
  chdir("/");
  printf("%d\n", rmdir(place));
  return 0;
}
