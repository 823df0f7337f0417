#include "image_writer.h"

#include <limits>

#include "failure.h"
#include "image/bootfs.h"
#include "progress.h"
#include "storage.h"

namespace jacinth::zbi_tool {
namespace {

using image::ZbiHeader;

template <typename T>
void store(Buffer& out, size_t offset, const T& value) {
  memcpy(out.data() + offset, &value, sizeof(T));
}

size_t entry_size(std::string_view name) {
  return *image::round_up(sizeof(image::BootfsEntry) + name.size() + 1, 4);
}

}  // namespace

Buffer make_bootfs(const FileList& files) {
  size_t directory_size = 0;
  for (const auto& [name, path] : files.files()) directory_size += entry_size(name);

  Buffer out(
      *image::round_up(sizeof(image::BootfsHeader) + directory_size, image::kBootfsPageSize));
  store(out, 0,
        image::BootfsHeader{image::kBootfsMagic, static_cast<uint32_t>(directory_size), {}});

  size_t entry_offset = sizeof(image::BootfsHeader);
  for (const auto& [name, path] : files.files()) {
    const Buffer data = read_file(path);
    const size_t offset = out.size();
    if (data.size() > kStorageMax - offset) {
      fail(path.string(), std::format("the BOOTFS would pass {} bytes", kStorageMax));
    }
    store(out, entry_offset,
          image::BootfsEntry{static_cast<uint32_t>(name.size() + 1),
                             static_cast<uint32_t>(data.size()), static_cast<uint32_t>(offset)});
    memcpy(out.data() + entry_offset + sizeof(image::BootfsEntry), name.data(), name.size());
    entry_offset += entry_size(name);
    out.insert(out.end(), data.begin(), data.end());
    out.resize(*image::round_up(out.size(), image::kBootfsPageSize));
  }
  return out;
}

ImageWriter::ImageWriter() : bytes_(sizeof(ZbiHeader)) {}

void ImageWriter::add(image::ItemType type, image::Bytes payload, uint32_t extra, uint32_t flags) {
  constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max() - 2 * sizeof(ZbiHeader);
  if (payload.size() > kMost - bytes_.size()) throw Failure("the image would pass 4 GiB");
  ZbiHeader header{.type = static_cast<uint32_t>(type),
                   .length = static_cast<uint32_t>(payload.size()),
                   .extra = extra,
                   .flags = flags | image::kZbiFlagVersion | image::kZbiFlagCrc32,
                   .reserved = {},
                   .magic = image::kZbiItemMagic,
                   .crc32 = 0};
  header.crc32 = image::zbi_item_crc(header, payload);
  const size_t offset = bytes_.size();
  bytes_.resize(offset + sizeof(header) + *image::round_up(payload.size(), image::kZbiAlignment));
  store(bytes_, offset, header);
  if (!payload.empty()) {
    memcpy(bytes_.data() + offset + sizeof(header), payload.data(), payload.size());
  }
}

void ImageWriter::add_storage(image::ItemType type, std::string_view name, image::Bytes content,
                              image::Compression method) {
  if (image::compression_of(content) != image::Compression::None) {
    const size_t size = decompress(name, content).size();
    return add(type, content, static_cast<uint32_t>(size), image::kZbiFlagStorageCompressed);
  }
  if (content.size() > kStorageMax) {
    fail(name, std::format("larger than {} bytes, the most that an item may hold", kStorageMax));
  }
  const auto size = static_cast<uint32_t>(content.size());
  if (method == image::Compression::None) return add(type, content, size);
  add(type, compress(method, content), size, image::kZbiFlagStorageCompressed);
}

Buffer ImageWriter::finish() {
  store(bytes_, 0,
        ZbiHeader{.type = static_cast<uint32_t>(image::ItemType::Container),
                  .length = static_cast<uint32_t>(bytes_.size() - sizeof(ZbiHeader)),
                  .extra = image::kZbiContainerMagic,
                  .flags = image::kZbiFlagVersion,
                  .reserved = {},
                  .magic = image::kZbiItemMagic,
                  .crc32 = image::kZbiNoCrc});
  return std::move(bytes_);
}

}  // namespace jacinth::zbi_tool
