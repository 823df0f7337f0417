// An owned Zircon handle: closed when it goes out of scope.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <utility>

namespace user {

class Handle {
 public:
  Handle() = default;
  explicit Handle(zx_handle_t value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(other.release()) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Handle() { reset(); }

  zx_handle_t get() const { return value_; }
  explicit operator bool() const { return value_ != ZX_HANDLE_INVALID; }
  [[nodiscard]] zx_handle_t release() { return std::exchange(value_, ZX_HANDLE_INVALID); }
  void reset() {
    if (value_ != ZX_HANDLE_INVALID) zx_handle_close(release());
  }
  // For calls that write a new handle: drops the old one first.
  zx_handle_t* out() {
    reset();
    return &value_;
  }
  // A second handle with the same rights, or an invalid one.
  Handle duplicate(zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS) const {
    Handle copy;
    zx_handle_duplicate(value_, rights, copy.out());
    return copy;
  }

 private:
  zx_handle_t value_ = ZX_HANDLE_INVALID;
};

}  // namespace user
