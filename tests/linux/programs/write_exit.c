// write() and the exit status.
#include <unistd.h>
int main(void) {
  if (write(1, "hello\n", 6) != 6) return 1;
  return 42;
}
