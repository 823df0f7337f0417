// /dev/null, zero, full and random.
#include <poll.h>
#include <sys/mman.h>
#include "results.h"
int main(void) {
  static char buffer[10000];
  int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR),
      full = open("/dev/full", O_RDWR);
  int noise = open("/dev/urandom", O_RDONLY);
  SHOW(read(null, buffer, 10));
  SHOW(write(null, buffer, 10000));
  SHOW(lseek(null, 100, SEEK_SET));
  SHOW(lseek(null, 0, SEEK_END));
  SHOW(pread(null, buffer, 10, 5));
  memset(buffer, 1, sizeof buffer);
  SHOW(read(zero, buffer, sizeof buffer));
  SHOW(buffer[0] | buffer[9999]);
  SHOW(write(zero, buffer, 100));
  SHOW(write(full, buffer, 1));
  SHOW(write(full, buffer, 0));
  SHOW(read(full, buffer, 5));
  SHOW(read(noise, buffer, sizeof buffer));
  int different = 0;
  for (int i = 1; i < 1000; ++i) different += buffer[i] != buffer[i - 1];
  SHOW(different > 900);
  SHOW(read(zero, BAD_POINTER, 10));
  SHOW(read(noise, BAD_POINTER, 10));
  SHOW(ftruncate(null, 0));
  SHOW(ftruncate(zero, 10));
  struct pollfd ask = {null, POLLIN | POLLOUT};
  SHOW(poll(&ask, 1, 0));
  SHOW(ask.revents);
  char* memory = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  SHOW(memory != MAP_FAILED && memory[5000] == 0);
  memory[5000] = 3;
  SHOW(memory[5000]);
  char* shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
  if (fork() == 0) *shared = 7, _exit(0);
  wait(NULL);
  SHOW(*shared);
  SHOW_OK((long)mmap(0, 4096, PROT_READ, MAP_PRIVATE, null, 0));
  SHOW_OK(open("/dev/null", O_RDWR | O_TRUNC | O_CREAT, 0600));
  SHOW_OK(open("/dev/null/x", O_RDONLY));
  return 0;
}
