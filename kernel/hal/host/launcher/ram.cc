#include "hal/host/launcher/ram.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "hal/host/launcher/launch.h"

namespace jacinth::launcher {
namespace {

constexpr uint64_t kPage = 4096;
// What the kernel needs besides the images.
constexpr uint64_t kLeastFree = 8 << 20;

uint64_t host_memory_available() {
  std::ifstream lines("/proc/meminfo");
  for (std::string name; lines >> name;) {
    uint64_t kibibytes = 0;
    if (name == "MemAvailable:" && lines >> kibibytes) return kibibytes << 10;
  }
  return ~uint64_t{0};
}

[[noreturn]] void fail(const std::string& what) {
  throw LaunchError(what + ": " + std::strerror(errno));
}

class File {
 public:
  explicit File(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) fail(path);
  }
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Ram::Ram(uint64_t bytes) : bytes_(bytes & ~(kPage - 1)), end_(bytes_) {
  if (bytes > host_memory_available())
    throw LaunchError("the host does not have " + std::to_string(bytes >> 20) + " MiB to spare");
  fd_ = memfd_create("jacinth", MFD_CLOEXEC);
  if (fd_ < 0 || ftruncate(fd_, static_cast<off_t>(1) << 40) != 0) fail("memory file");
  void* map = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd_, 0);
  if (map == MAP_FAILED) fail("memory");
  map_ = static_cast<std::byte*>(map);
}

std::byte* Ram::reserve(uint64_t bytes, const std::string& what) {
  const uint64_t pages = (bytes + kPage - 1) & ~(kPage - 1);
  if (end_ < kLeastFree || pages > end_ - kLeastFree)
    throw LaunchError(what + ": too large for " + std::to_string(bytes_ >> 20) + " MiB of memory");
  end_ -= pages;
  return map_ + end_;
}

host::StartImage Ram::add_file(const std::string& path) {
  const File file(path);
  struct stat about{};
  if (fstat(file.fd(), &about) != 0) fail(path);
  if (!S_ISREG(about.st_mode)) throw LaunchError(path + ": not a regular file");
  const auto bytes = static_cast<uint64_t>(about.st_size);
  std::byte* place = reserve(bytes, path);
  for (uint64_t done = 0; done < bytes;) {
    const ssize_t got = read(file.fd(), place + done, bytes - done);
    if (got < 0) fail(path);
    if (got == 0) throw LaunchError(path + ": became shorter while it was read");
    done += static_cast<uint64_t>(got);
  }
  return {end_, bytes};
}

host::StartImage Ram::add_bytes(std::span<const std::byte> bytes) {
  std::ranges::copy(bytes, reserve(bytes.size(), "built-in image"));
  return {end_, bytes.size()};
}

std::span<const std::byte> Ram::view(const host::StartImage& image) const {
  return {map_ + image.offset, image.bytes};
}

}  // namespace jacinth::launcher
