// Builds BOOTFS payloads and ZBI containers in memory.
#pragma once

#include "file_list.h"
#include "files.h"
#include "image/zbi.h"

namespace jacinth::zbi_tool {

// An uncompressed BOOTFS of those files, in the order of their names.
Buffer make_bootfs(const FileList& files);

class ImageWriter {
 public:
  ImageWriter();

  // Appends an item with its checksum. For a storage item `extra` is its uncompressed size and
  // `flags` may hold kZbiFlagStorageCompressed. Throws Failure when the image would pass 4 GiB.
  void add(image::ItemType type, image::Bytes payload, uint32_t extra = 0, uint32_t flags = 0);

  // Appends a storage item, compressed by `method` unless the content is compressed already.
  void add_storage(image::ItemType type, std::string_view name, image::Bytes content,
                   image::Compression method);

  Buffer finish();

 private:
  Buffer bytes_;
};

}  // namespace jacinth::zbi_tool
