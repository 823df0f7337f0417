// A line on stderr that tells how far a long operation has come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jacinth::zbi_tool {

// Silent unless stderr is a terminal and there is enough to do for anyone to wonder.
class Progress {
 public:
  Progress(std::string_view what, uint64_t total_bytes);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // erases the line

  void advance(uint64_t bytes);

 private:
  std::string what_;
  uint64_t total_;
  uint64_t done_ = 0;
  int shown_percent_ = -1;
  bool visible_;
};

}  // namespace jacinth::zbi_tool
