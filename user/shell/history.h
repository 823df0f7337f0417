// The lines entered before.
#pragma once

#include <cstddef>
#include <string_view>

#include "shell/edit_buffer.h"

namespace shell {

// Keeps the newest lines that fit its buffer.
class History {
 public:
  // Not when empty, nor when equal to the newest one.
  void add(std::string_view line);
  size_t count() const { return count_; }
  // The `age`th newest, 0 being the newest. Requires age < count().
  std::string_view newest(size_t age) const;

 private:
  static constexpr size_t kMaxLines = 256;
  static constexpr size_t kMaxBytes = 4 * kMaxLine;

  void forget_oldest();

  // Line i is [ends_[i - 1], ends_[i]) of bytes_, oldest first.
  size_t ends_[kMaxLines] = {};
  size_t count_ = 0;
  char bytes_[kMaxBytes] = {};
};

}  // namespace shell
