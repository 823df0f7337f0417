// POSIX message queues: priorities, attributes, waiting, poll.
#include <mqueue.h>
#include <poll.h>
#include <time.h>
#include "results.h"

static char name[32];
static mqd_t queue;
static char text[8192];
static void receive(void) {
  unsigned priority = 0;
  memset(text, 0, 16);
  long size = SHOW(mq_receive(queue, text, sizeof text, &priority));
  if (size >= 0) printf("%s %u\n", text, priority);
}

int main(void) {
  sprintf(name, "/test%d", getpid());
  struct mq_attr attr = {.mq_maxmsg = 3, .mq_msgsize = 16};
  queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
  SHOW_OK(queue);
  struct pollfd fd = {queue, POLLIN | POLLOUT, 0};
  SHOW(poll(&fd, 1, 0));
  printf("%x\n", fd.revents);
  SHOW(mq_send(queue, "low", 4, 1));
  SHOW(mq_send(queue, "high", 5, 9));
  SHOW(mq_send(queue, "low too", 8, 1));
  SHOW(poll(&fd, 1, 0));
  printf("%x\n", fd.revents);
  SHOW(mq_getattr(queue, &attr));
  printf("%ld %ld %ld %ld\n", attr.mq_flags, attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
  attr.mq_flags = O_NONBLOCK;
  SHOW(mq_setattr(queue, &attr, &attr));
  SHOW(mq_send(queue, "full", 5, 0));
  receive();
  receive();
  receive();
  receive();
  attr.mq_flags = 0;
  SHOW(mq_setattr(queue, &attr, &attr));
  printf("%lx\n", attr.mq_flags);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  SHOW(mq_timedreceive(queue, text, sizeof text, 0, &soon));
  pid_t child = fork();
  if (child == 0) {
    receive();
    _exit(0);
  }
  wait_until_state(child, 'S');
  // Told when the receiver has told all: which of the two is first is chance.
  int sent = mq_send(queue, "late", 5, 3);
  wait_for("receiver", child);
  printf("%d\n", sent);
  mqd_t reader = mq_open(name, O_RDONLY);
  SHOW(mq_send(reader, "x", 1, 0));
  SHOW(mq_unlink(name));
  SHOW(mq_unlink(name));
  SHOW(mq_send(queue, "still", 6, 0));
  SHOW(mq_receive(reader, text, sizeof text, 0));
  SHOW(mq_open(name, O_RDWR));
  mq_close(reader);
  mq_close(queue);
}
