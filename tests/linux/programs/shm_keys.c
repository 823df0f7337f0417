// System V shared memory: keys, permissions, and what is refused.
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include "results.h"

static int key, id;
static void as_nobody(void) {
  struct shmid_ds status;
  SHOW(shmget(key, 0, 0400));
  SHOW(shmat(id, 0, 0) == (void*)-1 ? -1 : 0);
  SHOW(shmctl(id, IPC_STAT, &status));
  SHOW(shmctl(id, IPC_RMID, 0));
}

int main(void) {
  key = 0x4a000000 + getpid();
  SHOW(shmget(key, 4096, 0600));
  id = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600);
  SHOW_OK(id);
  SHOW(shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
  printf("%d\n", shmget(key, 100, IPC_CREAT | 0600) == id);
  printf("%d\n", shmget(key, 0, 0) == id);
  SHOW(shmget(key, 5000, 0600));
  SHOW(shmget(IPC_PRIVATE, 0, 0600));
  as_user(1234, as_nobody);
  void* place = mmap(0, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(shmat(id, place, 0) == place ? 0 : -1);
  printf("%d\n", shmat(id, place, SHM_REMAP) == place);
  SHOW(shmat(id, (char*)place + 8192 + 1, 0) == (void*)-1 ? -1 : 0);
  printf("%d\n", shmat(id, (char*)place + 8192 + 1, SHM_RND | SHM_REMAP) == (char*)place + 8192);
  SHOW(shmat(id, 0, SHM_REMAP) == (void*)-1 ? -1 : 0);
  SHOW(shmat(-1, 0, 0) == (void*)-1 ? -1 : 0);
  SHOW(shmat(id + 7, 0, 0) == (void*)-1 ? -1 : 0);
  SHOW(shmdt((char*)place + 1));
  SHOW(shmdt((char*)place + 4096));
  struct shmid_ds status;
  SHOW(shmctl(id, IPC_STAT, BAD_POINTER));
  SHOW(shmctl(id, 1234, &status));
  SHOW(shmctl(-1, IPC_STAT, &status));
  SHOW(shmctl(id, IPC_STAT, &status));
  status.shm_perm.mode = 0644;
  SHOW(shmctl(id, IPC_SET, &status));
  SHOW(shmctl(id, IPC_STAT, &status));
  printf("%o\n", status.shm_perm.mode);
  SHOW(shmctl(id, IPC_RMID, 0));
  SHOW(shmdt(place));
  SHOW(shmdt((char*)place + 8192));
  SHOW(shmctl(id, IPC_STAT, &status));
  SHOW(shmget(key, 4096, 0600));
}
