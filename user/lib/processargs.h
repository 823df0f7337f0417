// Putting a bootstrap message together (zircon/processargs.h).
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "lib/handle.h"

namespace user {

class MessageBuilder {
 public:
  // Too many handles or strings, or too long ones, make write() fail with ZX_ERR_OUT_OF_RANGE.
  void add_handle(uint32_t info, Handle handle);
  zx_status_t write(zx_handle_t channel, std::span<const std::string_view> arguments,
                    std::span<const std::string_view> environment);

 private:
  static constexpr size_t kMaxHandles = 64;
  static constexpr size_t kMaxBytes = 16384;

  bool append(std::span<const std::string_view> strings);

  Handle handles_[kMaxHandles];
  uint32_t infos_[kMaxHandles];
  size_t count_ = 0;
  bool overflow_ = false;
  size_t used_ = 0;
  alignas(8) char bytes_[kMaxBytes];
};

}  // namespace user
