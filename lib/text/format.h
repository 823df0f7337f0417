// Typed printing into a buffer or a sink: "{}" takes the next argument, "{:x}" as hexadecimal,
// "{:5}" / "{:<5}" right- or left-justified in 5 columns, "{:08x}" zero-filled, "{{" a brace.
// The number of arguments is checked when compiling.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace jacinth {

// Where printed text goes. Implementations may not allocate or fail.
class TextSink {
 public:
  virtual void write(std::string_view text) = 0;

 protected:
  ~TextSink() = default;
};

// One printable argument, reduced to the few kinds the formatter knows.
struct FormatArg {
  enum class Kind : uint8_t { Signed, Unsigned, Text, Char, Pointer };
  Kind kind;
  uint64_t number = 0;
  std::string_view text;

  template <std::integral T>
  constexpr FormatArg(T value)
      : kind(std::is_signed_v<T> ? Kind::Signed : Kind::Unsigned),
        number(static_cast<uint64_t>(static_cast<int64_t>(value))) {
    if constexpr (std::is_unsigned_v<T>) number = value;
  }
  constexpr FormatArg(bool value) : kind(Kind::Text), text(value ? "true" : "false") {}
  constexpr FormatArg(char value) : kind(Kind::Char), number(static_cast<uint8_t>(value)) {}
  constexpr FormatArg(std::string_view value) : kind(Kind::Text), text(value) {}
  constexpr FormatArg(const char* value) : kind(Kind::Text), text(value) {}
  FormatArg(const void* value) : kind(Kind::Pointer), number(reinterpret_cast<uintptr_t>(value)) {}
  // For types with a text or number of their own: declare `FormatArg to_format_arg(T)` beside the
  // type.
  template <typename T>
    requires requires(const T& value) { to_format_arg(value); }
  constexpr FormatArg(const T& value) : FormatArg(to_format_arg(value)) {}
  static constexpr FormatArg address(uint64_t value) {
    FormatArg arg(value);
    arg.kind = Kind::Pointer;
    return arg;
  }
  template <typename T>
    requires(std::is_enum_v<T> && !requires(const T& value) { to_format_arg(value); })
  constexpr FormatArg(T value) : FormatArg(static_cast<std::underlying_type_t<T>>(value)) {}
};

namespace detail {
// Not constexpr: naming one in a constant expression is the compile-time error.
void brace_without_its_end();
void fields_and_arguments_differ();

consteval size_t count_fields(std::string_view format) {
  size_t fields = 0;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '{') continue;
    if (i + 1 < format.size() && format[i + 1] == '{') {
      ++i;
      continue;
    }
    ++fields;
    while (i < format.size() && format[i] != '}') ++i;
    if (i == format.size()) brace_without_its_end();
  }
  return fields;
}
}  // namespace detail

template <typename... Args>
struct BasicFormatString {
  std::string_view text;
  template <size_t N>
  consteval BasicFormatString(const char (&literal)[N]) : text(literal, N - 1) {
    if (detail::count_fields(text) != sizeof...(Args)) detail::fields_and_arguments_differ();
  }
};
template <typename... Args>
using FormatString = BasicFormatString<std::type_identity_t<Args>...>;

void format_args(TextSink& sink, std::string_view format, std::span<const FormatArg> args);

template <typename... Args>
void format_to(TextSink& sink, FormatString<Args...> format, const Args&... args) {
  const std::array<FormatArg, sizeof...(Args)> list{FormatArg(args)...};
  format_args(sink, format.text, list);
}

// A sink over a fixed buffer; what does not fit is dropped.
class BufferSink final : public TextSink {
 public:
  explicit BufferSink(std::span<char> buffer) : buffer_(buffer) {}
  void write(std::string_view text) override;
  std::string_view view() const { return {buffer_.data(), used_}; }

 private:
  std::span<char> buffer_;
  size_t used_ = 0;
};

template <typename... Args>
std::string_view format_into(std::span<char> buffer, FormatString<Args...> format,
                             const Args&... args) {
  BufferSink sink(buffer);
  format_to(sink, format, args...);
  return sink.view();
}

}  // namespace jacinth
