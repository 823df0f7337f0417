// yes [WORD]: a line again and again, until nobody reads it.
#include "lib/io.h"

int main(int argc, char** argv) {
  while (!user::out().broken()) user::print("{}\n", argc > 1 ? argv[1] : "y");
  return 0;
}
