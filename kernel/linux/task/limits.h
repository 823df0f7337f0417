// Resource limits.
#pragma once

#include <array>

#include "abi/linux/constants.h"
#include "abi/linux/types.h"

namespace jacinth::linux {

inline constexpr uint64_t kStackBytes = 8 << 20;
inline constexpr uint64_t kMostFiles = 1 << 20;

struct Limits {
  std::array<abi::rlimit, kLimitCount> of = initial();

  static constexpr std::array<abi::rlimit, kLimitCount> initial() {
    std::array<abi::rlimit, kLimitCount> limits{};
    limits.fill({kUnlimited, kUnlimited});
    limits[kLimitStack] = {kStackBytes, kUnlimited};
    limits[kLimitCore] = {0, kUnlimited};
    limits[kLimitFiles] = {1024, kMostFiles};
    limits[kLimitMemlock] = {kStackBytes, kStackBytes};
    limits[kLimitProcesses] = {32768, 32768};
    limits[kLimitSigpending] = {32768, 32768};
    limits[kLimitMessageQueue] = {819200, 819200};
    limits[kLimitNice] = {0, 0};
    limits[kLimitRealtimePriority] = {0, 0};
    return limits;
  }
};

}  // namespace jacinth::linux
