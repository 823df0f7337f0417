// Handlers, masks, pending signals, restarts, alternate stacks.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int caught, last_code, on_stack;
static char stack[65536];
static void handler(int signal, siginfo_t* info, void* context) {
  (void)context;
  caught = caught * 100 + signal;
  last_code = info->si_code;
  char local;
  on_stack = &local >= stack && &local < stack + sizeof stack;
}
static void install(int signal, int flags) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, 0);
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  install(SIGUSR1, 0);
  raise(SIGUSR1);
  printf("%d %d\n", caught, last_code);
  caught = 0;
  kill(getpid(), SIGUSR1);
  printf("%d %d\n", caught, last_code);
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, 0);
  install(SIGUSR2, 0);
  caught = 0;
  raise(SIGUSR2), raise(SIGUSR1), raise(SIGUSR1);
  sigpending(&pending);
  printf("%d %d %d\n", caught, sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
  sigprocmask(SIG_UNBLOCK, &set, 0);
  printf("%d\n", caught);
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, 0);
  install(SIGUSR1, SA_ONSTACK);
  raise(SIGUSR1);
  printf("on alternate stack: %d\n", on_stack);
  install(SIGUSR1, SA_RESETHAND);
  raise(SIGUSR1);
  struct sigaction now;
  sigaction(SIGUSR1, 0, &now);
  printf("reset: %d\n", now.sa_handler == SIG_DFL);
  int ends[2];
  pipe(ends);
  for (int restart = 0; restart < 2; ++restart) {
    install(SIGUSR1, restart ? SA_RESTART : 0);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
      usleep(50000);
      kill(parent, SIGUSR1);
      usleep(50000);
      write(ends[1], "y", 1);
      _exit(0);
    }
    char c = 0;
    errno = 0;
    ssize_t got = read(ends[0], &c, 1);
    printf("read %zd %s\n", got, got < 0 ? strerror(errno) : "ok");
    while (waitpid(child, 0, 0) < 0) {
    }
    if (got < 0) read(ends[0], &c, 1);
  }
  double x = 1.5;
  install(SIGUSR2, 0);
  for (int i = 0; i < 10; ++i) x = x * 1.25, raise(SIGUSR2);
  printf("%f\n", x);
  return 0;
}
