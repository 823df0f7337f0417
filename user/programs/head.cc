// head [COUNT]: the first lines of the standard input, 10 when not told otherwise.
#include "lib/io.h"
#include "lib/numbers.h"

int main(int argc, char** argv) {
  const auto wanted = argc > 1 ? user::parse_number(argv[1]) : 10;
  if (!wanted || argc > 2) {
    user::print_error("usage: head [COUNT]\n");
    return 2;
  }
  uint64_t left = *wanted;
  char buffer[4096];
  while (left != 0) {
    const size_t count = user::read_input(buffer);
    if (count == 0) break;
    std::string_view text(buffer, count);
    while (left != 0 && !text.empty()) {
      const size_t newline = text.find('\n');
      const size_t length = newline == std::string_view::npos ? text.size() : newline + 1;
      user::out().write(text.substr(0, length));
      text.remove_prefix(length);
      if (newline != std::string_view::npos) --left;
    }
  }
  return 0;
}
