// return CODE: ends with that exit code.
#include "lib/io.h"
#include "lib/numbers.h"

int main(int argc, char** argv) {
  const auto code = argc == 2 ? user::parse_number(argv[1]) : std::nullopt;
  if (!code) {
    user::print_error("usage: return CODE\n");
    return 2;
  }
  return static_cast<int>(*code);
}
