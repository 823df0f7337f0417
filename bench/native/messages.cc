// Messages: to oneself, to another thread, to another process; and futexes, which carry none.
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "measure.h"

namespace bench {
namespace {

constexpr size_t kMessage = 64;

// Two ways, each with an end for writing and one for reading; a socket is one file both ways.
struct Link {
  int to_server[2];  // read, write
  int to_client[2];

  static Link of_pipes() {
    Link link;
    require(pipe(link.to_server) == 0 && pipe(link.to_client) == 0, "pipe");
    return link;
  }
  static Link of_sockets() {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    return {{ends[0], ends[1]}, {ends[1], ends[0]}};
  }
  // The server returns when it finds that nobody can write to it any more.
  void close_client() const {
    close(to_server[1]);
    close(to_client[0]);
  }
  void close_server() const {
    close(to_server[0]);
    close(to_client[1]);
  }
};

void answer(const Link& link) {
  char message[kMessage];
  while (read(link.to_server[0], message, sizeof(message)) == kMessage)
    require(write(link.to_client[1], message, sizeof(message)) == kMessage, "write");
}

void measure_round_trips(const char* name, const Link& link) {
  measure(name, 20'000, [&] {
    char message[kMessage] = {};
    require(write(link.to_server[1], message, sizeof(message)) == kMessage, "write");
    require(read(link.to_client[0], message, sizeof(message)) == kMessage, "read");
  });
}

void measure_threads(const char* name, const Link& link) {
  std::thread server([&] { answer(link); });
  measure_round_trips(name, link);
  link.close_client();
  server.join();
  link.close_server();
}

void measure_processes(const char* name, const Link& link) {
  const pid_t server = fork();
  require(server >= 0, "fork");
  if (server == 0) {
    link.close_client();
    answer(link);
    _exit(0);
  }
  link.close_server();
  measure_round_trips(name, link);
  link.close_client();
  require(waitpid(server, nullptr, 0) == server, "waitpid");
}

void measure_write_read(const char* name, size_t bytes, uint64_t operations) {
  const Link link = Link::of_pipes();
  std::vector<char> message(bytes, 'x');
  const auto whole = static_cast<ssize_t>(bytes);
  measure(name, operations, [&] {
    require(write(link.to_server[1], message.data(), bytes) == whole, "write");
    require(read(link.to_server[0], message.data(), bytes) == whole, "read");
  });
  link.close_client();
  link.close_server();
}

// Two threads that take turns: each waits until the word has its own value.
struct Turns {
  static constexpr int kOver = 2;
  std::atomic<int> turn{0};

  void give(int to) {
    turn.store(to);
    syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  // False when there are no more turns.
  bool await(int mine) {
    for (;;) {
      const int seen = turn.load();
      if (seen == mine || seen == kOver) return seen == mine;
      syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
    }
  }
};

void measure_futex() {
  Turns turns;
  std::thread other([&] {
    while (turns.await(1)) turns.give(0);
  });
  measure("futex_ping_pong", 20'000, [&] {
    turns.give(1);
    turns.await(0);
  });
  turns.give(Turns::kOver);
  other.join();
}

}  // namespace

void measure_messages() {
  measure_write_read("message_64", kMessage, 50'000);
  measure_write_read("message_64k", 65536, 2'000);
  measure_threads("call_threads", Link::of_pipes());
  measure_processes("call_processes", Link::of_sockets());
  measure_processes("call_processes_pipe", Link::of_pipes());
  measure_futex();
}

}  // namespace bench
