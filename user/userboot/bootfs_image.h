// The boot image's file system, unpacked and mapped.
#pragma once

#include <zircon/types.h>

#include <optional>
#include <string_view>

#include "image/bootfs.h"
#include "lib/handle.h"
#include "lib/spawn.h"

namespace userboot {

class BootfsImage {
 public:
  // Finds the BOOTFS item in the ZBI, unpacks it into a VMO of its own, and marks the item as used
  // up so that nobody unpacks it again. Says what is wrong through `explain` (a static text) on
  // failure.
  static std::optional<BootfsImage> unpack(zx_handle_t zbi, zx_handle_t root_resource,
                                           const char** explain);

  // An empty view when there is no such file.
  user::FileView find(std::string_view root, std::string_view name) const;
  // Read and execute rights; the size is the file system's, rounded to pages.
  zx_handle_t vmo() const { return vmo_.get(); }

 private:
  BootfsImage(user::Handle vmo, jacinth::image::Bootfs files)
      : vmo_(static_cast<user::Handle&&>(vmo)), files_(files) {}

  user::Handle vmo_;
  jacinth::image::Bootfs files_;
};

}  // namespace userboot
