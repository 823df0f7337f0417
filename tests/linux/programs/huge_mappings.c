// Terabytes that are only promised: reserved, opened in pieces, touched here and there.
#include "memory.h"
int main(void) {
  catch_bad_accesses();
  size_t size = (size_t)1 << 40;
  char* at = mmap(0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  SHOW(at != MAP_FAILED);
  puts(try_read(at + size / 2));
  SHOW(mprotect(at + size / 2, 1 << 20, PROT_READ | PROT_WRITE));
  puts(try_write(at + size / 2, 1));
  puts(try_read(at + size / 2 + (1 << 20)));
  char* wide =
      mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  SHOW(wide != MAP_FAILED);
  int sum = 0;
  for (size_t i = 0; i < size; i += size / 64) wide[i] = 1;
  for (size_t i = 0; i < size; i += size / 128) sum += wide[i];
  printf("sum %d\n", sum);
  if (fork() == 0) {
    wide[0] = 5;
    munmap(wide, size);
    _exit(at[size / 2]);
  }
  int status;
  wait(&status);
  show_status("child", status);
  printf("%d\n", wide[0]);
  SHOW(madvise(wide, size, MADV_DONTNEED));
  printf("%d\n", wide[size / 2]);
  SHOW(munmap(wide, size));
  SHOW(munmap(at, size));
  char* sparse =
      mmap(0, 1L << 36, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  SHOW(sparse != MAP_FAILED);
  sparse[1L << 35] = 3;
  SHOW(sparse[1L << 35] + sparse[0]);
  return 0;
}
