// echo [WORD…]: the words, with blanks between them.
#include "lib/io.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) user::print("{}{}", std::string_view(i == 1 ? "" : " "), argv[i]);
  user::print("\n");
  return 0;
}
