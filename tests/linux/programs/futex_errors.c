// futex: values, times, addresses and operations that are refused.
#include "futexes.h"
int main(void) {
  static int words[3];
  int* word = &words[0];
  struct timespec none = {0, 0}, negative = {0, -1}, large = {0, 1000000000}, little = {0, 1000000};
  SHOW(futex(word, WAIT, 1, NULL, NULL, 0));
  SHOW(futex(word, WAIT, 0, &none, NULL, 0));
  SHOW(futex(word, WAIT, 0, &little, NULL, 0));
  SHOW(futex(word, WAIT, 0, &negative, NULL, 0));
  SHOW(futex(word, WAIT, 0, &large, NULL, 0));
  SHOW(futex(word, WAIT, 1, &negative, NULL, 0));
  SHOW(futex(word, WAIT, 0, BAD_POINTER, NULL, 0));
  SHOW(futex((char*)word + 1, WAIT, 0, NULL, NULL, 0));
  SHOW(futex((char*)word + 2, WAKE, 1, NULL, NULL, 0));
  SHOW(futex(BAD_POINTER, WAIT, 0, NULL, NULL, 0));
  SHOW(futex(NULL, WAIT, 0, NULL, NULL, 0));
  SHOW(futex(NULL, WAKE | PRIVATE, 1, NULL, NULL, 0));
  SHOW(futex(BAD_POINTER, WAKE, 1, NULL, NULL, 0));
  SHOW(futex(word, WAKE, 1, NULL, NULL, 0));
  SHOW(futex(word, WAIT_BITSET, 0, &none, NULL, 0));
  SHOW(futex(word, WAKE_BITSET, 1, NULL, NULL, 0));
  SHOW(futex(word, WAIT_BITSET, 0, &little, NULL, 1));
  SHOW(futex(word, WAIT_BITSET | REALTIME, 0, &little, NULL, -1));
  SHOW(futex(word, 77, 0, NULL, NULL, 0));
  SHOW(futex(word, WAKE | REALTIME, 0, NULL, NULL, 0));
  SHOW(futex(word, CMP_REQUEUE, 1, (void*)1, &words[1], 5));
  SHOW(futex(word, CMP_REQUEUE, 1, (void*)1, BAD_POINTER, 0));
  SHOW(futex(word, CMP_REQUEUE, 1, (void*)-1L, &words[1], 0));
  SHOW(futex(word, REQUEUE, -1, (void*)1, &words[1], 0));
  int* none_there = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(futex(none_there, WAIT, 0, NULL, NULL, 0));
  mprotect(none_there, 4096, PROT_READ);
  SHOW(futex(none_there, WAIT | PRIVATE, 0, &little, NULL, 0));
  return 0;
}
