// Extended attributes on a temporary file system, as far as all of them agree.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
int main(void) {
  char value[16];
  long result = getxattr("/", "user.none", value, sizeof value);
  printf("%ld %d\n", result, errno == ENODATA || errno == EOPNOTSUPP);
  result = getxattr("/nonexistent", "user.none", value, sizeof value);
  printf("%ld %s\n", result, strerror(errno));
  result = fgetxattr(99, "user.none", value, sizeof value);
  printf("%ld %s\n", result, strerror(errno));
  return 0;
}
