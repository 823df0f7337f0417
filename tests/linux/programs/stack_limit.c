// The first stack: it begins small, grows by what is touched, by the program or by calls, up to the
// limit that holds then, and never into what lies below it.
#include <sys/resource.h>
#include "memory.h"
static size_t stack_size(void) {
  char line[512];
  unsigned long from, to, size = 0;
  FILE* maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps))
    if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx", &from, &to) == 2) size = to - from;
  fclose(maps);
  return size;
}
static void limit(rlim_t bytes) { setrlimit(RLIMIT_STACK, &(struct rlimit){bytes, RLIM_INFINITY}); }
// An address so far below the frame of main().
static volatile char* below(size_t bytes) {
  return (volatile char*)__builtin_frame_address(0) - bytes;
}
static void touch_far(void) {
  below(3 << 20)[0] = 1;
  printf("more than 3 MiB: %d\n", stack_size() > 3 << 20);
}
static void touch_too_far(void) {
  limit(2 << 20);
  below(3 << 20)[0] = 1;
}
static void by_calls(void) {
  int ends[2];
  pipe(ends);
  write(ends[1], "abc", 3);
  SHOW(read(ends[0], (char*)below(2 << 20), 3));
  printf("%.3s\n", below(2 << 20));
  limit(4 << 20);
  write(ends[1], "abc", 3);
  SHOW(read(ends[0], (char*)below(5 << 20), 3));
  SHOW(read(ends[0], (char*)below(3 << 20), 3));
}
static void larger_limit(void) {
  limit(64 << 20);
  below(40 << 20)[0] = 1;
  printf("more than 40 MiB: %d\n", stack_size() > 40 << 20);
}
static volatile char* in_the_way;
static void guarded(void) {
  limit(64 << 20);
  in_the_way = (volatile char*)((long)below(8 << 20) & -PAGE);
  SHOW(mmap((char*)in_the_way, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
            -1, 0) == in_the_way);
  in_the_way[(2 << 20)] = 1;  // a mebibyte stays free
  puts("two MiB above");
  in_the_way[(512 << 10)] = 1;
}
static void address_space(void) {
  setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, RLIM_INFINITY});
  below(1 << 20)[0] = 1;
}
static void forked(void) {
  below(1 << 20)[0] = 7;
  in_child("child", touch_far);
  printf("%d, less than 3 MiB: %d\n", below(1 << 20)[0] == 7, stack_size() < 3 << 20);
}
int main(void) {
  limit(8 << 20);
  printf("small: %d\n", stack_size() < 400 << 10);
  in_child("far", touch_far);
  in_child("too far", touch_too_far);
  in_child("calls", by_calls);
  in_child("larger limit", larger_limit);
  in_child("guarded", guarded);
  in_child("address space", address_space);
  in_child("forked", forked);
  return 0;
}
