#include "greeting/greeting.h"

#include <algorithm>

int greetings_made = 0;

namespace {

// Made when the library is loaded: it is there only if initialisers are run.
struct Word {
  Word() : text("Hello") {}
  std::string_view text;
};
[[gnu::init_priority(200)]] Word word;

}  // namespace

std::string_view greet(std::span<char> text, std::string_view name) {
  size_t used = 0;
  for (const std::string_view part :
       {word.text, std::string_view(", "), name, std::string_view(", from a shared library!")}) {
    const size_t count = std::min(part.size(), text.size() - used);
    std::copy_n(part.begin(), count, text.begin() + static_cast<std::ptrdiff_t>(used));
    used += count;
  }
  ++greetings_made;
  return {text.data(), used};
}
