// System V semaphores: values, several at once, waiting, undoing.
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>
#include "results.h"

static int id;
static long op(int number, int change, int flags) {
  struct sembuf one = {number, change, flags};
  return semop(id, &one, 1);
}
static void values(void) {
  unsigned short all[3] = {9, 9, 9};
  semctl(id, 0, GETALL, all);
  printf("%d %d %d\n", all[0], all[1], all[2]);
}
static void undone(void) {
  SHOW(op(0, 5, SEM_UNDO));
  SHOW(op(1, -1, SEM_UNDO));
  values();
}

int main(void) {
  id = semget(IPC_PRIVATE, 3, 0600);
  SHOW_OK(id);
  values();
  SHOW(semctl(id, 1, SETVAL, 4));
  SHOW(semctl(id, 1, GETVAL));
  SHOW(op(1, -1, 0));
  SHOW(op(1, -4, IPC_NOWAIT));
  SHOW(op(0, 0, IPC_NOWAIT));
  SHOW(op(1, 0, IPC_NOWAIT));
  struct sembuf both[2] = {{1, -2, 0}, {2, -1, IPC_NOWAIT}};
  SHOW(semop(id, both, 2));
  values();
  both[1].sem_op = 2;
  SHOW(semop(id, both, 2));
  values();
  printf("%d\n", semctl(id, 1, GETPID) == getpid());
  in_child("undoing", undone);
  values();
  unsigned short set[3] = {1, 0, 7};
  SHOW(semctl(id, 0, SETALL, set));
  values();
  pid_t child = fork();
  if (child == 0) {
    SHOW(op(1, -1, 0));
    _exit(0);
  }
  while (semctl(id, 1, GETNCNT) != 1) usleep(1000);
  printf("waiting\n");
  long raised = op(1, 1, 0);
  wait_for("waiter", child);
  SHOW(raised);
  child = fork();
  if (child == 0) {
    SHOW(op(0, 0, 0));
    _exit(0);
  }
  while (semctl(id, 0, GETZCNT) != 1) usleep(1000);
  printf("waiting for 0\n");
  long lowered = op(0, -1, 0);
  wait_for("waiter", child);
  SHOW(lowered);
  struct sembuf down = {1, -1, 0};
  struct timespec brief = {0, 10000000};
  SHOW(semtimedop(id, &down, 1, &brief));
  child = fork();
  if (child == 0) {
    SHOW(op(1, -1, 0));
    _exit(0);
  }
  while (semctl(id, 1, GETNCNT) != 1) usleep(1000);
  long removed = semctl(id, 0, IPC_RMID);
  wait_for("waiter", child);
  SHOW(removed);
  SHOW(op(0, 1, 0));
}
