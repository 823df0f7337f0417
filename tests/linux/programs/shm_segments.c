// System V shared memory: making, attaching, what stat says, removing.
#include <sys/ipc.h>
#include <sys/shm.h>
#include "results.h"

static int id;
static void tell(void) {
  struct shmid_ds status;
  if (shmctl(id, IPC_STAT, &status)) {
    printf("%s\n", error_name(errno));
    return;
  }
  printf("%zu bytes, mode %o, %lu attached, key %d, mine %d\n", (size_t)status.shm_segsz,
         status.shm_perm.mode, (unsigned long)status.shm_nattch, (int)status.shm_perm.__key,
         status.shm_cpid == getpid());
}

int main(void) {
  id = shmget(IPC_PRIVATE, 5000, IPC_CREAT | 0640);
  tell();
  char* at = shmat(id, 0, 0);
  strcpy(at, "hello");
  at[4999] = 'x';
  tell();
  char* again = shmat(id, 0, SHM_RDONLY);
  printf("%s %d\n", again, again != at);
  tell();
  pid_t child = fork();
  if (child == 0) {
    tell();
    strcpy(at, "child");
    SHOW(shmdt(at));
    tell();
    _exit(0);
  }
  waitpid(child, 0, 0);
  printf("%s\n", again);
  tell();
  SHOW(shmdt(again));
  SHOW(shmdt(again));
  SHOW(shmdt(at + 4096));
  SHOW(shmctl(id, IPC_RMID, 0));
  tell();
  printf("%s\n", at);
  SHOW(shmdt(at));
  tell();
  id = shmget(IPC_PRIVATE, 4096, 0600);
  at = shmat(id, 0, 0);
  SHOW(shmctl(id, IPC_RMID, 0));
  void* other = shmat(id, 0, 0);
  printf("%d\n", other != (void*)-1);
}
