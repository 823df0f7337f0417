// hello [NAME]: the smallest program there is to look at.
#include "lib/io.h"

int main(int argc, char** argv) {
  user::print("Hello, {}!\n", argc > 1 ? argv[1] : "world");
  return 0;
}
