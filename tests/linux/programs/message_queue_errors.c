// POSIX message queues: what is refused, and being told of messages.
#include <mqueue.h>
#include "results.h"

static volatile int caught, code, value;
static void handler(int signal, siginfo_t* info, void* context) {
  caught = signal;
  code = info->si_code;
  value = info->si_value.sival_int;
}

int main(void) {
  char name[32], text[8192];
  sprintf(name, "/test%d", getpid());
  SHOW(mq_open(name, O_RDWR));
  struct mq_attr attr = {.mq_maxmsg = 0, .mq_msgsize = 16};
  SHOW(mq_open(name, O_RDWR | O_CREAT, 0600, &attr));
  attr.mq_maxmsg = 3;
  attr.mq_msgsize = -1;
  SHOW(mq_open(name, O_RDWR | O_CREAT, 0600, &attr));
  SHOW(syscall(SYS_mq_open, "a/b", O_RDWR | O_CREAT, 0600, 0));
  SHOW(syscall(SYS_mq_open, "", O_RDWR | O_CREAT, 0600, 0));
  SHOW(syscall(SYS_mq_open, BAD_POINTER, O_RDWR, 0, 0));
  mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, 0);
  SHOW_OK(queue);
  SHOW(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, 0));
  SHOW(mq_getattr(queue, &attr));
  printf("%ld %ld\n", attr.mq_maxmsg, attr.mq_msgsize);
  SHOW(mq_send(queue, text, 8193, 0));
  SHOW(mq_send(queue, text, 1, 32768));
  SHOW(mq_receive(queue, text, 100, 0));
  SHOW(mq_send(0, text, 1, 0));
  SHOW(mq_receive(99, text, 100, 0));
  SHOW(mq_getattr(0, &attr));
  attr.mq_flags = O_APPEND;
  SHOW(mq_setattr(queue, &attr, 0));
  struct timespec wrong = {0, -1};
  SHOW(mq_timedreceive(queue, text, sizeof text, 0, &wrong));

  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 5;
  SHOW(mq_notify(queue, &event));
  SHOW(mq_notify(queue, &event));
  SHOW(mq_send(queue, "x", 1, 0));
  printf("%d %d %d\n", caught == SIGUSR1, code == SI_MESGQ, value);
  caught = 0;
  SHOW(mq_send(queue, "y", 1, 0));
  printf("%d\n", caught);
  SHOW(mq_notify(queue, &event));
  SHOW(mq_notify(queue, 0));
  event.sigev_signo = 99;
  SHOW(mq_notify(queue, &event));
  event.sigev_notify = 99;
  SHOW(mq_notify(queue, &event));
  SHOW(mq_notify(0, &event));
  SHOW(mq_unlink(name));
}
