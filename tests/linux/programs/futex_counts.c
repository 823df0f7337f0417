// How many a wake wakes, how many a requeue moves, and who is left.
#include "futexes.h"
static int first, second;
static void* sleeper(void* word) { return (void*)futex(word, WAIT | PRIVATE, 0, NULL, NULL, 0); }
int main(void) {
  pthread_t threads[6];
  for (int i = 0; i < 6; ++i) pthread_create(&threads[i], NULL, sleeper, &first);
  until_waiting(&first, PRIVATE, 6);
  SHOW(futex(&first, WAKE | PRIVATE, 0, NULL, NULL, 0));
  SHOW(futex(&first, WAKE | PRIVATE, 2, NULL, NULL, 0));
  SHOW(futex(&second, WAKE | PRIVATE, INT_MAX, NULL, NULL, 0));
  SHOW(futex(&first, CMP_REQUEUE | PRIVATE, 1, (void*)2L, &second, 1));
  SHOW(futex(&first, CMP_REQUEUE | PRIVATE, 1, (void*)2L, &second, 0));
  SHOW(futex(&first, WAKE | PRIVATE, INT_MAX, NULL, NULL, 0));
  SHOW(futex(&second, REQUEUE | PRIVATE, 0, (void*)1L, &first, 0));
  SHOW(futex(&second, WAKE | PRIVATE, INT_MAX, NULL, NULL, 0));
  SHOW(futex(&first, WAKE | PRIVATE, INT_MAX, NULL, NULL, 0));
  long results = 0;
  for (int i = 0; i < 6; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    results |= (long)result;
  }
  SHOW(results);
  return 0;
}
