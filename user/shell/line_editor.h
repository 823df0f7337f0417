// Editing of one line on a terminal.
#pragma once

#include <string_view>

#include "shell/completion.h"
#include "shell/console.h"
#include "shell/edit_buffer.h"
#include "shell/history.h"
#include "shell/keys.h"

namespace shell {

class LineEditor final : public EditedLine {
 public:
  LineEditor(Console& console, History& history, const user::BootFiles& files);

  // Shows the prompt, and `text` as if it had been typed.
  void begin(std::string_view prompt, std::string_view text);
  enum class Result { More, Line, Interrupted, EndOfInput };
  // Anything but More ends the editing; after Line the line is text().
  Result take(char byte);
  std::string_view text() const { return buffer_.text(); }

  void hide() override;
  void show() override;

 private:
  Result finish(Result result);
  bool edit(const Key& key);
  void insert(char character);
  bool recall(size_t age);
  bool older();
  bool newer();
  void complete();
  void list_completions(const Completion::Word& word);
  // Moves the part that is shown so that the cursor is in it.
  void scroll();
  size_t width() const;

  Console& console_;
  History& history_;
  const Completion completion_;
  KeyDecoder decoder_;
  EditBuffer buffer_;
  EditBuffer draft_;  // the new line, while old ones are looked at
  size_t age_ = 0;    // 0: the new line; n: the nth newest of the history
  size_t first_shown_ = 0;
  bool listed_ = false;  // the last key listed completions
  std::string_view prompt_;
};

}  // namespace shell
