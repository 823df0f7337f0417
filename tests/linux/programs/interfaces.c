// What the loopback interface is, asked by ioctl.
#include <net/if.h>
#include "sockets.h"

int main(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {0};
  strcpy(request.ifr_name, "lo");
  SHOW(ioctl(fd, SIOCGIFFLAGS, &request));
  printf("%d %d %d\n", !!(request.ifr_flags & IFF_UP), !!(request.ifr_flags & IFF_LOOPBACK),
         !!(request.ifr_flags & IFF_RUNNING));
  SHOW(ioctl(fd, SIOCGIFADDR, &request));
  printf("%s\n", inet_ntoa(((struct sockaddr_in*)&request.ifr_addr)->sin_addr));
  SHOW(ioctl(fd, SIOCGIFNETMASK, &request));
  printf("%s\n", inet_ntoa(((struct sockaddr_in*)&request.ifr_addr)->sin_addr));
  SHOW(ioctl(fd, SIOCGIFMTU, &request));
  printf("%d\n", request.ifr_mtu);
  SHOW(ioctl(fd, SIOCGIFINDEX, &request));
  printf("%d\n", request.ifr_ifindex);
  SHOW(ioctl(fd, SIOCGIFHWADDR, &request));
  printf("%d\n", request.ifr_hwaddr.sa_family);
  memset(request.ifr_name, 0, sizeof request.ifr_name);
  request.ifr_ifindex = 1;
  SHOW(ioctl(fd, SIOCGIFNAME, &request));
  printf("%s\n", request.ifr_name);
  strcpy(request.ifr_name, "nothing");
  SHOW(ioctl(fd, SIOCGIFFLAGS, &request));
  SHOW(ioctl(fd, SIOCGIFFLAGS, BAD_POINTER));
  printf("%s %d\n", if_indextoname(1, request.ifr_name), if_nametoindex("lo"));
  return 0;
}
