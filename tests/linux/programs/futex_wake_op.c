// FUTEX_WAKE_OP: changes a second word in each of the ways, and wakes there when its old value
// fits.
#include "futexes.h"
#define OP(operation, comparison, argument, value) \
  ((operation) << 28 | (comparison) << 24 | ((argument) & 0xfff) << 12 | ((value) & 0xfff))
enum { SET, ADD, OR, ANDN, XOR, SHIFT = 8 };
enum { EQ, NE, LT, LE, GT, GE };
static int first, second;
static void* sleeper(void* word) {
  futex(word, WAIT | PRIVATE, *(int*)word, NULL, NULL, 0);
  return NULL;
}
static void try(const char* what, int before, int code) {
  second = before;
  long woken = futex(&first, WAKE_OP | PRIVATE, 1, (void*)1L, &second, code);
  printf("%s: %ld, %d\n", what, woken, second);
}
int main(void) {
  try("set", 1, OP(SET, EQ, 9, 1));
  try("add", 5, OP(ADD, NE, 7, 5));
  try("add negative", 5, OP(ADD, NE, -3, 5));
  try("or", 0x10, OP(OR, LT, 0x3, 0));
  try("andn", 0x1f, OP(ANDN, LE, 0xf, 0));
  try("xor", 0xff, OP(XOR, GT, 0xf, 0));
  try("shift", 0, OP(OR | SHIFT, GE, 5, 0));
  pthread_t a, b;
  first = 0, second = 0;
  pthread_create(&a, NULL, sleeper, &first), pthread_create(&b, NULL, sleeper, &second);
  until_waiting(&first, PRIVATE, 1), until_waiting(&second, PRIVATE, 1);
  try("compares unequal", 0, OP(ADD, EQ, 1, 5));
  pthread_join(a, NULL);
  try("compares equal", 1, OP(ADD, EQ, 1, 1));
  pthread_join(b, NULL);
  SHOW(futex(&first, WAKE_OP | PRIVATE, 1, (void*)1L, &second, 5 << 28));
  SHOW(futex(&first, WAKE_OP | PRIVATE, 1, (void*)1L, &second, 7 << 24));
  SHOW(futex(&first, WAKE_OP | PRIVATE, 1, (void*)1L, (char*)&second + 1, 0));
  SHOW(futex(&first, WAKE_OP | PRIVATE, 1, (void*)1L, BAD_POINTER, 0));
  return 0;
}
