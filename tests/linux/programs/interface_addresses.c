// getifaddrs(), which asks by netlink: the loopback interface alone.
#include <ifaddrs.h>
#include <net/if.h>
#include "sockets.h"

int main(void) {
  struct ifaddrs* first;
  if (getifaddrs(&first)) {
    printf("%s\n", error_name(errno));
    return 1;
  }
  for (struct ifaddrs* one = first; one; one = one->ifa_next) {
    if (strcmp(one->ifa_name, "lo") || !one->ifa_addr) continue;
    char text[INET6_ADDRSTRLEN] = "-", mask[INET6_ADDRSTRLEN] = "-";
    int family = one->ifa_addr->sa_family;
    if (family == AF_INET) {
      inet_ntop(family, &((struct sockaddr_in*)one->ifa_addr)->sin_addr, text, sizeof text);
      inet_ntop(family, &((struct sockaddr_in*)one->ifa_netmask)->sin_addr, mask, sizeof mask);
    }
    if (family == AF_INET6) {
      inet_ntop(family, &((struct sockaddr_in6*)one->ifa_addr)->sin6_addr, text, sizeof text);
      inet_ntop(family, &((struct sockaddr_in6*)one->ifa_netmask)->sin6_addr, mask, sizeof mask);
    }
    printf("%d %s %s up %d loopback %d\n", family, text, mask, !!(one->ifa_flags & IFF_UP),
           !!(one->ifa_flags & IFF_LOOPBACK));
  }
  freeifaddrs(first);
  return 0;
}
