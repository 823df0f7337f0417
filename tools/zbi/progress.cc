#include "progress.h"

#include <unistd.h>

#include <cstdio>
#include <print>

namespace jacinth::zbi_tool {
namespace {

constexpr uint64_t kWorthShowing = 16 << 20;

}  // namespace

Progress::Progress(std::string_view what, uint64_t total_bytes)
    : what_(what),
      total_(total_bytes),
      visible_(total_bytes >= kWorthShowing && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_) std::print(stderr, "\r\x1b[K");
}

void Progress::advance(uint64_t bytes) {
  if (!visible_) return;
  done_ += bytes;
  const int percent = static_cast<int>(done_ * 100 / total_);
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  std::print(stderr, "\rzbi: {} {} MiB: {} %\x1b[K", what_, total_ >> 20, percent);
}

}  // namespace jacinth::zbi_tool
