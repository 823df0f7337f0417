// system and popen, which run a shell.
#include "results.h"
int main(void) {
  char line[64];
  fflush(stdout);
  show_status("true", system("true"));
  show_status("exit 3", system("exit 3"));
  show_status("missing", system("missing-program 2>/dev/null"));
  show_status("kill", system("kill -9 $$"));
  SHOW(system(NULL) != 0);
  FILE* from = popen("echo one; echo two; exit 5", "r");
  while (fgets(line, sizeof line, from)) printf("got %s", line);
  show_status("popen", pclose(from));
  fflush(stdout);
  FILE* to = popen("while read -r x; do echo \"shell read $x\"; done", "w");
  fputs("a\nb\n", to);
  show_status("popen", pclose(to));
  show_status("pipeline", system("echo text | (read x; test $x = text)"));
  show_status("variables", (setenv("NAME", "value", 1), system("test \"$NAME\" = value")));
  show_status("background", system("(exit 4) & wait $!"));
  return 0;
}
