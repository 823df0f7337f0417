// RLIMIT_NPROC of whoever becomes a user that has too many processes: execve tells, setuid does
// not.
#include <sys/resource.h>
#include "results.h"
static const char* self;
static void again(void) {
  execl(self, self, "again", NULL);
  printf("execve: %s\n", error_name(errno));
}
static int ends[2], someone;
static pid_t start_other(void) {
  pid_t other = fork();
  if (other == 0) {
    char byte;
    setuid(someone);
    close(ends[1]);
    read(ends[0], &byte, 1);
    _exit(0);
  }
  wait_until_state(other, 'S');
  return other;
}
int main(int count, char** arguments) {
  if (count > 1) return puts("runs"), 0;
  self = "/proc/self/exe";
  someone = 1000000 + getpid();
  pipe(ends);
  pid_t first = start_other(), second = start_other();
  setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 10});
  pid_t child = fork();
  if (child == 0) {
    SHOW(setuid(someone));
    again();
    setrlimit(RLIMIT_NPROC, &(struct rlimit){5, 10});
    again();
  }
  wait_for("too many", child);
  close(ends[1]);
  wait_for("first", first);
  wait_for("second", second);
  return 0;
}
