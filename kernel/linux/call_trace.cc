#include "linux/call_trace.h"

#include <algorithm>

#include "base/print.h"
#include "hal/console.h"
#include "linux/task/linux_thread.h"

namespace jacinth::linux {
namespace {

constexpr size_t kShownText = 40;

// As much of a program's text as fits a line, in quotes. `length` is what there is, at most.
void print_text(TextSink& sink, VirtAddr at, uint64_t length, bool until_nul) {
  char text[kShownText];
  size_t shown = 0;
  bool whole = length <= sizeof text;
  while (shown < std::min<uint64_t>(length, sizeof text)) {
    if (!vm::copy_in(&text[shown], at + shown, 1)) break;
    if (until_nul && text[shown] == '\0') {
      whole = true;
      break;
    }
    ++shown;
  }
  if (shown == 0 && !whole) return format_to(sink, "{}", at);
  std::replace_if(text, text + shown, [](char c) { return c < ' ' || c > '~'; }, '.');
  format_to(sink, "\"{}\"{}", std::string_view(text, shown), std::string_view(whole ? "" : "..."));
}

void print_octal(TextSink& sink, uint32_t value) {
  char digits[12];
  size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + (value & 7));
    value >>= 3;
  } while (value != 0);
  digits[--at] = '0';
  sink.write({digits + at, sizeof digits - at});
}

void print_argument(TextSink& sink, const ArgumentDescription& argument, const Arguments& values,
                    uint64_t value) {
  format_to(sink, "{}=", argument.name());
  switch (argument.kind) {
    case ArgumentKind::Int32:
    case ArgumentKind::Signal:
      return format_to(sink, "{}", static_cast<int32_t>(value));
    case ArgumentKind::Uint32:
      return format_to(sink, "{}", static_cast<uint32_t>(value));
    case ArgumentKind::Int64:
      return format_to(sink, "{}", static_cast<int64_t>(value));
    case ArgumentKind::Uint64:
      return format_to(sink, "{}", value);
    case ArgumentKind::Flags:
      return format_to(sink, "0x{:x}", static_cast<uint32_t>(value));
    case ArgumentKind::Mode:
      return print_octal(sink, static_cast<uint32_t>(value));
    case ArgumentKind::Text:
      if (argument.length_argument >= 0)
        return print_text(sink, VirtAddr{value}, values[argument.length_argument], false);
      [[fallthrough]];
    case ArgumentKind::Address:
    case ArgumentKind::Pointer:
    case ArgumentKind::OutPointer:
      return format_to(sink, "{}", VirtAddr{value});
    case ArgumentKind::String:
      return print_text(sink, VirtAddr{value}, ~uint64_t{0}, true);
  }
}

}  // namespace

void print_call(Thread& thread, const hal::LinuxCall& call, const CallEntry* entry,
                const SysResult& result) {
  // One write for the whole line, so that lines of several CPUs do not mix.
  char line[512];
  BufferSink sink(line);
  const int32_t id = static_cast<LinuxThread*>(thread.personality_state())->id();
  if (entry == nullptr) {
    format_to(sink, "{}: syscall {}(", id, call.number);
  } else {
    format_to(sink, "{}: syscall {}(", id, entry->name);
    for (size_t i = 0; i < entry->argument_count; ++i) {
      if (i != 0) sink.write(", ");
      print_argument(sink, entry->arguments[i], call.args, call.args[i]);
    }
  }
  constexpr uint64_t kShownAsAddress = 1 << 24;
  if (!result) {
    format_to(sink, ") -> {}\n", errno_name(result.error()));
  } else if (*result >= kShownAsAddress) {
    format_to(sink, ") -> 0x{:x}\n", *result);
  } else {
    format_to(sink, ") -> {}\n", *result);
  }
  hal::stream_write(hal::Stream::Error, sink.view());
}

}  // namespace jacinth::linux
