// A stopped child's memory, whatever access it has given its pages: by words, and by /proc.
#include <sys/mman.h>
#include "tracing.h"

static volatile long word = 0x1111;
static const volatile long constant = 0x2222;
static char* pages;

static __attribute__((noinline)) int answer(void) { return 42; }

static void check_memory(void) {
  stop_itself();
  printf("child: %lx %lx %s %d\n", word, constant, pages + 4096 - 4, answer());
}

static void show_peek(pid_t child, const char* what, const void* at) {
  errno = 0;
  long value = ptrace(PTRACE_PEEKDATA, child, at, 0);
  printf("%s: %lx %s\n", what, value, error_name(errno));
}

int main(void) {
  pages = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* shared = mmap(0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  strcpy(pages + 4096 - 4, "border");
  munmap(pages + 8192, 4096);
  mprotect(pages, 4096, PROT_NONE);
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    stop_itself();
    mprotect(pages, 4096, PROT_READ);
    check_memory();
    _exit(0);
  }
  await("child", child);
  show_peek(child, "word", (void*)&word);
  show_peek(child, "constant", (void*)&constant);
  show_peek(child, "none", pages);
  show_peek(child, "across a border", pages + 4096 - 4);
  show_peek(child, "across an end", pages + 8192 - 4);
  show_peek(child, "nothing", pages + 8192);
  SHOW(ptrace(PTRACE_POKEDATA, child, &word, 0x3333));
  SHOW(ptrace(PTRACE_POKEDATA, child, &constant, 0x4444));
  SHOW(ptrace(PTRACE_POKEDATA, child, pages + 8192 - 4, 1));
  SHOW(ptrace(PTRACE_POKEDATA, child, shared, 1));
  show_peek(child, "word", (void*)&word);
  show_peek(child, "constant", (void*)&constant);
  printf("here: %lx %lx\n", word, constant);

  // Its code is its own as well: the instruction that loads 42.
  unsigned char code[16];
  long found = -1;
  for (int i = 0; i < 16; ++i) {
    long part = ptrace(PTRACE_PEEKTEXT, child, (char*)answer + i, 0);
    memcpy(code + i, &part, 1);
    if (code[i] == 42 && found < 0) found = i;
  }
  printf("same code %d, has 42 %d\n", memcmp(code, (void*)answer, 16) == 0, found >= 0);
  long part = ptrace(PTRACE_PEEKTEXT, child, (char*)answer + found, 0);
  ((char*)&part)[0] = 43;
  SHOW(ptrace(PTRACE_POKETEXT, child, (char*)answer + found, part));
  printf("here %d\n", answer());

  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", child);
  int fd = open(path, O_RDWR);
  char text[8] = {0};
  SHOW(pread(fd, text, 7, (off_t)(pages + 4096 - 4)));
  puts(text);
  SHOW(pwrite(fd, "BORDER", 6, (off_t)(pages + 4096 - 4)));
  SHOW(pread(fd, text, 7, (off_t)(pages + 8192)));
  SHOW(pread(fd, text, 7, (off_t)(pages + 8192 - 4)));
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, 0);
  return 0;
}
