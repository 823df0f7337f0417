#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"

namespace jacinth::zbi_tool {
namespace {

constexpr size_t kReadChunk = 1 << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  // Reports what the destructor could not: a write that failed late.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

[[noreturn]] void fail_errno(const std::filesystem::path& path) {
  fail(path.string(), std::strerror(errno));
}

bool write_all(int descriptor, image::Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

mode_t current_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace

Buffer read_file(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) fail_errno(path);
  struct stat info{};
  if (::fstat(file.number(), &info) != 0) fail_errno(path);

  Buffer bytes(S_ISREG(info.st_mode) ? static_cast<size_t>(info.st_size) : kReadChunk);
  size_t filled = 0;
  // Until the end is seen: the file may be longer by now, or a pipe.
  for (;;) {
    if (filled == bytes.size()) bytes.resize(filled + kReadChunk);
    const ssize_t got = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (got == 0) break;
    if (got < 0 && errno != EINTR) fail_errno(path);
    if (got > 0) filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

void write_file(const std::filesystem::path& path, image::Bytes bytes) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.number() < 0 || !write_all(file.number(), bytes) || !file.close()) fail_errno(path);
    return;
  }

  std::string temporary = path.string() + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.number() < 0) fail_errno(path);
  if (!write_all(file.number(), bytes) || ::fchmod(file.number(), 0666 & ~current_umask()) != 0 ||
      !file.close() || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    fail_errno(path);
  }
}

}  // namespace jacinth::zbi_tool
