// Arguments, environment and the auxiliary vector as they reach main().
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>
int main(int argc, char** argv, char** environment) {
  for (int i = 1; i < argc; ++i) printf("argument %d: %s\n", i, argv[i]);
  int count = 0;
  while (environment[count]) ++count;
  printf("page size %lu, uid %lu, secure %lu\n", getauxval(AT_PAGESZ), getauxval(AT_UID),
         getauxval(AT_SECURE));
  printf("random bytes: %s\n", getauxval(AT_RANDOM) ? "there" : "missing");
  printf("platform: %s\n", (const char*)getauxval(AT_PLATFORM));
  printf("stack aligned: %d\n", ((unsigned long)__builtin_frame_address(0) & 15) == 0);
  return count < 0;
}
