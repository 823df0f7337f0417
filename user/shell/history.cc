#include "shell/history.h"

#include <cstring>

namespace shell {

void History::add(std::string_view line) {
  if (line.empty() || (count_ > 0 && newest(0) == line)) return;
  const auto used = [&] { return count_ == 0 ? 0 : ends_[count_ - 1]; };
  while (count_ == kMaxLines || used() + line.size() > kMaxBytes) forget_oldest();
  const size_t start = used();
  memcpy(bytes_ + start, line.data(), line.size());
  ends_[count_++] = start + line.size();
}

std::string_view History::newest(size_t age) const {
  const size_t index = count_ - 1 - age;
  const size_t start = index == 0 ? 0 : ends_[index - 1];
  return {bytes_ + start, ends_[index] - start};
}

void History::forget_oldest() {
  const size_t length = ends_[0];
  memmove(bytes_, bytes_ + length, ends_[count_ - 1] - length);
  for (size_t i = 1; i < count_; ++i) ends_[i - 1] = ends_[i] - length;
  --count_;
}

}  // namespace shell
