// What a child and a program after exec have of signals: handlers, ignoring, masks, pending ones.
#include "signals.h"
static void handler(int number, siginfo_t* info, void* context) {
  printf("handled %s\n", signal_name(number));
}
static void show_state(const char* where) {
  sigset_t mask, pending;
  struct sigaction one, two;
  sigprocmask(SIG_BLOCK, NULL, &mask), sigpending(&pending);
  sigaction(SIGUSR1, NULL, &one), sigaction(SIGUSR2, NULL, &two);
  printf("%s: HUP blocked %d pending %d, TERM blocked %d, USR1 %s, USR2 %s\n", where,
         sigismember(&mask, SIGHUP), sigismember(&pending, SIGHUP), sigismember(&mask, SIGTERM),
         one.sa_handler == SIG_DFL ? "default" : "handler",
         two.sa_handler == SIG_IGN ? "ignored" : "not ignored");
  stack_t stack;
  sigaltstack(NULL, &stack);
  printf("alternate stack %s\n", stack.ss_flags & SS_DISABLE ? "off" : "on");
}
int main(int count, char** arguments) {
  if (count > 1) {
    show_state("after exec");
    unblock(SIGHUP);
    puts("not reached when HUP was pending");
    return 0;
  }
  static char space[65536];
  sigaltstack(&(stack_t){.ss_sp = space, .ss_size = sizeof space}, NULL);
  on(SIGUSR1, SA_ONSTACK, handler), signal(SIGUSR2, SIG_IGN), block(SIGHUP);
  raise(SIGHUP);
  show_state("at first");
  pid_t child = fork();
  if (child == 0) {
    show_state("child");
    raise(SIGUSR1), raise(SIGUSR2);
    execl(arguments[0], arguments[0], "again", NULL);
  }
  wait_for("child", child);
  child = fork();
  if (child == 0) {
    raise(SIGHUP);
    execl(arguments[0], arguments[0], "again", NULL);
  }
  wait_for("second", child);
  return 0;
}
