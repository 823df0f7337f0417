#include "shell/parser.h"

#include <cstring>

#include "text/format.h"

namespace shell {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kWordEnds = " \t\r|&;";

}  // namespace

Parser::Result Parser::fail(const char* error) {
  error_ = error;
  return Result::Error;
}

bool Parser::put(std::string_view text) {
  if (text.size() > sizeof(out_->storage_) - out_->stored_) {
    error_ = "the line is too long";
    return false;
  }
  memcpy(out_->storage_ + out_->stored_, text.data(), text.size());
  out_->stored_ += text.size();
  return true;
}

// Takes what stands at the beginning of rest_ inside a word.
bool Parser::take_word_character() {
  const char c = rest_.front();
  rest_.remove_prefix(1);
  if (quote_ != '\0' ? c == quote_ : (c == '\'' || c == '"')) {
    quote_ = quote_ != '\0' ? '\0' : c;
    return true;
  }
  if (quote_ == '\'') return put({&c, 1});
  if (c == '\\' && !rest_.empty()) {
    const char kept = rest_.front();
    rest_.remove_prefix(1);
    return put({&kept, 1});
  }
  if (c == '$' && rest_.starts_with('?')) {
    rest_.remove_prefix(1);
    char number[24];
    return put(jacinth::format_into(number, "{}", last_code_));
  }
  return put({&c, 1});
}

Parser::Token Parser::take_word() {
  const size_t start = out_->stored_;
  quote_ = '\0';
  while (!rest_.empty() && (quote_ != '\0' || !kWordEnds.contains(rest_.front()))) {
    if (!take_word_character()) return Token::Error;
  }
  if (quote_ != '\0') {
    error_ = "a quote is not closed";
    return Token::Error;
  }
  if (out_->word_count_ == CommandLine::kMaxWords) {
    error_ = "too many words";
    return Token::Error;
  }
  out_->words_[out_->word_count_++] = {out_->storage_ + start, out_->stored_ - start};
  return Token::Word;
}

Parser::Token Parser::next_token() {
  const size_t start = rest_.find_first_not_of(kBlanks);
  rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
  if (rest_.empty() || rest_.front() == '#') {
    rest_ = {};
    return Token::End;
  }
  switch (rest_.front()) {
    case '|':
      rest_.remove_prefix(1);
      return Token::Pipe;
    case '&':
      rest_.remove_prefix(1);
      return Token::Background;
    case ';':
      rest_.remove_prefix(1);
      return Token::Semicolon;
    default:
      return take_word();
  }
}

bool Parser::end_command() {
  if (out_->word_count_ == out_->starts_[out_->command_count_]) {
    error_ = "a command is missing";
    return false;
  }
  if (out_->command_count_ == CommandLine::kMaxCommands) {
    error_ = "too many commands in the pipeline";
    return false;
  }
  out_->starts_[++out_->command_count_] = out_->word_count_;
  return true;
}

Parser::Result Parser::next(CommandLine* out) {
  out_ = out;
  out->word_count_ = out->command_count_ = out->stored_ = out->starts_[0] = 0;
  out->background_ = false;
  const size_t skipped = rest_.find_first_not_of(kBlanks);
  rest_.remove_prefix(skipped == std::string_view::npos ? rest_.size() : skipped);
  const std::string_view line = rest_;
  size_t length = 0;
  for (;;) {
    const Token token = next_token();
    switch (token) {
      case Token::Word:
        length = line.size() - rest_.size();
        continue;
      case Token::Error:
        return Result::Error;
      case Token::Pipe:
        if (!end_command()) return Result::Error;
        continue;
      case Token::End:
        if (out->word_count_ == 0) return Result::End;
        [[fallthrough]];
      case Token::Background:
      case Token::Semicolon:
        if (!end_command()) return Result::Error;
        out->background_ = token == Token::Background;
        out->text_ = line.substr(0, length);
        return Result::Pipeline;
    }
  }
}

}  // namespace shell
