// What programs for RISC-V ask of the kernel about their processor: which extensions there are, and
// that it forget what it has fetched. Elsewhere nothing is asked, and the answers are these.
#include "results.h"
#ifdef __riscv
enum { FLUSH = 259, PROBE = 258 };
static long flush(unsigned long flags) { return syscall(FLUSH, 0, 0, flags); }
static long probe(long key, unsigned flags, long* known, unsigned long* value) {
  struct {
    long key;
    unsigned long value;
  } pair = {key, 77};
  const long result = syscall(PROBE, &pair, 1, 0, NULL, flags);
  *known = pair.key == key, *value = pair.value;
  return result;
}
static long probe_at(void* at) { return syscall(PROBE, at, 1, 0, NULL, 0); }
#else
static long flush(unsigned long flags) { return flags < 2 ? 0 : (errno = EINVAL, -1); }
static long probe(long key, unsigned flags, long* known, unsigned long* value) {
  *known = key == 3 || key == 4;
  *value = key == 3 ? 1 : key == 4 ? 3 : 0;
  return flags == 0 ? 0 : (errno = EINVAL, -1);
}
static long probe_at(void* at) { return errno = EFAULT, -1; }
#endif
int main(void) {
  long known;
  unsigned long value;
  SHOW(flush(0));
  SHOW(flush(1));
  SHOW(flush(2));
  SHOW(probe(3, 0, &known, &value));
  printf("%ld %lu\n", known, value & 1);
  SHOW(probe(4, 0, &known, &value));
  printf("%ld %lu\n", known, value & 3);
  SHOW(probe(1000, 0, &known, &value));
  printf("%ld %lu\n", known, value);
  SHOW(probe(3, 8, &known, &value));
  SHOW(probe_at(BAD_POINTER));
  return 0;
}
