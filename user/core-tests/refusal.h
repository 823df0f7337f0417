// Cases that are one call with one thing wrong about it.
#pragma once

#include <utility>

#include "support.h"

namespace core {

// The handle with all rights but these; other than a duplicate, any handle may be had so.
inline Handle stripped(Handle handle, zx_rights_t rights) {
  const zx_rights_t left = basic_info(handle.get()).rights & ~rights;
  Handle result;
  EXPECT_OK(zx_handle_replace(handle.release(), left, result.out()));
  return result;
}

}  // namespace core

// A case of this group that expects `status` of the call.
#define REFUSAL(group, name, status, ...) \
  TEST(group, name) { EXPECT_STATUS((__VA_ARGS__), status); }

// Three: no handle, handle 0, and one to something else (any_other() of the file). The call says
// `it` where the handle goes.
#define REFUSES_HANDLES(group, name, ...)            \
  TEST(group, name##_wants_a_handle) {               \
    const zx_handle_t it = kBadHandle;               \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_BAD_HANDLE); \
  }                                                  \
  TEST(group, name##_wants_a_handle_that_is_not_0) { \
    const zx_handle_t it = ZX_HANDLE_INVALID;        \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_BAD_HANDLE); \
  }                                                  \
  TEST(group, name##_wants_the_right_type) {         \
    const Handle other = any_other();                \
    const zx_handle_t it = other.get();              \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_WRONG_TYPE); \
  }

// A right that the call needs: without it, ACCESS_DENIED.
#define NEEDS(group, name, right, object, ...)          \
  TEST(group, name) {                                   \
    const Handle lacking = stripped(object, right);     \
    const zx_handle_t it = lacking.get();               \
    EXPECT_STATUS((__VA_ARGS__), ZX_ERR_ACCESS_DENIED); \
  }
