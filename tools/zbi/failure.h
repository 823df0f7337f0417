// How the tool gives up: one line, naming the file and what is wrong with it.
#pragma once

#include <format>
#include <stdexcept>
#include <string>
#include <string_view>

#include "image/bytes.h"

namespace jacinth::zbi_tool {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void fail(std::string_view file, std::string_view what) {
  throw Failure(std::format("{}: {}", file, what));
}

// `part` says which bytes the error's offset counts in: "" for the file itself, or "BOOTFS".
[[noreturn]] inline void fail(std::string_view file, std::string_view part,
                              const image::ImageError& error) {
  if (part.empty()) fail(file, std::format("{} (at byte {:#x})", error.what, error.offset));
  fail(file, std::format("{}: {} (at its byte {:#x})", part, error.what, error.offset));
}

}  // namespace jacinth::zbi_tool
