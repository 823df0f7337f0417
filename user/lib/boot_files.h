// The files that came with the boot image, and programs among them.
#pragma once

#include <zircon/types.h>

#include <optional>
#include <string_view>

#include "image/bootfs.h"
#include "lib/spawn.h"

namespace user {

class BootFiles {
 public:
  // Maps the file system in `vmo`, which is lent and must stay open; for running programs from it,
  // it needs the right to execute. Paths begin at the directory `root`, which has no slashes at its
  // ends. On failure `*explain` is a static text.
  static std::optional<BootFiles> open(zx_handle_t vmo, std::string_view root,
                                       const char** explain);
  // As this program was given them: PA_VMO_BOOTFS, and `userboot.root` of the environment.
  static std::optional<BootFiles> open_given();

  // An empty view (bytes.data() is nullptr) when there is no such file. A leading slash is ignored.
  FileView find(std::string_view path) const;

  // Calls visit(path, size in bytes) for each file below the root, in the image's order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const jacinth::image::BootfsFile file : files_) {
      if (const auto path = below_root(file.name)) visit(*path, file.data.size());
    }
  }

 private:
  BootFiles(zx_handle_t vmo, std::string_view root, jacinth::image::Bootfs files)
      : vmo_(vmo), root_(root), files_(files) {}
  std::optional<std::string_view> below_root(std::string_view name) const;

  zx_handle_t vmo_;
  std::string_view root_;
  jacinth::image::Bootfs files_;
};

// Sets program.file and program.dynamic_linker. ZX_ERR_NOT_FOUND: there is no such file, or not the
// dynamic linker it asks for. ZX_ERR_IO_DATA_INTEGRITY: it is no program.
zx_status_t find_program(const BootFiles& files, std::string_view path, Program* program);

}  // namespace user
