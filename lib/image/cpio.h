// cpio archives in the "newc" format, as Linux takes its initial root file system: headers of
// hexadecimal text, each followed by a name and a file's bytes, both padded to 4 bytes.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace jacinth::image {

struct CpioEntry {
  std::string_view name;  // not empty, without a NUL; may be absolute or hold ".."
  uint32_t inode = 0;     // with device: the same for all names of one file
  uint32_t mode = 0;      // with the file type, as in st_mode
  uint32_t user = 0;
  uint32_t group = 0;
  uint32_t links = 0;
  uint32_t modified = 0;                          // seconds since the Unix epoch
  uint32_t device_major = 0, device_minor = 0;    // what it was archived from
  uint32_t special_major = 0, special_minor = 0;  // of device nodes
  Bytes data;           // a link's target; of a file with several names, perhaps at one alone
  uint64_t offset = 0;  // of the data within the archive
};

// Reads entry by entry. Several archives in a row, with zeros between them, are read as one; so is
// an archive that lacks its trailer.
class CpioReader {
 public:
  explicit CpioReader(Bytes archive) : archive_(archive) {}

  // The next entry; nullopt at the end. After an error there is nothing more to be had.
  Parsed<std::optional<CpioEntry>> next();

 private:
  void skip_zeros();

  Bytes archive_;
  uint64_t position_ = 0;
};

}  // namespace jacinth::image
