// System V semaphores: what is refused, and waits that a signal ends.
#include <sys/ipc.h>
#include <sys/sem.h>
#include "results.h"

static int id;
static void handler(int signal) { (void)signal; }
static long op(int number, int change, int flags) {
  struct sembuf one = {number, change, flags};
  return semop(id, &one, 1);
}
static void as_nobody(void) {
  SHOW(op(0, 1, 0));
  SHOW(semctl(id, 0, GETVAL));
  SHOW(semctl(id, 0, IPC_RMID));
}

int main(void) {
  int key = 0x4b000000 + getpid();
  SHOW(semget(key, 1, 0600));
  SHOW(semget(key, 0, IPC_CREAT | 0600));
  SHOW(semget(key, -1, IPC_CREAT | 0600));
  SHOW(semget(key, 1000000, IPC_CREAT | 0600));
  id = semget(key, 2, IPC_CREAT | 0600);
  SHOW_OK(id);
  SHOW(semget(key, 3, 0600));
  SHOW(semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
  printf("%d\n", semget(key, 0, 0) == id);
  SHOW(op(2, 1, 0));
  SHOW(op(0, 32767, 0));
  SHOW(op(0, 1, 0));
  SHOW(semctl(id, 0, SETVAL, 32768));
  SHOW(semctl(id, 0, SETVAL, -1));
  SHOW(semctl(id, 5, GETVAL));
  SHOW(semctl(id, -1, GETVAL));
  SHOW(semctl(id, 0, 1234));
  SHOW(semctl(-1, 0, GETVAL));
  SHOW(semctl(id, 0, GETALL, BAD_POINTER));
  SHOW(semop(id, BAD_POINTER, 1));
  struct sembuf many[501] = {{0}};
  SHOW(semop(id, many, 0));
  SHOW(semop(id, many, 501));
  SHOW(semop(-1, many, 1));
  as_user(1234, as_nobody);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  ualarm(20000, 20000);  // again and again: on a slow machine the first may come before the wait
  SHOW(op(1, -1, 0));
  ualarm(0, 0);
  struct semid_ds status;
  SHOW(semctl(id, 0, IPC_STAT, &status));
  printf("%lu %o %d\n", (unsigned long)status.sem_nsems, status.sem_perm.mode,
         status.sem_otime > 0);
  status.sem_perm.mode = 0666;
  SHOW(semctl(id, 0, IPC_SET, &status));
  as_user(1234, as_nobody);
  SHOW(semctl(id, 0, IPC_RMID));
  SHOW(semctl(id, 0, GETVAL));
}
