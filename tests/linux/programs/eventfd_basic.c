// eventfd: counting, as a semaphore, and what is refused.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "results.h"

static int fd;
static void* writer(void* unused) {
  usleep(20000);
  eventfd_write(fd, 7);
  return unused;
}
static short events(int file) {
  struct pollfd one = {file, POLLIN | POLLOUT, 0};
  poll(&one, 1, 0);
  return one.revents;
}

int main(void) {
  eventfd_t value = 0;
  fd = eventfd(5, 0);
  SHOW(eventfd_read(fd, &value));
  printf("%llu %x\n", (unsigned long long)value, events(fd));
  eventfd_write(fd, 2);
  eventfd_write(fd, 3);
  printf("%x\n", events(fd));
  SHOW(eventfd_read(fd, &value));
  printf("%llu\n", (unsigned long long)value);
  pthread_t thread;
  pthread_create(&thread, 0, writer, 0);
  SHOW(eventfd_read(fd, &value));
  printf("%llu\n", (unsigned long long)value);
  pthread_join(thread, 0);
  int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC);
  printf("%x\n", fcntl(semaphore, F_GETFD));
  for (int i = 0; i < 3; ++i) {
    SHOW(eventfd_read(semaphore, &value));
    printf("%llu\n", (unsigned long long)value);
  }
  uint64_t most = ~0ull - 1, all = ~0ull;
  SHOW(write(semaphore, &all, 8));
  SHOW(write(semaphore, &most, 8));
  printf("%x\n", events(semaphore));
  SHOW(write(semaphore, &most, 8));
  SHOW(write(semaphore, &most, 4));
  SHOW(read(semaphore, &most, 7));
  char big[16];
  SHOW(read(semaphore, big, 16));
  SHOW(eventfd(0, 0x40));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(write(fd, (void*)8, 8));
  SHOW(pread(fd, big, 8, 0));
}
