// System V message queues: types, sizes, waiting.
#include <sys/ipc.h>
#include <sys/msg.h>
#include "results.h"

static int id;
struct message {
  long type;
  char text[64];
};
static void send(long type, const char* text) {
  struct message message = {type};
  strcpy(message.text, text);
  SHOW(msgsnd(id, &message, strlen(text) + 1, IPC_NOWAIT));
}
static void receive(long type, int flags) {
  struct message message = {0};
  long size = SHOW(msgrcv(id, &message, sizeof message.text, type, flags));
  if (size >= 0) printf("%ld %s\n", message.type, message.text);
}

int main(void) {
  id = msgget(IPC_PRIVATE, 0600);
  SHOW_OK(id);
  receive(0, IPC_NOWAIT);
  send(3, "three");
  send(1, "one");
  send(2, "two");
  send(3, "another three");
  struct msqid_ds status;
  SHOW(msgctl(id, IPC_STAT, &status));
  printf("%lu %lu %d %o\n", (unsigned long)status.msg_qnum, (unsigned long)status.msg_qbytes,
         status.msg_lspid == getpid(), status.msg_perm.mode);
  receive(2, IPC_NOWAIT);
  receive(-2, IPC_NOWAIT);
  receive(3, IPC_NOWAIT | 020000);
  receive(0, IPC_NOWAIT);
  struct message small;
  SHOW(msgrcv(id, &small, 4, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, &small, 4, 0, IPC_NOWAIT | MSG_NOERROR));
  printf("%.4s\n", small.text);
  SHOW(msgrcv(id, &small, 4, 0, IPC_NOWAIT));
  pid_t child = fork();
  if (child == 0) {
    receive(7, 0);
    _exit(0);
  }
  wait_until_state(child, 'S');
  send(6, "not this");
  // What wakes another process is told when that one has told all: who is first is chance.
  struct message wanted = {.type = 7, .text = "this"};
  int result = msgsnd(id, &wanted, 5, IPC_NOWAIT);
  wait_for("receiver", child);
  printf("%d\n", result);
  receive(0, 0);
  char big[8200] = {1};
  ((struct message*)big)->type = 1;
  SHOW(msgsnd(id, big, 8192, IPC_NOWAIT));
  SHOW(msgsnd(id, big, 8192, IPC_NOWAIT));
  SHOW(msgsnd(id, big, 1, IPC_NOWAIT));
  child = fork();
  if (child == 0) {
    SHOW(msgsnd(id, big, 1, 0));
    _exit(0);
  }
  wait_until_state(child, 'S');
  printf("full\n");
  result = msgrcv(id, big, 8192, 0, 0);
  wait_for("sender", child);
  printf("%d\n", result);
  child = fork();
  if (child == 0) {
    receive(99, 0);
    _exit(0);
  }
  wait_until_state(child, 'S');
  result = msgctl(id, IPC_RMID, 0);
  wait_for("receiver", child);
  printf("%d\n", result);
  receive(0, IPC_NOWAIT);
}
