// New processes and threads that begin in the middle of a call which has long been made fast.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// One site for all of them: number, three arguments.
long site(long number, long a, long b, long c);
asm(".text\nsite:\n mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n mov %rcx, %rdx\n xor %r10d, "
    "%r10d\n"
    "xor %r8d, %r8d\n syscall\n mov %rax, %r9\n mov %r9, %rax\n ret\n");

static int exit_status(int child) {
  int status = 0;
  return waitpid(child, &status, __WALL) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void warm_up(void) {
  for (int i = 0; i < 10; ++i) site(SYS_getpid, 0, 0, 0);
}

// A child on a stack of its own: it comes back from the site with nothing but registers.
int on_new_stack(void* stack);
asm(".text\non_new_stack:\n mov $56, %eax\n mov %rdi, %rsi\n mov $0x11, %edi\n xor %edx, %edx\n "
    "xor %r10d, %r10d\n"
    "xor %r8d, %r8d\n syscall\n mov %rax, %r9\n mov %r9, %rax\n test %eax, %eax\n jz 1f\n ret\n"
    "1: pop %rdi\n mov $60, %eax\n syscall\n hlt\n");

static volatile int shared;
static int thread_body(void* argument) {
  warm_up();
  shared = (int)(long)argument;
  return 7;
}

int main(void) {
  warm_up();
  int right = 0;
  for (int i = 0; i < 20; ++i) {
    const int child = (int)site(SYS_fork, 0, 0, 0);
    if (child == 0) _exit(site(SYS_getpid, 0, 0, 0) == getpid() ? i : 99);
    right += exit_status(child) == i;
  }
  printf("fork %d\n", right);
  right = 0;
  for (int i = 0; i < 20; ++i) {
    const int child = vfork();
    if (child == 0) _exit((int)site(SYS_getpid, 0, 0, 0) == (int)syscall(SYS_getpid) ? i : 99);
    right += exit_status(child) == i;
  }
  printf("vfork %d\n", right);
  right = 0;
  static uint64_t stack[512];
  for (int i = 0; i < 10; ++i) {
    stack[500] = (uint64_t)i + 30;
    right += exit_status(on_new_stack(&stack[500])) == i + 30;
  }
  printf("new stack %d\n", right);
  right = 0;
  static char thread_stack[65536];
  for (int i = 0; i < 10; ++i) {
    const int child =
        clone(thread_body, thread_stack + sizeof thread_stack, CLONE_VM | SIGCHLD, (void*)(long)i);
    right += exit_status(child) == 7 && shared == i;
  }
  printf("shared memory %d\n", right);
  return 0;
}
