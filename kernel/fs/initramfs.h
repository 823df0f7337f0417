// The initial root file system: a cpio archive unpacked into a directory.
#pragma once

#include "base/vector.h"
#include "fs/path.h"
#include "image/cpio.h"

namespace jacinth::fs {

// Each file's bytes are copied once, from the archive into the pages that then are the file.
// Entries replace what is there under their name, as Linux has it; no name leads out of the
// directory.
class CpioUnpacker {
 public:
  // `archive` must outlive this.
  CpioUnpacker(image::Bytes archive, const Path& into) : reader_(archive), into_(into) {}

  // Unpacks one entry; false when there are none left. EINVAL: no cpio archive (what() and where()
  // say more); the errors of making an entry, at_entry() then names it.
  ErrnoOr<bool> step();
  // All of them.
  ErrnoOr<> run();

  const image::ImageError& archive_error() const { return archive_error_; }
  std::string_view at_entry() const { return at_entry_; }

 private:
  // A file that has more names to come.
  struct Shared {
    uint64_t device;
    uint32_t inode;
    Path first;
  };

  ErrnoOr<> unpack(const image::CpioEntry& entry);
  ErrnoOr<> make(const image::CpioEntry& entry);
  ErrnoOr<> make_regular(const image::CpioEntry& entry);
  ErrnoOr<> clear_way(const image::CpioEntry& entry);
  ErrnoOr<> finish(const image::CpioEntry& entry);

  image::CpioReader reader_;
  const Path into_;
  Vector<Shared> shared_;
  image::ImageError archive_error_{.what = "", .offset = 0};
  std::string_view at_entry_;
};

}  // namespace jacinth::fs
