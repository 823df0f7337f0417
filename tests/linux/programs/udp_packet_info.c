// Where a datagram was sent to (IP_PKTINFO), and datagrams of IPv6.
#include "sockets.h"

int main(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
  bind_inet(fd, "0.0.0.0", 0);
  SHOW(set_option(fd, IPPROTO_IP, IP_PKTINFO, 1));
  struct sockaddr_in to = inet_address("127.0.0.1", port_of(fd));
  sendto(from, "x", 1, 0, (struct sockaddr*)&to, sizeof to);
  struct fds_message m = {0};
  m.vector = (struct iovec){m.bytes, sizeof m.bytes};
  m.header = (struct msghdr){.msg_iov = &m.vector, .msg_iovlen = 1, .msg_control = m.control};
  m.header.msg_controllen = sizeof m.control;
  SHOW(recvmsg(fd, &m.header, 0));
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&m.header); c; c = CMSG_NXTHDR(&m.header, c)) {
    struct in_pktinfo info;
    memcpy(&info, CMSG_DATA(c), sizeof info);
    printf("%d %d %zu: %s", c->cmsg_level, c->cmsg_type, (size_t)c->cmsg_len,
           inet_ntoa(info.ipi_addr));
    printf(" %s %d\n", inet_ntoa(info.ipi_spec_dst), info.ipi_ifindex);
  }
  int six = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 any = inet6_address("::", 0);
  SHOW(bind(six, (struct sockaddr*)&any, sizeof any));
  SHOW(set_option(six, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  struct sockaddr_in6 to6 = inet6_address("::1", port_of(six));
  int from6 = socket(AF_INET6, SOCK_DGRAM, 0);
  SHOW(sendto(from6, "six", 3, 0, (struct sockaddr*)&to6, sizeof to6));
  to.sin_port = htons(port_of(six));
  SHOW(sendto(from, "four", 4, 0, (struct sockaddr*)&to, sizeof to));
  for (int i = 0; i < 2; ++i) {
    struct sockaddr_in6 sender;
    socklen_t size = sizeof sender;
    char text[8] = {0};
    SHOW(recvfrom(six, text, 8, 0, (struct sockaddr*)&sender, &size));
    printf("%s ", text);
    show_inet_address("from", &sender, size);
  }
  return 0;
}
