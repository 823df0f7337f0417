// Scripts: what the interpreter gets as arguments. This program is the interpreter.
#include "results.h"
static char self[PATH_MAX];
static void run(const char* name, const char* first_line) {
  char text[PATH_MAX + 64], number[64];
  snprintf(text, sizeof text, first_line, self);
  make_file(name, text), chmod(name, 0755);
  printf("%s: ", name), fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    execl(name, "name", "one", "two words", NULL);
    puts(error_name(errno));
    _exit(1);
  }
  wait_for("it", child);
}
int main(int count, char** arguments) {
  if (count > 1) {
    for (int i = 1; i < count; ++i) printf("[%s]", arguments[i]);
    printf(" argv[0] is the interpreter: %d\n", strstr(arguments[0], "exec_scripts") != NULL);
    return 42;
  }
  realpath(arguments[0], self);
  enter_fresh_directory();
  run("plain", "#!%s\nrest");
  run("./spaces", "#!  \t%s  \t \nrest");
  run("option", "#!%s -x\n");
  run("words", "#!%s  several words and a tab\there  \n");
  run("no-newline", "#!%s");
  run("nested1", "#!%s deepest\n");
  run("nested2", "#!nested1 two\n");
  run("nested3", "#!nested2\n");
  run("nested4", "#!nested3\n");
  run("nested5", "#!nested4\n");
  run("nested6", "#!nested5\n");
  return 0;
}
