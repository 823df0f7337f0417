#include "shell/line_editor.h"

#include <algorithm>

namespace shell {
namespace {

using Kind = Key::Kind;
// The narrowest terminal there is in practice; longer lines scroll sideways.
constexpr size_t kColumns = 80;

// Counts completions, and finds how their names begin.
class CommonPrefix final : public CompletionVisitor {
 public:
  void visit(std::string_view whole) override {
    if (count_++ == 0) {
      length_ = std::min(whole.size(), sizeof(bytes_));
      std::copy_n(whole.begin(), length_, bytes_);
      return;
    }
    length_ = std::min(length_, whole.size());
    length_ =
        static_cast<size_t>(std::mismatch(bytes_, bytes_ + length_, whole.begin()).first - bytes_);
  }
  size_t count() const { return count_; }
  std::string_view text() const { return {bytes_, length_}; }

 private:
  size_t count_ = 0;
  size_t length_ = 0;
  char bytes_[jacinth::image::kBootfsNameMax];
};

class Lister final : public CompletionVisitor {
 public:
  explicit Lister(Console& console) : console_(console) {}
  void visit(std::string_view whole) override {
    constexpr size_t kCell = 16;
    const size_t cells = whole.size() / kCell + 1;
    if (column_ + cells * kCell > kColumns) finish();
    console_.write(whole);
    constexpr std::string_view kSpaces = "                ";
    console_.write(kSpaces.substr(whole.size() % kCell));
    column_ += cells * kCell;
  }
  void finish() {
    if (column_ != 0) console_.write("\n");
    column_ = 0;
  }

 private:
  Console& console_;
  size_t column_ = 0;
};

}  // namespace

LineEditor::LineEditor(Console& console, History& history, const user::BootFiles& files)
    : console_(console), history_(history), completion_(files) {}

void LineEditor::begin(std::string_view prompt, std::string_view text) {
  prompt_ = prompt;
  buffer_.set(text);
  age_ = 0;
  first_shown_ = 0;
  if (!console_.at_line_start()) console_.write("\n");
  show();
  console_.set_edited_line(this);
}

LineEditor::Result LineEditor::finish(Result result) {
  buffer_.end();
  show();
  console_.write(result == Result::Interrupted ? "^C\n" : "\n");
  console_.set_edited_line(nullptr);
  return result;
}

LineEditor::Result LineEditor::take(char byte) {
  const Key key = decoder_.take(byte);
  const bool had_listed = std::exchange(listed_, listed_ && key.kind == Kind::None);
  switch (key.kind) {
    case Kind::None:
      break;
    case Kind::Enter:
      history_.add(buffer_.text());
      return finish(Result::Line);
    case Kind::Interrupt:
      return finish(Result::Interrupted);
    case Kind::EndOfInput:
      if (buffer_.empty()) return finish(Result::EndOfInput);
      if (buffer_.erase_after()) show();
      break;
    case Kind::Character:
      insert(key.character);
      break;
    case Kind::Tab:
      listed_ = had_listed;
      complete();
      break;
    case Kind::ClearScreen:
      console_.write("\x1b[H\x1b[2J");
      show();
      break;
    default:
      if (edit(key)) show();
  }
  return Result::More;
}

bool LineEditor::edit(const Key& key) {
  switch (key.kind) {
    case Kind::Backspace:
      return buffer_.erase_before();
    case Kind::Delete:
      return buffer_.erase_after();
    case Kind::Left:
      return buffer_.left();
    case Kind::Right:
      return buffer_.right();
    case Kind::WordLeft:
      return buffer_.word_left();
    case Kind::WordRight:
      return buffer_.word_right();
    case Kind::Home:
      return buffer_.home();
    case Kind::End:
      return buffer_.end();
    case Kind::EraseToEnd:
      return buffer_.erase_to_end();
    case Kind::EraseToStart:
      return buffer_.erase_to_start();
    case Kind::EraseWord:
      return buffer_.erase_word();
    case Kind::Up:
      return older();
    case Kind::Down:
      return newer();
    default:
      return false;
  }
}

void LineEditor::insert(char character) {
  const bool at_end = buffer_.cursor() == buffer_.text().size();
  if (!buffer_.insert({&character, 1})) return console_.write("\a");
  // The usual case needs no redrawing.
  if (at_end && count_columns(buffer_.text().substr(first_shown_)) < width())
    return console_.write({&character, 1});
  show();
}

bool LineEditor::recall(size_t age) {
  if (age_ == 0) draft_.set(buffer_.text());
  age_ = age;
  buffer_.set(age == 0 ? draft_.text() : history_.newest(age - 1));
  return true;
}

bool LineEditor::older() { return age_ < history_.count() && recall(age_ + 1); }
bool LineEditor::newer() { return age_ > 0 && recall(age_ - 1); }

void LineEditor::complete() {
  const Completion::Word word = Completion::word_at_end(buffer_.before_cursor());
  CommonPrefix found;
  completion_.for_each(word, found);
  if (found.count() == 0) return console_.write("\a");
  const size_t typed = word.text.size();
  const std::string_view more = found.text().substr(std::min(typed, found.text().size()));
  buffer_.insert(more);
  if (found.count() == 1) {
    if (!found.text().ends_with('/')) buffer_.insert(" ");
  } else if (more.empty()) {
    // The first time only a bell, the second time the list.
    if (!std::exchange(listed_, true)) return console_.write("\a");
    list_completions(word);
  }
  show();
}

void LineEditor::list_completions(const Completion::Word& word) {
  console_.write("\n");
  Lister lister(console_);
  completion_.for_each(word, lister);
  lister.finish();
}

size_t LineEditor::width() const { return kColumns - 1 - count_columns(prompt_); }

void LineEditor::scroll() {
  first_shown_ = std::min(first_shown_, buffer_.cursor());
  const std::string_view text = buffer_.text();
  while (count_columns(text.substr(first_shown_, buffer_.cursor() - first_shown_)) > width()) {
    do ++first_shown_;
    while (continues_character(text[first_shown_]));
  }
}

void LineEditor::hide() { console_.write("\r\x1b[K"); }

void LineEditor::show() {
  scroll();
  std::string_view shown = buffer_.text().substr(first_shown_);
  size_t bytes = 0;
  for (size_t columns = 0; bytes < shown.size(); ++bytes) {
    if (!continues_character(shown[bytes]) && columns++ == width()) break;
  }
  shown = shown.substr(0, bytes);
  const size_t column =
      count_columns(prompt_) +
      count_columns(buffer_.text().substr(first_shown_, buffer_.cursor() - first_shown_));
  char screen[1024];
  console_.write(jacinth::format_into(screen, "\r{}{}\x1b[K\r\x1b[{}C", prompt_, shown, column));
}

}  // namespace shell
