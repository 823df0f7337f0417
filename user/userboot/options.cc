#include "userboot/options.h"

namespace userboot {
namespace {

std::string_view without_slashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

void set_program(Options& options, std::string_view text) {
  options.program_words = 0;
  while (options.program_words < Options::kMaxWords) {
    const size_t plus = text.find('+');
    options.program[options.program_words++] = text.substr(0, plus);
    if (plus == std::string_view::npos) return;
    text.remove_prefix(plus + 1);
  }
}

void apply(Options& options, std::string_view word) {
  const size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  if (name == "userboot" && !value.empty()) {
    set_program(options, value);
  } else if (name == "userboot.root") {
    options.root = without_slashes(value);
  } else if (name == "userboot.shutdown") {
    options.at_end = AtEnd::Shutdown;
  } else if (name == "userboot.reboot") {
    options.at_end = AtEnd::Reboot;
  }
}

}  // namespace

Options parse_options(std::string_view command_line) {
  Options options;
  while (!command_line.empty()) {
    const size_t end = command_line.find('\0');
    const std::string_view word = command_line.substr(0, end);
    if (!word.empty() && options.word_count < Options::kMaxWords) {
      options.words[options.word_count++] = word;
      apply(options, word);
    }
    if (end == std::string_view::npos) break;
    command_line.remove_prefix(end + 1);
  }
  return options;
}

}  // namespace userboot
