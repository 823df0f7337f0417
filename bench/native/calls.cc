// Calls that find what they need and return at once.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "measure.h"

namespace bench {
namespace {

void measure_event() {
  const int event = eventfd(0, EFD_NONBLOCK);
  require(event >= 0, "eventfd");
  measure("handle_dup_close", 100'000, [&] { close(dup(event)); });
  measure("event_signal_wait", 100'000, [&] {
    const uint64_t one = 1;
    require(write(event, &one, sizeof(one)) == sizeof(one), "write");
    pollfd wanted{.fd = event, .events = POLLIN, .revents = 0};
    require(poll(&wanted, 1, -1) == 1, "poll");
  });
  measure("event_create_close", 100'000, [] { close(eventfd(0, 0)); });
  close(event);
}

// A queue that a program writes a word to and waits at: an event within an epoll set.
void measure_port() {
  const int queue = epoll_create1(0);
  const int event = eventfd(0, EFD_NONBLOCK);
  epoll_event wanted{.events = EPOLLIN, .data = {.u64 = 1}};
  require(queue >= 0 && epoll_ctl(queue, EPOLL_CTL_ADD, event, &wanted) == 0, "epoll");
  measure("port_queue_wait", 100'000, [&] {
    uint64_t word = 1;
    require(write(event, &word, sizeof(word)) == sizeof(word), "write");
    epoll_event got;
    require(epoll_wait(queue, &got, 1, -1) == 1, "epoll_wait");
    require(read(event, &word, sizeof(word)) == sizeof(word), "read");
  });
  close(event);
  close(queue);
}

}  // namespace

void measure_calls() {
  measure("null_call", 1'000'000, [] { syscall(SYS_getppid); });
  measure("clock_get", 1'000'000, [] {
    timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  });
  measure_event();
  measure_port();
}

}  // namespace bench
