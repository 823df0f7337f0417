// RLIMIT_MSGQUEUE: how large all POSIX message queues of a user may be together.
#include <mqueue.h>
#include <sys/resource.h>
#include "results.h"
static const char* name_of(char letter) {
  static char name[32];
  snprintf(name, sizeof name, "/limit-%d-%c", getppid(), letter);
  return name;
}
static mqd_t queue(char letter, long messages, long size) {
  struct mq_attr attributes = {.mq_maxmsg = messages, .mq_msgsize = size};
  return mq_open(name_of(letter), O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
}
static void user(void) {
  setrlimit(RLIMIT_MSGQUEUE, &(struct rlimit){50000, 60000});
  const mqd_t first = queue('a', 10, 2000);
  SHOW_OK(first);
  SHOW_OK(queue('b', 10, 2000));
  SHOW_OK(queue('c', 10, 2000));
  SHOW(mq_unlink(name_of('b')));
  SHOW_OK(queue('c', 10, 2000));  // the file is still open
  SHOW(mq_unlink(name_of('a')));
  SHOW(mq_close(first));
  SHOW_OK(queue('c', 10, 2000));
  SHOW(mq_unlink(name_of('c')));
}
int main(void) {
  as_own_user(user);
  return 0;
}
