#include "lib/boot_image.h"

#include <zircon/syscalls.h>

#include "image/zbi.h"

namespace user {
namespace {

using namespace jacinth::image;

constexpr size_t kCopyBytes = 4096;

ZbiHeader header_of(ItemType type, uint64_t length, uint32_t extra) {
  return {.type = static_cast<uint32_t>(type),
          .length = static_cast<uint32_t>(length),
          .extra = extra,
          .flags = kZbiFlagVersion,
          .reserved = {},
          .magic = kZbiItemMagic,
          .crc32 = kZbiNoCrc};
}

}  // namespace

zx_status_t make_boot_image(zx_handle_t bootfs, Handle* image) {
  uint64_t size = 0;
  zx_status_t status = zx_vmo_get_size(bootfs, &size);
  if (status != ZX_OK) return status;
  if (size > UINT32_MAX - sizeof(ZbiHeader)) return ZX_ERR_FILE_BIG;
  const ZbiHeader headers[] = {
      header_of(ItemType::Container, sizeof(ZbiHeader) + size, kZbiContainerMagic),
      header_of(ItemType::StorageBootfs, size, static_cast<uint32_t>(size)),
  };
  status = zx_vmo_create(sizeof(headers) + size, 0, image->out());
  if (status == ZX_OK) status = zx_vmo_write(image->get(), headers, 0, sizeof(headers));
  for (uint64_t at = 0; status == ZX_OK && at < size; at += kCopyBytes) {
    char bytes[kCopyBytes];
    status = zx_vmo_read(bootfs, bytes, at, sizeof(bytes));
    if (status == ZX_OK)
      status = zx_vmo_write(image->get(), bytes, sizeof(headers) + at, sizeof(bytes));
  }
  return status;
}

}  // namespace user
