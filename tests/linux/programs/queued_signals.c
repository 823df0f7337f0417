// rt_sigqueueinfo: what a sender may claim, and how many signals may wait.
#include <sys/resource.h>
#include "signals.h"
static long queue(pid_t to, int number, int code) {
  siginfo_t info = {.si_signo = 5, .si_code = code};
  info.si_pid = 1234, info.si_uid = 7, info.si_value.sival_int = 99;
  return syscall(SYS_rt_sigqueueinfo, to, number, &info);
}
static long queue_to_thread(pid_t group, pid_t thread, int number, int code) {
  siginfo_t info = {.si_code = code};
  return syscall(SYS_rt_tgsigqueueinfo, group, thread, number, &info);
}
static void show(int number, siginfo_t* info, void* context) {
  printf("%d %s pid %d uid %d value %d\n", info->si_signo, code_name(info->si_code), info->si_pid,
         info->si_uid, info->si_value.sival_int);
}
static void limited(void) {
  block(40), block(SIGUSR2);
  setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){3, 3});
  for (int i = 0; i < 5; ++i) SHOW(sigqueue(getpid(), 40, (union sigval){i}));
  SHOW(kill(getpid(), SIGUSR2));  // Signals without a queue are never refused.
  SHOW(kill(getpid(), 40));
}
int main(void) {
  on(SIGUSR1, 0, show), on(40, 0, show);
  SHOW(queue(getpid(), SIGUSR1, SI_QUEUE));
  SHOW(queue(getpid(), 40, -77));
  SHOW(queue(getpid(), SIGUSR1, SI_USER));
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    SHOW(queue(parent, 40, SI_USER));
    SHOW(queue(parent, 40, SI_TKILL));
    SHOW(queue(parent, 40, SI_KERNEL));
    SHOW(queue(parent, 0, SI_QUEUE));
    SHOW(queue(0x3fffffff, 40, SI_QUEUE));
    SHOW(queue(parent, 65, SI_QUEUE));
    SHOW(queue_to_thread(parent, getpid(), 40, SI_QUEUE));
    SHOW(queue_to_thread(0, parent, 40, SI_QUEUE));
    SHOW(queue_to_thread(parent, -1, 40, SI_QUEUE));
    SHOW(syscall(SYS_rt_sigqueueinfo, parent, 40, BAD_POINTER));
    _exit(0);
  }
  wait_for("child", child);
  as_own_user(limited);
  return 0;
}
