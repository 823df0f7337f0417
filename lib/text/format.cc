#include "text/format.h"

#include <algorithm>
#include <cstring>

namespace jacinth {
namespace {

struct Spec {
  bool hex = false;
  bool left = false;
  char fill = ' ';
  size_t width = 0;
};

Spec parse_spec(std::string_view text) {
  Spec spec;
  for (char c : text) {
    if (c == 'x') {
      spec.hex = true;
    } else if (c == '<') {
      spec.left = true;
    } else if (c == '0' && spec.width == 0) {
      spec.fill = '0';
    } else if (c >= '0' && c <= '9') {
      spec.width = spec.width * 10 + static_cast<size_t>(c - '0');
    }
  }
  return spec;
}

void write_padded(TextSink& sink, const Spec& spec, std::string_view text) {
  const size_t padding = text.size() < spec.width ? spec.width - text.size() : 0;
  if (spec.left) sink.write(text);
  for (size_t i = 0; i < padding; ++i) sink.write({&spec.fill, 1});
  if (!spec.left) sink.write(text);
}

std::string_view digits_of(std::span<char, 24> buffer, uint64_t value, unsigned base) {
  size_t at = buffer.size();
  do {
    buffer[--at] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  return {&buffer[at], buffer.size() - at};
}

void write_arg(TextSink& sink, Spec spec, const FormatArg& arg) {
  char buffer[24];
  switch (arg.kind) {
    case FormatArg::Kind::Text:
      return write_padded(sink, spec, arg.text);
    case FormatArg::Kind::Char:
      buffer[0] = static_cast<char>(arg.number);
      return write_padded(sink, spec, {buffer, 1});
    case FormatArg::Kind::Pointer:
      sink.write("0x");
      spec.hex = true;
      break;
    case FormatArg::Kind::Signed:
      if (!spec.hex && static_cast<int64_t>(arg.number) < 0) {
        std::string_view digits = digits_of(buffer, 0 - arg.number, 10);
        char* sign = const_cast<char*>(digits.data()) - 1;
        *sign = '-';
        return write_padded(sink, spec, {sign, digits.size() + 1});
      }
      break;
    case FormatArg::Kind::Unsigned:
      break;
  }
  write_padded(sink, spec, digits_of(buffer, arg.number, spec.hex ? 16 : 10));
}

}  // namespace

void format_args(TextSink& sink, std::string_view format, std::span<const FormatArg> args) {
  size_t next = 0;
  while (!format.empty()) {
    const size_t brace = format.find_first_of("{}");
    sink.write(format.substr(0, brace));
    if (brace == std::string_view::npos) return;
    format.remove_prefix(brace);
    if (format.size() >= 2 && format[0] == format[1]) {
      sink.write(format.substr(0, 1));
      format.remove_prefix(2);
      continue;
    }
    const size_t end = format.find('}');
    if (format[0] == '{' && end != std::string_view::npos && next < args.size())
      write_arg(sink, parse_spec(format.substr(1, end - 1)), args[next++]);
    format.remove_prefix(end == std::string_view::npos ? format.size() : end + 1);
  }
}

void BufferSink::write(std::string_view text) {
  const size_t count = std::min(text.size(), buffer_.size() - used_);
  if (count != 0) memcpy(buffer_.data() + used_, text.data(), count);
  used_ += count;
}

}  // namespace jacinth
