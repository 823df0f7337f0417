// /proc/self/mem, and auxv.
#define _GNU_SOURCE
#include <sys/auxv.h>
#include "proc.h"
static char here[] = "in memory";
static const char constant[] = "read only";
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int fd = open("/proc/self/mem", O_RDWR);
  char bytes[20] = {0};
  printf("read %ld %s\n", (long)pread(fd, bytes, sizeof here, (off_t)here), bytes);
  printf("write %ld\n", (long)pwrite(fd, "IN", 2, (off_t)here));
  printf("%s\n", here);
  outcome("nothing there", pread(fd, bytes, 8, 8));
  lseek(fd, (off_t)constant, SEEK_SET);
  memset(bytes, 0, sizeof bytes);
  printf("position %ld %s\n", (long)read(fd, bytes, 4), bytes);
  printf("moved %d\n", lseek(fd, 0, SEEK_CUR) == (off_t)constant + 4);
  pid_t pid = fork();
  if (pid == 0) {
    strcpy(here, "its own");
    pause();
  }
  usleep(50000);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int other = open(path, O_RDONLY);
  memset(bytes, 0, sizeof bytes);
  long got = pread(other, bytes, 8, (off_t)here);
  printf("child %ld %s\n", got, bytes);
  kill(pid, SIGKILL);
  waitpid(pid, 0, 0);
  long count = slurp("/proc/self/auxv");
  unsigned long* words = (unsigned long*)text;
  int page = 0, entry = 0, end = 0;
  for (long i = 0; i + 1 < count / 8; i += 2) {
    if (words[i] == AT_PAGESZ) page = words[i + 1] == getauxval(AT_PAGESZ);
    if (words[i] == AT_ENTRY) entry = words[i + 1] == getauxval(AT_ENTRY);
    if (words[i] == AT_NULL) end = 1;
  }
  printf("auxv %d %d %d\n", page, entry, end);
  return 0;
}
