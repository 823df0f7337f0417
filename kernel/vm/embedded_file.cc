#include "vm/embedded_file.h"

#include "image/gzip.h"

namespace jacinth::vm {
namespace {

// Larger than any file that is worth embedding.
constexpr uint32_t kLargestFile = 16 << 20;

class Room final : public image::Unpacked {
 public:
  explicit Room(std::span<std::byte> bytes) : bytes_(bytes) {}
  bool append(std::byte byte) override {
    if (size_ == bytes_.size()) return false;
    bytes_[size_++] = byte;
    return true;
  }
  bool repeat(size_t distance, size_t count) override {
    if (distance > size_ - start_ || count > bytes_.size() - size_) return false;
    for (; count != 0; --count, ++size_) bytes_[size_] = bytes_[size_ - distance];
    return true;
  }
  image::Bytes view() const override { return bytes_.subspan(start_, size_ - start_); }
  void restart() override { start_ = size_; }
  bool full() const { return size_ == bytes_.size(); }

 private:
  const std::span<std::byte> bytes_;
  size_t size_ = 0;
  size_t start_ = 0;
};

}  // namespace

Result<EmbeddedFile> EmbeddedFile::open(std::span<const std::byte> stored) {
  EmbeddedFile file;
  file.bytes_ = stored;
  if (!image::is_gzip(stored)) return file;
  // A gzip file ends with the size of what is in it.
  const auto size = image::load<uint32_t>(stored, stored.size() - sizeof(uint32_t));
  if (!size || *size > kLargestFile) return fail(Status::InvalidArgs);
  file.unpacked_ = TRY(Vector<std::byte>::with_size(*size));
  Room room(file.unpacked_);
  if (!image::gunzip(stored, room) || !room.full()) return fail(Status::InvalidArgs);
  file.bytes_ = file.unpacked_;
  return file;
}

}  // namespace jacinth::vm
