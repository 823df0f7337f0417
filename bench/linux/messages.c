// A byte there and back: between threads, between processes, and around a ring.
#include <arpa/inet.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

struct ends {
  int mine_in, mine_out, theirs_in, theirs_out;
};

static bool pipe_ends(struct ends* ends) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return false;
  *ends = (struct ends){
      .mine_in = back[0], .mine_out = there[1], .theirs_in = there[0], .theirs_out = back[1]};
  return true;
}

static bool socket_ends(struct ends* ends) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return false;
  *ends = (struct ends){
      .mine_in = pair[0], .mine_out = pair[0], .theirs_in = pair[1], .theirs_out = pair[1]};
  return true;
}

static bool tcp_ends(struct ends* ends) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  const int one = 1;
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0 || client < 0 || bind(server, (struct sockaddr*)&address, sizeof address) != 0 ||
      listen(server, 1) != 0 || getsockname(server, (struct sockaddr*)&address, &size) != 0 ||
      connect(client, (struct sockaddr*)&address, size) != 0)
    return false;
  const int accepted = accept(server, NULL, NULL);
  close(server);
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  *ends = (struct ends){
      .mine_in = client, .mine_out = client, .theirs_in = accepted, .theirs_out = accepted};
  return accepted >= 0;
}

// Sends back what comes, until the other side sends a 'q'.
static void echo(void* argument) {
  const struct ends* ends = argument;
  char byte = 0;
  while (byte != 'q') {
    if (read(ends->theirs_in, &byte, 1) != 1 || write(ends->theirs_out, &byte, 1) != 1) return;
  }
}
static void* echo_in_thread(void* argument) {
  echo(argument);
  return NULL;
}

static bool send_and_wait(const struct ends* ends, char byte) {
  return write(ends->mine_out, &byte, 1) == 1 && read(ends->mine_in, &byte, 1) == 1;
}

static bool ping_pong(struct run* run, bool (*connect_ends)(struct ends*), bool threads) {
  static struct ends ends;
  if (!connect_ends(&ends)) return false;
  int child = 0;
  if (threads) {
    start_thread(echo_in_thread, &ends);
  } else {
    child = start_child(echo, &ends);
  }
  if (!send_and_wait(&ends, 'a')) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    if (!send_and_wait(&ends, 'a')) return false;
  }
  end(run);
  send_and_wait(&ends, 'q');
  if (child != 0) waitpid(child, NULL, 0);
  return true;
}

static bool pipe_threads(struct run* run) { return ping_pong(run, pipe_ends, true); }
static bool pipe_processes(struct run* run) { return ping_pong(run, pipe_ends, false); }
static bool unix_threads(struct run* run) { return ping_pong(run, socket_ends, true); }
static bool unix_processes(struct run* run) { return ping_pong(run, socket_ends, false); }
static bool tcp_threads(struct run* run) { return ping_pong(run, tcp_ends, true); }
static bool tcp_processes(struct run* run) { return ping_pong(run, tcp_ends, false); }

// --- Around a ring of processes: one operation is one switch.

enum { kMostInRing = 16 };
struct ring {
  int in, out;
};
static void pass_on(void* argument) {
  const struct ring* ring = argument;
  char byte = 0;
  while (byte != 'q') {
    if (read(ring->in, &byte, 1) != 1 || write(ring->out, &byte, 1) != 1) return;
  }
}

static bool switch_processes(struct run* run, int processes) {
  int pipes[kMostInRing][2];
  int children[kMostInRing];
  for (int i = 0; i < processes; ++i) {
    if (pipe(pipes[i]) != 0) return false;
  }
  for (int i = 1; i < processes; ++i) {
    struct ring ring = {pipes[i - 1][0], pipes[i][1]};
    children[i] = start_child(pass_on, &ring);
  }
  char byte = 'a';
  const struct ring ring = {pipes[processes - 1][0], pipes[0][1]};
  begin(run);
  for (long i = 0; i <= run->count / processes; ++i) {
    if (i == run->count / processes) {
      end(run);
      byte = 'q';
    }
    if (write(ring.out, &byte, 1) != 1 || read(ring.in, &byte, 1) != 1) return false;
  }
  for (int i = 1; i < processes; ++i) waitpid(children[i], NULL, 0);
  for (int i = 0; i < processes; ++i) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
  return true;
}
static bool switch_2(struct run* run) { return switch_processes(run, 2); }
static bool switch_4(struct run* run) { return switch_processes(run, 4); }
static bool switch_8(struct run* run) { return switch_processes(run, 8); }
static bool switch_16(struct run* run) { return switch_processes(run, 16); }

// --- Futexes: two words, each set by one side and waited for by the other.

static _Atomic int words[2];
static void set_word(int index, int value) {
  atomic_store(&words[index], value);
  syscall(SYS_futex, &words[index], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
static void wait_word(int index, int old) {
  while (atomic_load(&words[index]) == old)
    syscall(SYS_futex, &words[index], FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
}
static void* answer(void* argument) {
  const long rounds = (long)argument;
  for (int i = 0; i < rounds; ++i) {
    wait_word(0, i);
    set_word(1, i + 1);
  }
  return NULL;
}
static bool futex_threads(struct run* run) {
  words[0] = words[1] = 0;
  start_thread(answer, (void*)run->count);
  begin(run);
  for (int i = 0; i < run->count; ++i) {
    set_word(0, i + 1);
    wait_word(1, i);
  }
  end(run);
  return true;
}

const struct measurement message_measurements[] = {
    {"pipe_threads", pipe_threads, 5000},   {"pipe_processes", pipe_processes, 5000},
    {"unix_threads", unix_threads, 5000},   {"unix_processes", unix_processes, 5000},
    {"tcp_threads", tcp_threads, 3000},     {"tcp_processes", tcp_processes, 3000},
    {"switch_2", switch_2, 8000},           {"switch_4", switch_4, 8000},
    {"switch_8", switch_8, 8000},           {"switch_16", switch_16, 8000},
    {"futex_threads", futex_threads, 5000}, {},
};
