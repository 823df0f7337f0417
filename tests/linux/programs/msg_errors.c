// System V message queues: what is refused.
#include <sys/ipc.h>
#include <sys/msg.h>
#include "results.h"

static int id;
static struct {
  long type;
  char text[16];
} message = {1, "text"};
static void as_nobody(void) {
  struct msqid_ds status;
  SHOW(msgsnd(id, &message, 1, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, 1, 0, IPC_NOWAIT));
  SHOW(msgctl(id, IPC_STAT, &status));
  SHOW(msgctl(id, IPC_RMID, 0));
}
static void handler(int signal) { (void)signal; }

int main(void) {
  int key = 0x4c000000 + getpid();
  SHOW(msgget(key, 0600));
  id = msgget(key, IPC_CREAT | 0600);
  SHOW_OK(id);
  SHOW(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
  printf("%d\n", msgget(key, 0) == id);
  message.type = 0;
  SHOW(msgsnd(id, &message, 1, 0));
  message.type = -5;
  SHOW(msgsnd(id, &message, 1, 0));
  message.type = 1;
  SHOW(msgsnd(id, &message, 8193, 0));
  SHOW(msgsnd(id, &message, -1, 0));
  SHOW(msgsnd(-1, &message, 1, 0));
  SHOW(msgsnd(id + 5, &message, 1, 0));
  SHOW(msgsnd(id, BAD_POINTER, 1, 0));
  SHOW(msgrcv(id, &message, -1, 0, IPC_NOWAIT));
  SHOW(msgrcv(-1, &message, 1, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, 1, 0, IPC_NOWAIT));
  SHOW(msgsnd(id, &message, 0, 0));
  SHOW(msgrcv(id, &message, 0, 0, IPC_NOWAIT));
  as_user(1234, as_nobody);
  struct msqid_ds status;
  SHOW(msgctl(id, IPC_STAT, BAD_POINTER));
  SHOW(msgctl(id, 1234, &status));
  SHOW(msgctl(id, IPC_STAT, &status));
  status.msg_qbytes = 100;
  SHOW(msgctl(id, IPC_SET, &status));
  char long_message[200] = {1};
  SHOW(msgsnd(id, long_message, 101, IPC_NOWAIT));
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  ualarm(20000, 20000);  // again and again: on a slow machine the first may come before the wait
  SHOW(msgrcv(id, &message, 1, 0, 0));
  ualarm(0, 0);
  SHOW(msgctl(id, IPC_RMID, 0));
  SHOW(msgctl(id, IPC_STAT, &status));
}
