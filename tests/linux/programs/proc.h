// Reading /proc in tests. Whoever includes this defines _GNU_SOURCE first.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[65536];

// The whole file as text; how long it is, or -1.
static long slurp(const char* path) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return -1;
  long count = 0, got;
  while ((got = read(fd, text + count, sizeof text - 1 - (size_t)count)) > 0) count += got;
  int why = errno;
  close(fd);
  errno = why;
  if (got < 0) return -1;
  text[count] = 0;
  return count;
}

static long slurp_of(int pid, const char* name) {
  char path[100];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  return slurp(path);
}

// What follows "NAME:" and white space in what was read last, up to the end of its line.
static const char* field(const char* name) {
  static char values[8][400];  // in turn, for several in one statement
  static int turn;
  char* value = values[turn++ % 8];
  char* line = text;
  size_t length = strlen(name);
  while (line != NULL) {
    if (strncmp(line, name, length) == 0 && line[length] == ':') {
      line += length + 1;
      line += strspn(line, " \t");
      size_t bytes = strcspn(line, "\n");
      if (bytes >= sizeof values[0]) bytes = sizeof values[0] - 1;
      memcpy(value, line, bytes);
      value[bytes] = 0;
      return value;
    }
    line = strchr(line, '\n');
    if (line != NULL) ++line;
  }
  return "(missing)";
}

// The number in place `index` (from 1) of what was read from a stat file; 3 is the state.
static long long stat_number(int index) {
  char* at = strrchr(text, ')') + 2;
  for (int i = 3; i < index; ++i) at = strchr(at, ' ') + 1;
  return strtoll(at, NULL, 10);
}
static char stat_state(void) { return strrchr(text, ')')[2]; }

static void outcome(const char* what, long result) {
  const char* why = result < 0 ? strerror(errno) : "";
  printf("%s %ld %s\n", what, result, why);
}

static void show_link(const char* what, const char* path) {
  char target[400];
  long length = readlink(path, target, sizeof target - 1);
  if (length < 0) {
    printf("%s: %s\n", what, strerror(errno));
    return;
  }
  target[length] = 0;
  printf("%s: %s\n", what, target);
}
