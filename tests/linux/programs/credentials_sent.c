// SCM_CREDENTIALS, SO_PASSCRED, SO_PEERCRED.
#include "sockets.h"

static ssize_t send_credentials(int fd, pid_t pid, uid_t uid, gid_t gid) {
  struct fds_message m = {0};
  struct ucred said = {pid, uid, gid};
  m.vector = (struct iovec){"c", 1};
  m.header = (struct msghdr){.msg_iov = &m.vector, .msg_iovlen = 1, .msg_control = m.control};
  m.header.msg_controllen = CMSG_SPACE(sizeof said);
  struct cmsghdr* control = CMSG_FIRSTHDR(&m.header);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_CREDENTIALS;
  control->cmsg_len = CMSG_LEN(sizeof said);
  memcpy(CMSG_DATA(control), &said, sizeof said);
  return sendmsg(fd, &m.header, 0);
}

static void show_credentials(const char* who, int fd) {
  struct fds_message m = {0};
  m.vector = (struct iovec){m.bytes, sizeof m.bytes};
  m.header = (struct msghdr){.msg_iov = &m.vector, .msg_iovlen = 1, .msg_control = m.control};
  m.header.msg_controllen = sizeof m.control;
  ssize_t got = recvmsg(fd, &m.header, MSG_DONTWAIT);
  printf("%s: %zd bytes, flags %x", who, got, m.header.msg_flags);
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&m.header); c; c = CMSG_NXTHDR(&m.header, c)) {
    struct ucred said;
    memcpy(&said, CMSG_DATA(c), sizeof said);
    if (c->cmsg_type == SCM_CREDENTIALS)
      printf(", pid %s uid %d gid %d",
             said.pid == getpid() ? "own"
             : said.pid           ? "other"
                                  : "none",
             said.uid, said.gid);
  }
  printf("\n");
}

static int ends[2];
static void as_nobody(void) {
  SHOW(send_credentials(ends[0], getpid(), 1234, 1234));
  SHOW(send_credentials(ends[0], getpid(), 0, 1234));
  SHOW(send_credentials(ends[0], getpid(), 1234, 0));
  SHOW(send_credentials(ends[0], 1, 1234, 1234));
  SHOW(write(ends[0], "p", 1));
}

int main(void) {
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  write(ends[0], "a", 1);
  show_credentials("not asked", ends[1]);
  printf("%d\n", option_of(ends[1], SOL_SOCKET, SO_PASSCRED));
  write(ends[0], "b", 1);
  set_option(ends[1], SOL_SOCKET, SO_PASSCRED, 1);
  show_credentials("asked too late", ends[1]);
  write(ends[0], "c", 1);
  show_credentials("asked", ends[1]);
  SHOW(send_credentials(ends[0], getpid(), getuid(), getgid()));
  show_credentials("said", ends[1]);
  as_user(1234, as_nobody);
  show_credentials("user", ends[1]);
  show_credentials("user", ends[1]);
  struct ucred peer;
  socklen_t size = sizeof peer;
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  SHOW(getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &peer, &size));
  printf("%d %d %d\n", peer.pid == getpid(), peer.uid, peer.gid);
  int alone = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(getsockopt(alone, SOL_SOCKET, SO_PEERCRED, &peer, &size));
  printf("%d %d %d\n", peer.pid, peer.uid, peer.gid);
  // A stream keeps different senders apart.
  set_option(ends[1], SOL_SOCKET, SO_PASSCRED, 1);
  write(ends[0], "mine", 4);
  pid_t child = fork();
  if (child == 0) {
    write(ends[0], "child", 5);
    _exit(0);
  }
  wait_for("child", child);
  write(ends[0], "mine", 4);
  show_credentials("first", ends[1]);
  show_credentials("second", ends[1]);
  show_credentials("third", ends[1]);
  return 0;
}
