// The tests' framework: cases, what they expect, and running them.
//
//   TEST(events, start_unsignalled) {
//     const Handle event = make_event();
//     EXPECT_EQ(signals_of(event), ZX_SIGNAL_NONE);
//   }
//
// EXPECT_… notes a failure and goes on; ASSERT_… leaves the function too. Any thread may expect
// something.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <concepts>
#include <span>
#include <string_view>
#include <utility>

#include "text/format.h"

namespace core {

struct Case {
  std::string_view group;
  std::string_view name;
  void (*run)();
};

// What a process of its own runs: see child.h.
struct ChildCode {
  std::string_view name;
  void (*run)();
};

struct Place {
  const char* file;
  int line;
};

// Failures noted in this process so far.
uint32_t failure_count();

// One whole line of output; lines of several threads do not mix.
void say_line(std::string_view line);
template <typename... Args>
void say(jacinth::FormatString<Args...> format, const Args&... args) {
  char line[400];
  say_line(jacinth::format_into(line, format, args...));
}

// Runs the cases whose group.name matches one of the patterns (all without any), which may hold `*`
// and
// `?`; returns the program's exit code.
int run_cases(std::span<char* const> patterns);
void list_cases();
// In a child process: runs the code of this name; 0 if nothing in it failed.
int run_child(std::string_view name);

namespace detail {

bool fail(Place place, std::string_view what, jacinth::FormatArg actual, std::string_view relation,
          jacinth::FormatArg expected);
bool check_status(Place place, std::string_view what, zx_status_t actual, zx_status_t expected);

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

template <typename A, typename B>
bool equal(const A& a, const B& b) {
  if constexpr (Number<A> && Number<B>) {
    return std::cmp_equal(a, b);
  } else {
    return a == b;
  }
}

template <typename A, typename B>
bool less(const A& a, const B& b) {
  if constexpr (Number<A> && Number<B>) {
    return std::cmp_less(a, b);
  } else {
    return a < b;
  }
}

template <typename A, typename B>
bool check_equal(Place place, std::string_view what, const A& actual, const B& expected) {
  return equal(actual, expected) || fail(place, what, actual, "is", expected);
}
template <typename A, typename B>
bool check_differs(Place place, std::string_view what, const A& actual, const B& other) {
  return !equal(actual, other) || fail(place, what, actual, "is not", other);
}
template <typename A, typename B>
bool check_at_least(Place place, std::string_view what, const A& actual, const B& least) {
  return !less(actual, least) || fail(place, what, actual, "is at least", least);
}
template <typename A, typename B>
bool check_less(Place place, std::string_view what, const A& actual, const B& bound) {
  return less(actual, bound) || fail(place, what, actual, "is below", bound);
}

}  // namespace detail
}  // namespace core

#define CORE_PLACE \
  core::Place { __FILE_NAME__, __LINE__ }

#define EXPECT_EQ(actual, expected) core::detail::check_equal(CORE_PLACE, #actual, actual, expected)
#define EXPECT_NE(actual, other) core::detail::check_differs(CORE_PLACE, #actual, actual, other)
#define EXPECT_GE(actual, least) core::detail::check_at_least(CORE_PLACE, #actual, actual, least)
#define EXPECT_LT(actual, bound) core::detail::check_less(CORE_PLACE, #actual, actual, bound)
#define EXPECT_TRUE(condition) \
  core::detail::check_equal(CORE_PLACE, #condition, static_cast<bool>(condition), true)
#define EXPECT_FALSE(condition) \
  core::detail::check_equal(CORE_PLACE, #condition, static_cast<bool>(condition), false)
// The status that a call returns, printed by name.
#define EXPECT_STATUS(call, expected) core::detail::check_status(CORE_PLACE, #call, call, expected)
#define EXPECT_OK(call) EXPECT_STATUS(call, ZX_OK)

#define ASSERT_TRUE(condition) \
  if (!EXPECT_TRUE(condition)) return
#define ASSERT_EQ(actual, expected) \
  if (!EXPECT_EQ(actual, expected)) return
#define ASSERT_STATUS(call, expected) \
  if (!EXPECT_STATUS(call, expected)) return
#define ASSERT_OK(call) ASSERT_STATUS(call, ZX_OK)

// The linker gathers pointers to all cases in a section: nothing needs to run before main().
#define CORE_REGISTER(section_name, type, variable, ...) \
  constinit type variable = {__VA_ARGS__};               \
  [[gnu::section(section_name), gnu::used, gnu::retain]] \
  constinit type* variable##_entry = &variable

#define TEST(group, name)                                                              \
  static void test_##group##_##name();                                                 \
  static CORE_REGISTER("core_cases", core::Case, case_##group##_##name, #group, #name, \
                       test_##group##_##name);                                         \
  static void test_##group##_##name()

// Code for another process, started by its name with core::Child.
#define CHILD(name)                                                                          \
  static void child_##name();                                                                \
  static CORE_REGISTER("core_children", core::ChildCode, entry_##name, #name, child_##name); \
  static void child_##name()
