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

}  // namespace jacinth

// TRY(expression): the expression's value; returns from the enclosing function when there is none.
// CO_TRY is the same inside a coroutine.
#define JACINTH_TRY(expression, return_word)                               \
  ({                                                                       \
    auto&& try_result_ = (expression);                                     \
    if (!try_result_) [[unlikely]]                                         \
      return_word ::std::unexpected(try_result_.error());                  \
    static_assert(!::std::is_lvalue_reference_v<decltype(*try_result_)> || \
                  !::std::is_const_v<decltype(try_result_)>);              \
    ::jacinth::detail::take(::std::move(try_result_));                     \
  })
#define TRY(expression) JACINTH_TRY(expression, return)
#define CO_TRY(expression) JACINTH_TRY(expression, co_return)

namespace jacinth::detail {
template <typename T>
constexpr T take(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace jacinth::detail
