// mmap: the arguments that it refuses.
#include "memory.h"
#define MAP(size, protection, flags, fd, offset) \
  SHOW_OK((long)mmap(0, size, protection, flags, fd, offset))
enum { RW = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };
int main(void) {
  enter_fresh_directory();
  make_file("file", "text");
  int both = open("file", O_RDWR), in = open("file", O_RDONLY), out = open("file", O_WRONLY),
      fds[2];
  int append = open("file", O_RDWR | O_APPEND), path = open("file", O_PATH),
      directory = open(".", O_RDONLY);
  pipe(fds);
  MAP(0, RW, ANONYMOUS, -1, 0);
  MAP(PAGE, RW, MAP_ANONYMOUS, -1, 0);
  MAP(PAGE, RW, MAP_ANONYMOUS | 0x4, -1, 0);
  MAP(PAGE, RW, MAP_PRIVATE, -1, 0);
  MAP(PAGE, RW, MAP_PRIVATE, 1000, 0);
  MAP(PAGE, RW, MAP_PRIVATE, both, 100);
  MAP(PAGE, RW, MAP_SHARED, in, 0);
  MAP(PAGE, RW, MAP_PRIVATE, in, 0);
  MAP(PAGE, PROT_READ, MAP_SHARED, in, 0);
  MAP(PAGE, PROT_READ, MAP_SHARED, out, 0);
  MAP(PAGE, PROT_WRITE, MAP_PRIVATE, out, 0);
  MAP(PAGE, PROT_NONE, MAP_PRIVATE, out, 0);
  MAP(PAGE, RW, MAP_SHARED, append, 0);
  MAP(PAGE, RW, MAP_SHARED, path, 0);
  MAP(PAGE, PROT_READ, MAP_PRIVATE, directory, 0);
  MAP(PAGE, PROT_READ, MAP_PRIVATE, fds[0], 0);
  MAP(PAGE, RW, MAP_SHARED_VALIDATE, both, 0);
  MAP(PAGE, RW, MAP_SHARED_VALIDATE | 0x10000000, both, 0);
  MAP(PAGE, RW, MAP_SHARED | 0x10000000, both, 0);
  MAP((size_t)1 << 60, RW, ANONYMOUS, -1, 0);
  MAP((size_t)-1, RW, ANONYMOUS, -1, 0);
  MAP((size_t)-PAGE, RW, ANONYMOUS, -1, 0);
  SHOW_OK(syscall(SYS_mmap, 0, PAGE * 2L, RW, MAP_PRIVATE, both, -PAGE));
  MAP(1, PROT_READ, MAP_PRIVATE, both, 1L << 30);
  char* at = anonymous(PAGE * 4, RW);
  SHOW_OK((long)mmap(at + 1, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0));
  SHOW_OK((long)mmap(at, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  munmap(at, PAGE * 2);
  SHOW_OK((long)mmap(at, PAGE * 3, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  SHOW(mmap(at, PAGE * 2, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == at);
  SHOW_OK((long)mmap((void*)-PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0));
  SHOW(munmap(at + 1, PAGE));
  SHOW(munmap(at, 0));
  SHOW(munmap((void*)-PAGE, PAGE * 2L));
  SHOW(munmap(at, 100));
  SHOW(munmap(at, PAGE * 4));
  SHOW(munmap(at, PAGE * 4));
  return 0;
}
