#include "shell/completion.h"

#include "shell/builtins.h"

namespace shell {

Completion::Word Completion::word_at_end(std::string_view line) {
  size_t start = line.find_last_of(" |&;");
  start = start == std::string_view::npos ? 0 : start + 1;
  const std::string_view before = line.substr(0, start);
  const size_t last = before.find_last_not_of(' ');
  const bool first =
      last == std::string_view::npos || std::string_view("|&;").contains(before[last]);
  return {line.substr(start), first};
}

void Completion::for_each(const Word& word, CompletionVisitor& visitor) const {
  constexpr std::string_view kPrograms = "bin/";
  const bool names = word.is_command && !word.text.contains('/');
  if (names) {
    for (const Builtin& builtin : builtins()) {
      if (builtin.name.starts_with(word.text)) visitor.visit(builtin.name);
    }
  }
  std::string_view previous;
  files_.for_each([&](std::string_view path, size_t) {
    if (names) {
      if (!path.starts_with(kPrograms)) return;
      path.remove_prefix(kPrograms.size());
    }
    if (!path.starts_with(word.text)) return;
    // A directory stands for all that is in it.
    const size_t slash = path.find('/', word.text.size());
    if (slash != std::string_view::npos) path = path.substr(0, slash + 1);
    if (path != previous) visitor.visit(path);
    previous = path;
  });
}

}  // namespace shell
