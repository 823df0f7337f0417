// execveat: relative to a directory, by a descriptor alone, and its flags.
#include "results.h"
extern char** environ;
static char* self;
#define EXEC(directory, path, flags) try(#directory ", " #path ", " #flags, directory, path, flags)
static void try(const char* what, int directory, const char* path, int flags) {
  printf("%s: ", what), fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    syscall(SYS_execveat, directory, path, (char*[]){"name", "ran", NULL}, environ, flags);
    puts(error_name(errno));
    _exit(0);
  }
  wait(NULL);
}
int main(int count, char** arguments) {
  if (count == 2) return printf("%s %s\n", arguments[0], arguments[1]), 0;
  char path[PATH_MAX];
  realpath(arguments[0], path);
  enter_fresh_directory();
  mkdir("dir", 0755), symlink(path, "dir/link"), symlink("dir/link", "link"),
      make_file("script", "#!/missing\n");
  int directory = open("dir", O_PATH), program = open(path, O_PATH),
      closing = open(path, O_RDONLY | O_CLOEXEC);
  int link = open("link", O_PATH | O_NOFOLLOW), written = open("script", O_RDWR);
  EXEC(directory, "link", 0);
  EXEC(directory, "link", AT_SYMLINK_NOFOLLOW);
  EXEC(directory, "missing", 0);
  EXEC(AT_FDCWD, "link", 0);
  EXEC(program, "", AT_EMPTY_PATH);
  EXEC(closing, "", AT_EMPTY_PATH);
  EXEC(program, "", 0);
  EXEC(program, "x", 0);
  EXEC(-1, "", AT_EMPTY_PATH);
  EXEC(-1, "link", 0);
  EXEC(-1, path, 0);
  EXEC(directory, "", AT_EMPTY_PATH);
  EXEC(link, "", AT_EMPTY_PATH);
  EXEC(link, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
  EXEC(AT_FDCWD, "link", 0x40);
  EXEC(written, "", AT_EMPTY_PATH);
  return 0;
}
