#include "userboot/bootfs_image.h"

#include <zircon/syscalls.h>

#include "image/zbi.h"
#include "lib/startup.h"
#include "userboot/decompress.h"

namespace userboot {
namespace {

using jacinth::image::ItemType;
using jacinth::image::Zbi;
using jacinth::image::ZbiItem;

constexpr uint64_t kPage = 4096;

std::byte* map(zx_handle_t vmo, uint64_t size, zx_vm_option_t options) {
  zx_vaddr_t address = 0;
  if (zx_vmar_map(user::root_vmar(), options, 0, vmo, 0, size, &address) != ZX_OK) return nullptr;
  return reinterpret_cast<std::byte*>(address);
}

// A VMO with the unpacked item in it, which programs may be run from.
user::Handle make_vmo(const ZbiItem& item, zx_handle_t root_resource, const char** explain) {
  const uint64_t size = item.header.extra;
  const uint64_t pages = (size + kPage - 1) & ~(kPage - 1);
  user::Handle vmo;
  if (zx_vmo_create(pages, 0, vmo.out()) != ZX_OK) {
    *explain = "no memory for the file system";
    return {};
  }
  constexpr std::string_view kName = "bootfs";
  zx_object_set_property(vmo.get(), ZX_PROP_NAME, kName.data(), kName.size());
  std::byte* place = map(vmo.get(), pages, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE);
  if (place == nullptr) {
    *explain = "no room for the file system";
    return {};
  }
  const bool unpacked = unpack(item.payload, {place, size});
  zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(place), pages);
  if (!unpacked) {
    *explain = "the file system is damaged: it does not unpack to the size it names";
    return {};
  }
  user::Handle executable;
  if (zx_vmo_replace_as_executable(vmo.release(), root_resource, executable.out()) != ZX_OK) {
    *explain = "may not make the file system executable";
    return {};
  }
  constexpr zx_rights_t kReadOnly =
      ZX_RIGHTS_BASIC | ZX_RIGHT_READ | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP | ZX_RIGHT_GET_PROPERTY;
  zx_handle_replace(executable.release(), kReadOnly, vmo.out());
  return vmo;
}

}  // namespace

user::Handle unpack_bootfs(zx_handle_t zbi, zx_handle_t root_resource, const char** explain) {
  uint64_t size = 0;
  zx_vmo_get_size(zbi, &size);
  const std::byte* image = map(zbi, size, ZX_VM_PERM_READ);
  *explain = "the boot image cannot be mapped";
  if (image == nullptr) return {};
  const auto parsed = Zbi::parse({image, size});
  *explain = parsed ? "the boot image has no file system" : parsed.error().what;
  if (!parsed) return {};
  const auto item = parsed->find(ItemType::StorageBootfs);
  if (!item) return {};

  user::Handle vmo = make_vmo(*item, root_resource, explain);
  if (!vmo) return {};
  const auto discard = static_cast<uint32_t>(ItemType::Discard);
  zx_vmo_write(zbi, &discard, item->offset, sizeof(discard));
  zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(image), size);
  return vmo;
}

}  // namespace userboot
