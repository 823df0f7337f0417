// Code with calls in it that comes, changes and goes: what runs is always what was written last,
// and what is read is what was written.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kPage = 4096, kTimes = 10 };
typedef long function(void);

// mov $number, %eax; syscall; cmp $-4096, %rax; ret
static const uint8_t kCode[] = {0xb8, 0,    0,    0,    0,    0x0f, 0x05,
                                0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0xc3};
static void put(uint8_t* at, uint8_t number) {
  memcpy(at, kCode, sizeof kCode);
  at[1] = number;
}
static int reads_as(const uint8_t* at, uint8_t number) {
  uint8_t wanted[sizeof kCode];
  put(wanted, number);
  return memcmp(at, wanted, sizeof wanted) == 0;
}
static int calls(const uint8_t* at, long wanted) {
  int right = 0;
  for (int i = 0; i < kTimes; ++i) right += ((function*)at)() == wanted;
  return right;
}

static uint8_t* map(int protection, int flags, int fd) {
  uint8_t* at = mmap(NULL, kPage, protection, flags, fd, 0);
  if (at == MAP_FAILED) perror("mmap");
  return at;
}

static void change_by_protection(void) {
  uint8_t* at = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  put(at, 39);
  mprotect(at, kPage, PROT_READ | PROT_EXEC);
  printf("generated: %d", calls(at, getpid()));
  mprotect(at, kPage, PROT_READ | PROT_WRITE);
  printf(", reads right %d", reads_as(at, 39));
  put(at, 110);
  mprotect(at, kPage, PROT_READ | PROT_EXEC);
  printf(", changed %d", calls(at, getppid()));
  // Something quite different at the same place.
  munmap(at, kPage);
  uint8_t* again =
      mmap(at, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memcpy(again, "\xb8\x2a\x00\x00\x00\xc3", 6);
  mprotect(again, kPage, PROT_READ | PROT_EXEC);
  printf(", replaced %d\n", calls(again, 42));
  munmap(again, kPage);
}

static void change_in_place(void) {
  uint8_t* at = map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  int right = 0, read_right = 0;
  for (int i = 0; i < 5; ++i) {
    put(at, 39);
    right += calls(at, getpid());
    read_right += reads_as(at, 39);
    put(at, 110);
    right += calls(at, getppid());
  }
  printf("writable: %d %d\n", right, read_right);
  munmap(at, kPage);
}

static void change_by_other_mapping(void) {
  char name[] = "/tmp/codeXXXXXX";
  const int fd = mkstemp(name);
  if (fd < 0 || ftruncate(fd, kPage) != 0) {
    perror("mkstemp");
    return;
  }
  unlink(name);
  uint8_t* write_here = map(PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  uint8_t* run_here = map(PROT_READ | PROT_EXEC, MAP_SHARED, fd);
  int right = 0;
  for (int i = 0; i < 5; ++i) {
    put(write_here, 39);
    right += calls(run_here, getpid()) + reads_as(run_here, 39);
    put(write_here, 110);
    right += calls(run_here, getppid()) + reads_as(run_here, 110);
  }
  printf("two mappings: %d\n", right);
  munmap(write_here, kPage);
  munmap(run_here, kPage);
  close(fd);
}

// The parent's calls are fast by now; the child has its own copy, and changes that.
static void change_in_child(void) {
  uint8_t* at = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  put(at, 39);
  mprotect(at, kPage, PROT_READ | PROT_EXEC);
  int right = calls(at, getpid());
  const int child = fork();
  if (child == 0) {
    int mine = calls(at, getpid());
    mprotect(at, kPage, PROT_READ | PROT_WRITE);
    mine += reads_as(at, 39);
    put(at, 110);
    mprotect(at, kPage, PROT_READ | PROT_EXEC);
    mine += calls(at, getppid());
    _exit(mine);
  }
  int status;
  waitpid(child, &status, 0);
  right += calls(at, getpid());
  mprotect(at, kPage, PROT_READ);
  printf("fork: %d, child %d, reads right %d\n", right, WEXITSTATUS(status), reads_as(at, 39));
  munmap(at, kPage);
}

// The program's own text: made writable, it reads as it was built.
asm(".text\n.p2align 12\nown_page:\n mov $39, %eax\n syscall\n cmp $-4096, %rax\n ret\n.p2align "
    "12\n");
extern uint8_t own_page[];
static void own_text(void) {
  int right = calls(own_page, getpid());
  mprotect(own_page, kPage, PROT_READ | PROT_WRITE);
  printf("own text: %d, reads right %d", right, reads_as(own_page, 39));
  mprotect(own_page, kPage, PROT_READ | PROT_EXEC);
  printf(", and again %d\n", calls(own_page, getpid()));
}

int main(void) {
  change_by_protection();
  change_in_place();
  change_by_other_mapping();
  change_in_child();
  own_text();
  return 0;
}
