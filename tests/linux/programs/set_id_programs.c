// Set-id programs: whose rights they get, and when they do not.
#include <sys/auxv.h>
#include <sys/prctl.h>
#include "results.h"
static char place[PATH_MAX];
static void run(const char* how) {
  if (fork() == 0) {
    execl(place, "program", how, NULL);
    puts(error_name(errno));
    _exit(1);
  }
  wait(NULL);
}
static void plain(void) { run("plain"); }
static void without_privileges(void) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  run("no new privileges");
}
int main(int count, char** arguments) {
  if (count > 1) {
    uid_t r, e, s;
    gid_t rg, eg, sg;
    getresuid(&r, &e, &s), getresgid(&rg, &eg, &sg);
    printf("%s: users %d %d %d, groups %d %d %d, secure %lu, dumpable %d\n", arguments[1], r, e, s,
           rg, eg, sg, getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE) == 1);
    if (!strcmp(arguments[1], "plain") && e == 0) SHOW(setuid(0));
    return 0;
  }
  enter_fresh_directory();
  snprintf(place, sizeof place, "%s/program", fresh_directory);
  static char code[8 << 20];
  int in = open(arguments[0], O_RDONLY), out = open("program", O_WRONLY | O_CREAT, 0755);
  ssize_t size = read(in, code, sizeof code);
  if (write(out, code, size) != size || close(out)) return 1;
  const int modes[] = {0755, 04755, 02755, 06755, 02745};
  for (int i = 0; i < COUNT_OF(modes); ++i) {
    chown("program", i == 3 ? 2000 : 0, 3000), chmod("program", modes[i]);
    printf("mode %o\n", modes[i]);
    as_user(1000, plain);
    if (i == 3) as_user(1000, without_privileges), in_child("root", plain);
  }
  chmod("program", 04700);
  as_user(1000, plain);
  return 0;
}
