// Listing /proc, in one go and in small pieces.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include "proc.h"
// Other processes come and go meanwhile.
static int stays(const char* directory, const char* name) {
  return strcmp(directory, "/proc") != 0 || name[0] < '0' || name[0] > '9';
}
int main(void) {
  DIR* list = opendir("/proc");
  int self = 0, own = 0, version = 0, dots = 0, thread_self = 0, sys = 0;
  char number[20];
  snprintf(number, sizeof number, "%d", getpid());
  for (struct dirent* entry; (entry = readdir(list)) != 0;) {
    self += strcmp(entry->d_name, "self") == 0 && entry->d_type == DT_LNK;
    thread_self += strcmp(entry->d_name, "thread-self") == 0;
    own += strcmp(entry->d_name, number) == 0 && entry->d_type == DT_DIR;
    version += strcmp(entry->d_name, "version") == 0 && entry->d_type == DT_REG;
    sys += strcmp(entry->d_name, "sys") == 0 && entry->d_type == DT_DIR;
    dots += strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  }
  printf("self %d thread-self %d own %d version %d sys %d dots %d\n", self, thread_self, own,
         version, sys, dots);
  closedir(list);
  // A buffer for one or two entries at a time sees each once too.
  const char* directories[] = {"/proc", "/proc/self", "/proc/self/task", "/proc/sys/kernel"};
  for (int i = 0; i < 4; ++i) {
    int fd = open(directories[i], O_RDONLY | O_DIRECTORY);
    char buffer[64];
    int pieces = 0, entries = 0, twice = 0;
    char last[64] = "";
    for (long got; (got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0; ++pieces) {
      for (long at = 0; at < got;) {
        unsigned short length;
        memcpy(&length, buffer + at + 16, 2);
        twice += strcmp(last, buffer + at + 19) == 0;
        strcpy(last, buffer + at + 19);
        entries += stays(directories[i], buffer + at + 19);
        at += length;
      }
    }
    int whole = 0;
    list = opendir(directories[i]);
    for (struct dirent* entry; (entry = readdir(list)) != 0;) {
      whole += stays(directories[i], entry->d_name);
    }
    closedir(list);
    close(fd);
    printf("%s same %d twice %d\n", directories[i], entries == whole, twice);
  }
  return 0;
}
