// Deep recursion on a thread's stack, and the guard below it.
#include <pthread.h>
#include "memory.h"
static __attribute__((noinline)) int deep(int depth) {
  volatile char frame[1000];
  frame[depth % 1000] = 1;
  return depth == 0 ? 0 : deep(depth - 1) + frame[depth % 1000];
}
static void* recurses(void* depth) { return (void*)(long)deep((long)depth); }
static void overflowed(int number, siginfo_t* info, void* context) {
  write(1, info->si_code == SEGV_ACCERR || info->si_code == SEGV_MAPERR ? "guarded\n" : "other\n",
        8);
  _exit(6);
}
static __attribute__((noinline)) int endless(int x) {
  volatile char frame[2000];
  frame[x % 2000] = x;
  return endless(x + 1) + frame[x % 2000];
}
static void* overflows(void* unused) {
  static char other[65536];
  sigaltstack(&(stack_t){.ss_sp = other, .ss_size = sizeof other}, NULL);
  return (void*)(long)endless(0);
}
static void child(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes), pthread_attr_setstacksize(&attributes, 256 << 10);
  struct sigaction action = {.sa_sigaction = overflowed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  pthread_create(&thread, &attributes, overflows, NULL), pthread_join(thread, NULL);
}
int main(void) {
  pthread_t threads[4];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes), pthread_attr_setstacksize(&attributes, 2 << 20);
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], &attributes, recurses, (void*)1500L);
  for (int i = 0; i < 4; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    printf("%ld\n", (long)result);
  }
  in_child("child", child);
  return 0;
}
