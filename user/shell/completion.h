// What the word before the cursor may become: names of programs and built-ins, paths of files.
#pragma once

#include <cstddef>
#include <string_view>

#include "lib/boot_files.h"

namespace shell {

class CompletionVisitor {
 public:
  // `whole` is what the word would become.
  virtual void visit(std::string_view whole) = 0;

 protected:
  ~CompletionVisitor() = default;
};

class Completion {
 public:
  explicit Completion(const user::BootFiles& files) : files_(files) {}

  // The word that ends at the end of `line`, and whether it names a command.
  struct Word {
    std::string_view text;
    bool is_command;
  };
  static Word word_at_end(std::string_view line);

  void for_each(const Word& word, CompletionVisitor& visitor) const;

 private:
  const user::BootFiles& files_;
};

}  // namespace shell
