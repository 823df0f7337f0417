// Result<T>: a value or the Status that says why there is none.
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

#include "base/status.h"

namespace jacinth {

// Never holds Status::Ok as its error.
template <typename T = void>
using Result = std::expected<T, Status>;

constexpr std::unexpected<Status> fail(Status status) { return std::unexpected(status); }

// Result<> from a Status, Status from a Result.
constexpr Result<> to_result(Status status) {
  if (status == Status::Ok) return {};
  return fail(status);
}
template <typename T>
constexpr Status to_status(const Result<T>& result) {
  return result ? Status::Ok : result.error();
}

// NoMemoryFor<T>::value(): the T that says that there was no memory. What a coroutine whose frame
// could not be had returns.
template <typename T>
struct NoMemoryFor {
  static constexpr T value() { return fail(Status::NoMemory); }
};
template <>
struct NoMemoryFor<Status> {
  static constexpr Status value() { return Status::NoMemory; }
};

}  // namespace jacinth

// TRY(expression): the expression's value; returns from the enclosing function when there is none.
// CO_TRY is the same inside a coroutine.
#define JACINTH_TRY_IMPL(name, expression, return_word) \
  ({                                                    \
    auto&& name = (expression);                         \
    if (!name) [[unlikely]]                             \
      return_word ::std::unexpected(name.error());      \
    ::jacinth::detail::take(::std::move(name));         \
  })
#define JACINTH_TRY_NAME(number) try_result_##number
#define JACINTH_TRY(number, expression, return_word) \
  JACINTH_TRY_IMPL(JACINTH_TRY_NAME(number), expression, return_word)
#define TRY(expression) JACINTH_TRY(__COUNTER__, expression, return)
#define CO_TRY(expression) JACINTH_TRY(__COUNTER__, expression, co_return)

// In a coroutine that ends with a Status: returns the error of a Result<>.
#define CO_TRY_STATUS(expression)                                           \
  do {                                                                      \
    if (auto&& co_try_result_ = (expression); !co_try_result_) [[unlikely]] \
      co_return co_try_result_.error();                                     \
  } while (false)

namespace jacinth::detail {
template <typename T, typename E>
constexpr T take(std::expected<T, E>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace jacinth::detail
