// What nobody could ever have is refused, unless it was said that it will not be used, or the
// system's owner wants it so.
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/sysinfo.h>
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
static int always;
static void expect(const char* what, int worked, int wanted) {
  printf("%s: %s\n", what,
         worked == (wanted || always) ? "as expected"
         : worked                     ? "works"
                                      : error_name(errno));
}
static size_t absurd(void) {
  struct sysinfo info;
  sysinfo(&info);
  return (2 * (info.totalram + info.totalswap) * info.mem_unit + (1 << 30)) & -PAGE;
}
static int works(void* address, size_t size) {
  if (address == MAP_FAILED) return 0;
  munmap(address, size);
  return 1;
}
int main(void) {
  char mode = '0';
  read(open("/proc/sys/vm/overcommit_memory", O_RDONLY), &mode, 1);
  if (mode == '2') return 0;
  always = mode == '1';
  const size_t size = absurd();
  expect("private", works(anonymous(size, RW), size), 0);
  expect("read-only", works(anonymous(size, PROT_READ), size), 1);
  expect("shared", works(mmap(0, size, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), size), 0);
  const int lazy = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  expect("without reserve", works(mmap(0, size, RW, lazy, -1, 0), size), 1);
  char* later = anonymous(size, PROT_NONE);
  expect("mprotect", mprotect(later, size, RW) == 0, 0);
  munmap(later, size);
  char* small = anonymous(PAGE, RW);
  expect("mremap", works(mremap(small, PAGE, size, MREMAP_MAYMOVE), size), 0);
  const long before = syscall(SYS_brk, 0);
  expect("brk", syscall(SYS_brk, before + size) == before + (long)size, 0);
  syscall(SYS_brk, before);
  const int segment = shmget(IPC_PRIVATE, size, 0600);
  expect("shmget", segment >= 0, 0);
  if (segment >= 0) shmctl(segment, IPC_RMID, 0);
  return 0;
}
