// MAP_GROWSDOWN: memory that grows downwards as it is touched.
#include <sys/resource.h>
#include "memory.h"
enum {
  RW = PROT_READ | PROT_WRITE,
  MIB = 1 << 20,
  DOWN = MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN
};
// A growing page with eight free mebibytes below it.
static char* growing(void) {
  char* room = anonymous(9 * MIB, PROT_NONE);
  munmap(room, 9 * MIB);
  return mmap(room + 8 * MIB, PAGE, RW, DOWN | MAP_FIXED_NOREPLACE, -1, 0);
}
static void grow(void) {
  char* page = growing();
  page[-1] = 1;
  page[-2 * MIB] = 2;
  printf("%d %d %d\n", page[-1], page[-MIB], page[-2 * MIB]);
}
static void limited(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){MIB, MIB});
  char* page = growing();
  page[-MIB / 2] = 1;
  puts("half a MiB");
  page[-3 * MIB] = 1;
}
static void guard(void) {
  char* page = growing();
  mmap(page - 4 * MIB, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  page[-2 * MIB] = 1;
  puts("far from it");
  page[-4 * MIB + PAGE] = 1;
}
static void no_guard_needed(void) {
  char* page = growing();
  mmap(page - 4 * MIB, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  page[-4 * MIB + PAGE] = 1;
  puts("up to what cannot be touched");
}
int main(void) {
  in_child("grow", grow);
  in_child("limited", limited);
  in_child("guard", guard);
  in_child("no guard needed", no_guard_needed);
  SHOW_OK((long)mmap(0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
  int fd = open("/proc/self/exe", O_RDONLY);
  SHOW_OK((long)mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0));
  char* page = growing();
  SHOW(mprotect(page, PAGE, PROT_READ | PROT_GROWSDOWN));
  return 0;
}
