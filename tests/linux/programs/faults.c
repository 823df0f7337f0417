// The signal information of faults, and going on after them.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
static sigjmp_buf back;
static volatile int code;
static void* volatile address;
static void handler(int signal, siginfo_t* info, void* context) {
  (void)context;
  code = info->si_code;
  address = info->si_addr;
  siglongjmp(back, signal);
}
int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGFPE, &action, 0);
  sigaction(SIGILL, &action, 0);
  int signal;
  if ((signal = sigsetjmp(back, 1)) == 0) *(volatile int*)0x20 = 1;
  printf("%d %d %p\n", signal, code, address);
  char* page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if ((signal = sigsetjmp(back, 1)) == 0) *(volatile char*)(page + 5) = 1;
  printf("%d %d %d\n", signal, code, address == page + 5);
  if ((signal = sigsetjmp(back, 1)) == 0)
    __asm__ volatile("xor %%ecx, %%ecx\n div %%ecx" ::: "eax", "ecx", "edx");
  printf("%d %d\n", signal, code);
  if ((signal = sigsetjmp(back, 1)) == 0) __builtin_trap();
  printf("%d\n", signal);
  return 0;
}
