// The machine's RAM, and images put at its end.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hal/host/start.h"

namespace jacinth::launcher {

class Ram {
 public:
  // Throws LaunchError when the host does not have that much.
  explicit Ram(uint64_t bytes);

  // Puts a file, or bytes, in front of what was put before, on pages of its own.
  host::StartImage add_file(const std::string& path);
  host::StartImage add_bytes(std::span<const std::byte> bytes);

  std::span<const std::byte> view(const host::StartImage& image) const;
  int fd() const { return fd_; }
  void* direct_map() const { return map_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t free_bytes() const { return end_; }

 private:
  std::byte* reserve(uint64_t bytes, const std::string& what);

  int fd_ = -1;
  std::byte* map_ = nullptr;
  uint64_t bytes_ = 0;
  uint64_t end_ = 0;  // of what is free
};

}  // namespace jacinth::launcher
