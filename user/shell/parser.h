// From a line of text to commands.
//
//   line      pipeline { (';' | '&') pipeline }          '&': do not wait for it
//   pipeline  command { '|' command }
//   command   word { word }
//
// Words are separated by blanks. '…' keeps all characters as they are, in "…" and outside quotes a
// backslash keeps the next one and $? is the last exit code. # begins a comment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "shell/edit_buffer.h"

namespace shell {

// One pipeline, its words unquoted.
class CommandLine {
 public:
  static constexpr size_t kMaxWords = 256;
  static constexpr size_t kMaxCommands = 16;

  size_t command_count() const { return command_count_; }
  std::span<const std::string_view> command(size_t index) const {
    return std::span(words_).subspan(starts_[index], starts_[index + 1] - starts_[index]);
  }
  bool background() const { return background_; }
  // As it was typed; within the line that was parsed.
  std::string_view text() const { return text_; }

  // Takes `count` words off the first command's beginning, of which it has more.
  void drop_words(size_t count) { starts_[0] += count; }

 private:
  friend class Parser;

  std::string_view words_[kMaxWords];
  size_t word_count_ = 0;
  size_t starts_[kMaxCommands + 1] = {};
  size_t command_count_ = 0;
  bool background_ = false;
  std::string_view text_;
  char storage_[2 * kMaxLine];
  size_t stored_ = 0;
};

// Takes one pipeline after the other off a line.
class Parser {
 public:
  // The line must outlive parser and results. `last_code` is looked at when $? is met, so that it
  // is the code of the pipeline before.
  Parser(std::string_view line, const int64_t& last_code) : rest_(line), last_code_(last_code) {}

  enum class Result { Pipeline, End, Error };
  Result next(CommandLine* out);
  // After Error: what is wrong.
  const char* error() const { return error_; }

 private:
  enum class Token { Word, Pipe, Background, Semicolon, End, Error };
  Token next_token();
  Token take_word();
  bool take_word_character();
  bool put(std::string_view text);
  bool end_command();
  Result fail(const char* error);

  std::string_view rest_;
  const int64_t& last_code_;
  const char* error_ = "";
  CommandLine* out_ = nullptr;
  char quote_ = '\0';
};

}  // namespace shell
