// Threads that send, receive and close at once.
#include <pthread.h>
#include "sockets.h"

static int ends[2];
static void* send_all(void* start) {
  for (long i = 0; i < 2000; ++i) {
    long value = (long)start + i;
    if (send(ends[0], &value, sizeof value, 0) != sizeof value) return (void*)1;
  }
  return NULL;
}
static void* receive_half(void* sum) {
  for (int i = 0; i < 4000; ++i) {
    long value;
    if (recv(ends[1], &value, sizeof value, 0) != sizeof value) return (void*)1;
    *(long*)sum += value;
  }
  return NULL;
}
static void* shut_down(void* fd) {
  usleep(30000);
  shutdown(*(int*)fd, SHUT_RDWR);
  return NULL;
}

int main(void) {
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
  pthread_t senders[4], receivers[2], ender;
  long sums[2] = {0};
  for (long i = 0; i < 4; ++i) pthread_create(&senders[i], NULL, send_all, (void*)(i * 10000));
  for (int i = 0; i < 2; ++i) pthread_create(&receivers[i], NULL, receive_half, &sums[i]);
  for (int i = 0; i < 4; ++i) pthread_join(senders[i], NULL);
  for (int i = 0; i < 2; ++i) pthread_join(receivers[i], NULL);
  printf("%ld\n", sums[0] + sums[1]);
  // shutdown() wakes who waits.
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  pthread_create(&ender, NULL, shut_down, &ends[0]);
  show_read("woken", ends[0]);
  pthread_join(ender, NULL);
  char text[8];
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  bind_inet(udp, "127.0.0.1", 0);
  connect_inet(udp, "127.0.0.1", port_of(udp));
  pthread_create(&ender, NULL, shut_down, &udp);
  show_read("woken", udp);
  pthread_join(ender, NULL);
  return 0;
}
