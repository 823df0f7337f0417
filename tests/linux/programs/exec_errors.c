// execve: everything that cannot be run, and that the caller goes on unharmed.
#include "results.h"
#define EXEC(path) execve(path, (char*[]){"x", NULL}, (char*[]){NULL})
static void make_program(const char* name, const char* text) {
  make_file(name, text), chmod(name, 0755);
}
static void user(void) {
  SHOW(EXEC("locked/program"));
  SHOW(EXEC("only-root"));
  SHOW(EXEC("text"));
}
int main(void) {
  enter_fresh_directory();
  mkdir("dir", 0755), mkdir("locked", 0700), make_program("locked/program", "");
  make_file("text", "echo hello\n"), make_program("empty", ""), make_program("garbage", "garbage");
  make_program("elf", "\177ELF and nothing more"),
      make_program("no-interpreter", "#!/missing/interpreter\n");
  make_program("blank", "#!   \n"), make_program("dir-interpreter", "#!/tmp\n");
  make_program("itself", "#!itself\n"), symlink("loop", "loop"), mkfifo("fifo", 0777);
  make_program("only-root", "garbage"), chmod("only-root", 0744), make_program("busy", "garbage");
  SHOW(EXEC("missing"));
  SHOW(EXEC(""));
  SHOW(EXEC("text"));
  SHOW(EXEC("text/x"));
  SHOW(EXEC("dir"));
  SHOW(EXEC("fifo"));
  SHOW(EXEC("/dev/null"));
  SHOW(EXEC("loop"));
  SHOW(EXEC("empty"));
  SHOW(EXEC("garbage"));
  SHOW(EXEC("elf"));
  SHOW(EXEC("no-interpreter"));
  SHOW(EXEC("blank"));
  SHOW(EXEC("dir-interpreter"));
  SHOW(EXEC("itself"));
  SHOW(EXEC(BAD_POINTER));
  SHOW(syscall(SYS_execve, "garbage", BAD_POINTER, NULL));
  SHOW(syscall(SYS_execve, "garbage", (void*[]){BAD_POINTER, NULL}, NULL));
  SHOW(syscall(SYS_execve, "garbage", NULL, BAD_POINTER));
  int fd = open("busy", O_WRONLY);
  SHOW(EXEC("busy"));
  close(fd);
  SHOW(EXEC("busy"));
  static char long_name[300];
  memset(long_name, 'x', 299);
  SHOW(EXEC(long_name));
  as_user(1000, user);
  return 0;
}
