#include "test.h"

#include <zircon/syscalls/object.h>

#include <algorithm>
#include <atomic>

#include "lib/io.h"
#include "lib/mutex.h"
#include "lib/startup.h"
#include "watchdog.h"

// Bounds of the sections that TEST and CHILD fill; the linker defines them.
extern "C" {
extern core::Case* __start_core_cases[];
extern core::Case* __stop_core_cases[];
extern core::ChildCode* __start_core_children[];
extern core::ChildCode* __stop_core_children[];
}

namespace core {
namespace {

constinit std::atomic<uint32_t> failures{0};
constinit user::Mutex output_mutex;

std::span<Case* const> all_cases() { return {__start_core_cases, __stop_core_cases}; }

// Whether `text` matches `pattern`, in which `*` stands for any text and `?` for any character.
bool matches(std::string_view pattern, std::string_view text) {
  size_t at = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  size_t p = 0;
  while (at < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
      ++p;
      ++at;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<ptrdiff_t>(p), pattern.end(),
                     [](char c) { return c == '*'; });
}

bool chosen(const Case& test, std::span<char* const> patterns) {
  char name[128];
  const std::string_view full = jacinth::format_into(name, "{}.{}", test.group, test.name);
  return patterns.empty() ||
         std::ranges::any_of(patterns, [&](const char* p) { return matches(p, full); });
}

zx_info_process_handle_stats_t handle_stats() {
  zx_info_process_handle_stats_t stats{};
  zx_object_get_info(user::self_process(), ZX_INFO_PROCESS_HANDLE_STATS, &stats, sizeof(stats),
                     nullptr, nullptr);
  return stats;
}

// A case gives back every handle it got.
void check_leaks(const zx_info_process_handle_stats_t& before) {
  const zx_info_process_handle_stats_t after = handle_stats();
  for (uint32_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) {
    if (after.handle_count[type] == before.handle_count[type]) continue;
    say("  handles of type {}: {} before, {} after", type, before.handle_count[type],
        after.handle_count[type]);
    failures.fetch_add(1);
  }
}

bool run_case(const Case& test, Watchdog& watchdog) {
  const uint32_t before = failures.load();
  watchdog.start(test);
  const auto handles = handle_stats();
  test.run();
  check_leaks(handles);
  watchdog.stop();
  const bool passed = failures.load() == before;
  say("{} {}.{}", passed ? "ok" : "FAILED", test.group, test.name);
  return passed;
}

}  // namespace

uint32_t failure_count() { return failures.load(); }

void say_line(std::string_view line) {
  const user::MutexGuard guard(output_mutex);
  user::print("{}\n", line);
}

int run_cases(std::span<char* const> patterns) {
  Watchdog watchdog;
  uint32_t passed = 0;
  uint32_t failed = 0;
  for (const Case* test : all_cases()) {
    if (chosen(*test, patterns)) ++(run_case(*test, watchdog) ? passed : failed);
  }
  say("{} passed, {} failed", passed, failed);
  return failed == 0 && passed != 0 ? 0 : 1;
}

void list_cases() {
  for (const Case* test : all_cases()) say("{}.{}", test->group, test->name);
}

int run_child(std::string_view name) {
  for (const ChildCode* code : std::span(__start_core_children, __stop_core_children)) {
    if (code->name != name) continue;
    code->run();
    return failure_count() == 0 ? 0 : 1;
  }
  say("no code named {} for a child", name);
  return 2;
}

namespace detail {

bool fail(Place place, std::string_view what, jacinth::FormatArg actual, std::string_view relation,
          jacinth::FormatArg expected) {
  failures.fetch_add(1);
  const bool numbers = actual.kind == jacinth::FormatArg::Kind::Unsigned;
  if (numbers) {
    say("  {}:{}: {} {} {} (0x{:x}): it is {} (0x{:x})", place.file, place.line, what, relation,
        expected, expected.number, actual, actual.number);
  } else {
    say("  {}:{}: {} {} {}: it is {}", place.file, place.line, what, relation, expected, actual);
  }
  return false;
}

bool check_status(Place place, std::string_view what, zx_status_t actual, zx_status_t expected) {
  if (actual == expected) return true;
  failures.fetch_add(1);
  say("  {}:{}: {} gives {}: it gives {}", place.file, place.line, what,
      zx_status_get_string(expected), zx_status_get_string(actual));
  return false;
}

}  // namespace detail
}  // namespace core
