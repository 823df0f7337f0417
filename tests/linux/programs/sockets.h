// What the programs about sockets share: addresses, connections, how ready something is.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "results.h"

// The bits of poll(), asked for all, at once.
static inline void show_ready(const char* who, int fd) {
  struct pollfd one = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
  poll(&one, 1, 0);
  printf("%s:%s%s%s%s%s%s\n", who, one.revents & POLLIN ? " in" : "",
         one.revents & POLLOUT ? " out" : "", one.revents & POLLPRI ? " pri" : "",
         one.revents & POLLRDHUP ? " rdhup" : "", one.revents & POLLHUP ? " hup" : "",
         one.revents & POLLERR ? " err" : "");
}

// What one read brings: text, the end or an error.
static inline void show_read(const char* who, int fd) {
  char text[256] = {0};
  ssize_t got = read(fd, text, sizeof text - 1);
  if (got < 0) {
    printf("%s: %s\n", who, error_name(errno));
  } else {
    printf("%s: %zd '%s'\n", who, got, text);
  }
}

static inline int option_of(int fd, int level, int option) {
  int value = -12345;
  socklen_t size = sizeof value;
  if (getsockopt(fd, level, option, &value, &size)) return -errno;
  return value;
}

static inline int set_option(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value);
}

// --- AF_UNIX

static inline socklen_t local_path(struct sockaddr_un* address, const char* path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strcpy(address->sun_path, path);
  return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

// A name that no other process takes.
static inline socklen_t local_abstract(struct sockaddr_un* address, const char* name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  int length =
      snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "%s-%d", name, getpid());
  return offsetof(struct sockaddr_un, sun_path) + 1 + length;
}

static inline int bind_path(int fd, const char* path) {
  struct sockaddr_un address;
  socklen_t size = local_path(&address, path);
  return bind(fd, (struct sockaddr*)&address, size);
}

static inline int connect_path(int fd, const char* path) {
  struct sockaddr_un address;
  socklen_t size = local_path(&address, path);
  return connect(fd, (struct sockaddr*)&address, size);
}

static inline int listen_path(int type, const char* path, int backlog) {
  int fd = socket(AF_UNIX, type, 0);
  if (fd < 0 || bind_path(fd, path) || listen(fd, backlog)) exit(92);
  return fd;
}

static inline void show_local_address(const char* who, const struct sockaddr_un* address,
                                      socklen_t size) {
  if (size <= offsetof(struct sockaddr_un, sun_path)) {
    printf("%s: no name (%d bytes)\n", who, (int)size);
  } else if (address->sun_path[0] == 0) {
    printf("%s: abstract (%d bytes)\n", who, (int)size);
  } else {
    printf("%s: %.*s (%d bytes)\n", who, (int)(size - offsetof(struct sockaddr_un, sun_path)),
           address->sun_path, (int)size);
  }
}

// --- AF_INET and AF_INET6

static inline struct sockaddr_in inet_address(const char* text, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

static inline struct sockaddr_in6 inet6_address(const char* text, int port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(AF_INET6, text, &address.sin6_addr);
  return address;
}

static inline int bind_inet(int fd, const char* text, int port) {
  struct sockaddr_in address = inet_address(text, port);
  return bind(fd, (struct sockaddr*)&address, sizeof address);
}

static inline int connect_inet(int fd, const char* text, int port) {
  struct sockaddr_in address = inet_address(text, port);
  return connect(fd, (struct sockaddr*)&address, sizeof address);
}

static inline int port_of(int fd) {
  struct sockaddr_in6 address;
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr*)&address, &size)) return -1;
  return ntohs(address.sin6_port);  // in the same place as sin_port
}

// A port of the loopback device, listened on.
static inline int listen_inet(int backlog) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || bind_inet(fd, "127.0.0.1", 0) || listen(fd, backlog)) exit(93);
  return fd;
}

static inline void tcp_pair(int ends[2]) {
  int listener = listen_inet(1);
  ends[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect_inet(ends[0], "127.0.0.1", port_of(listener))) exit(94);
  ends[1] = accept(listener, NULL, NULL);
  if (ends[1] < 0) exit(95);
  close(listener);
}

// Without the port, which differs from run to run.
static inline void show_inet_address(const char* who, const void* address, socklen_t size) {
  char text[INET6_ADDRSTRLEN] = "?";
  const struct sockaddr* any = address;
  if (any->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in*)address)->sin_addr, text, sizeof text);
  if (any->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6*)address)->sin6_addr, text, sizeof text);
  printf("%s: family %d, %s, %d bytes, port %s\n", who, any->sa_family, text, (int)size,
         ((const struct sockaddr_in*)address)->sin_port ? "set" : "none");
}

static inline void show_own_address(const char* who, int fd) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr*)&address, &size)) {
    printf("%s: %s\n", who, error_name(errno));
  } else {
    show_inet_address(who, &address, size);
  }
}

static inline void show_peer_address(const char* who, int fd) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  if (getpeername(fd, (struct sockaddr*)&address, &size)) {
    printf("%s: %s\n", who, error_name(errno));
  } else {
    show_inet_address(who, &address, size);
  }
}

// --- control messages

struct fds_message {
  struct msghdr header;
  struct iovec vector;
  char bytes[64];
  _Alignas(struct cmsghdr) char control[256];
};

static inline ssize_t send_fds(int socket, const char* text, const int* fds, int count) {
  struct fds_message m = {0};
  m.vector = (struct iovec){(void*)text, strlen(text)};
  m.header = (struct msghdr){.msg_iov = &m.vector, .msg_iovlen = 1};
  m.header.msg_control = m.control;
  m.header.msg_controllen = CMSG_SPACE(count * sizeof(int));
  struct cmsghdr* control = CMSG_FIRSTHDR(&m.header);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(control), fds, count * sizeof(int));
  return sendmsg(socket, &m.header, 0);
}

// How many there were; the first `most` of them in `fds`. -1: an error.
static inline int receive_fds(int socket, int flags, int* fds, int most) {
  struct fds_message m = {0};
  m.vector = (struct iovec){m.bytes, sizeof m.bytes - 1};
  m.header = (struct msghdr){.msg_iov = &m.vector, .msg_iovlen = 1};
  m.header.msg_control = m.control;
  m.header.msg_controllen = most ? CMSG_SPACE(most * sizeof(int)) : 0;
  ssize_t got = recvmsg(socket, &m.header, flags);
  if (got < 0) {
    printf("received: %s\n", error_name(errno));
    return -1;
  }
  int count = 0;
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&m.header); c; c = CMSG_NXTHDR(&m.header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    int here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (int i = 0; i < here && count < most; ++i)
      memcpy(&fds[count++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
  }
  printf("received %zd '%s', %d files, flags %x\n", got, m.bytes, count, m.header.msg_flags);
  return count;
}
