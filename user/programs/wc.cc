// wc: how many lines, words and bytes come from the standard input.
#include "lib/io.h"

int main(int, char**) {
  size_t lines = 0, words = 0, bytes = 0;
  bool in_word = false;
  char buffer[4096];
  while (const size_t count = user::read_input(buffer)) {
    bytes += count;
    for (const char c : std::string_view(buffer, count)) {
      if (c == '\n') ++lines;
      const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!blank && !in_word) ++words;
      in_word = !blank;
    }
  }
  user::print("{} {} {}\n", lines, words, bytes);
  return 0;
}
