// Kinds of work that processes can do without one another.
#pragma once

#include <zircon/types.h>

#include <span>
#include <string_view>

namespace throughput {

struct Work {
  std::string_view name;
  // Does a small portion of it; what it made is gone afterwards.
  zx_status_t (*portion)();
};

std::span<const Work> works();

}  // namespace throughput
