#include "zircon/call_trace.h"

#include <algorithm>

#include "base/print.h"
#include "hal/console.h"
#include "object/task/process.h"
#include "vm/user_memory.h"
#include "zircon/call_description.h"

namespace jacinth::zircon {
namespace {

// As much of a program's text as fits a line, in quotes.
void print_text(TextSink& sink, VirtAddr at, uint64_t length) {
  char text[40];
  const size_t shown = std::min<uint64_t>(length, sizeof(text));
  if (!vm::copy_in(text, at, shown)) return format_to(sink, "{}", at);
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '.');
  format_to(sink, "\"{}\"{}", std::string_view(text, shown),
            std::string_view(shown < length ? "..." : ""));
}

void print_argument(TextSink& sink, const ArgumentDescription& argument,
                    const SyscallArguments& values, size_t index) {
  const uint64_t value = values[index];
  format_to(sink, "{}{}=", std::string_view(index == 0 ? "" : ", "), argument.name());
  switch (argument.kind) {
    case ArgumentKind::Handle:
    case ArgumentKind::Rights:
    case ArgumentKind::Signals:
      return format_to(sink, "0x{:x}", static_cast<uint32_t>(value));
    case ArgumentKind::Status:
      return format_to(sink, "{}", Status{static_cast<int32_t>(value)});
    case ArgumentKind::Bool:
      return format_to(sink, "{}", static_cast<uint8_t>(value) != 0);
    case ArgumentKind::Uint8:
      return format_to(sink, "{}", static_cast<uint8_t>(value));
    case ArgumentKind::Uint16:
      return format_to(sink, "{}", static_cast<uint16_t>(value));
    case ArgumentKind::Int32:
      return format_to(sink, "{}", static_cast<int32_t>(value));
    case ArgumentKind::Uint32:
      return format_to(sink, "{}", static_cast<uint32_t>(value));
    case ArgumentKind::Int64:
    case ArgumentKind::Duration:
      return format_to(sink, "{}", static_cast<int64_t>(value));
    case ArgumentKind::Time:
      if (static_cast<int64_t>(value) == kForever.ns) return sink.write("infinite");
      return format_to(sink, "{}", static_cast<int64_t>(value));
    case ArgumentKind::Koid:
    case ArgumentKind::Uint64:
      return format_to(sink, "{}", value);
    case ArgumentKind::Text:
      return print_text(sink, VirtAddr{value},
                        values[static_cast<size_t>(argument.length_argument)]);
    case ArgumentKind::Address:
    case ArgumentKind::Pointer:
    case ArgumentKind::OutPointer:
      return format_to(sink, "{}", VirtAddr{value});
  }
}

void print_result(TextSink& sink, ResultKind kind, int64_t value) {
  switch (kind) {
    case ResultKind::Status:
      return format_to(sink, " -> {}\n", Status{static_cast<int32_t>(value)});
    case ResultKind::Count:
      if (value < 0) return format_to(sink, " -> {}\n", Status{static_cast<int32_t>(value)});
      [[fallthrough]];
    case ResultKind::Value:
      return format_to(sink, " -> {}\n", value);
    case ResultKind::Never:
      return sink.write("\n");
  }
}

}  // namespace

void print_call(Thread& thread, uint64_t number, const SyscallArguments& arguments, int64_t value) {
  const CallDescription* call = describe_syscall(number);
  if (call == nullptr) return;
  // One write for the whole line, so that lines of several CPUs do not mix.
  char line[512];
  BufferSink sink(line);
  format_to(sink, "{}: syscall {}(", thread.process().koid(), call->name);
  for (size_t i = 0; i < call->argument_count; ++i)
    print_argument(sink, call->arguments[i], arguments, i);
  sink.write(")");
  print_result(sink, call->result, value);
  hal::console_write(sink.view());
}

}  // namespace jacinth::zircon
