// Commands to the kernel itself, as text (21):
//
//   trace KOID all|none|MASK    print the system calls of a process, and of those it creates
//   spins                       print where CPUs have spun for one another since the last time
//   panic                       end as a kernel bug does
#include <algorithm>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "hal/console.h"
#include "hal/spin_report.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr size_t kMaxCommand = 256;

// The first word, which it takes off the text; empty at the end.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

std::optional<uint64_t> parse_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || __builtin_mul_overflow(number, uint64_t{10}, &number) ||
        __builtin_add_overflow(number, static_cast<uint64_t>(c - '0'), &number))
      return std::nullopt;
  }
  return number;
}

std::optional<uint64_t> parse_mask(std::string_view text) {
  if (text == "all") return ~uint64_t{0};
  if (text == "none") return 0;
  return parse_number(text);
}

// Jobs nest no deeper than Job allows, so this may recurse. NOT_FOUND, NO_MEMORY.
Result<RefPtr<Process>> find_process(Job& job, Koid koid) {
  if (auto found = job.child(koid); found && (*found)->type() == ObjectType::Process)
    return object_cast<Process>(std::move(*found));
  const Vector<Koid> jobs = TRY(job.job_koids());
  for (const Koid child : jobs) {
    const auto below = job.child(child);
    if (!below || (*below)->type() != ObjectType::Job) continue;  // it has just ended
    auto found = find_process(static_cast<Job&>(**below), koid);
    if (found || found.error() != Status::NotFound) return found;
  }
  return fail(Status::NotFound);
}

Result<> trace(SyscallContext& ctx, std::string_view arguments) {
  const auto koid = parse_number(take_word(arguments));
  const auto mask = parse_mask(take_word(arguments));
  if (!koid || !mask || !take_word(arguments).empty()) return fail(Status::InvalidArgs);
  Job* root = ctx.process().job().get();
  while (!root->is_root()) root = root->parent().get();
  TRY(find_process(*root, *koid))
  ->set_call_trace(*mask);
  return {};
}

class ConsoleSink final : public TextSink {
 public:
  void write(std::string_view text) override { hal::console_write(text); }
};

Result<> spins(std::string_view arguments) {
  if (!take_word(arguments).empty()) return fail(Status::InvalidArgs);
  ConsoleSink console;
  hal::write_spin_report(console);
  return {};
}

}  // namespace

Result<> sys_debug_send_command(SyscallContext& ctx, HandleValue resource, UserIn<char> buffer,
                                size_t buffer_size) {
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if (buffer_size > kMaxCommand) return fail(Status::InvalidArgs);
  char text[kMaxCommand];
  TRY(buffer.read_array({text, buffer_size}));
  std::string_view command(text, buffer_size);
  const std::string_view name = take_word(command);
  if (name == "trace") return trace(ctx, command);
  if (name == "spins") return spins(command);
  if (name == "panic") panic("asked for by a debug command");
  return fail(Status::InvalidArgs);
}

}  // namespace jacinth::zircon
