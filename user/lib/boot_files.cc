#include "lib/boot_files.h"

#include <zircon/syscalls.h>

#include <algorithm>

#include "image/elf.h"
#include "lib/startup.h"
#include "text/format.h"

namespace user {

using jacinth::image::Bootfs;

std::optional<BootFiles> BootFiles::open(zx_handle_t vmo, std::string_view root,
                                         const char** explain) {
  uint64_t size = 0;
  zx_vaddr_t address = 0;
  if (zx_vmo_get_size(vmo, &size) != ZX_OK ||
      zx_vmar_map(root_vmar(), ZX_VM_PERM_READ, 0, vmo, 0, size, &address) != ZX_OK) {
    *explain = "the file system cannot be mapped";
    return std::nullopt;
  }
  const auto files = Bootfs::parse({reinterpret_cast<const std::byte*>(address), size});
  if (!files) {
    *explain = files.error().what;
    zx_vmar_unmap(root_vmar(), address, size);
    return std::nullopt;
  }
  return BootFiles(vmo, root, *files);
}

std::optional<BootFiles> BootFiles::open_given() {
  const zx_handle_t vmo = startup().handle(PA_VMO_BOOTFS);
  if (vmo == ZX_HANDLE_INVALID) return std::nullopt;
  std::string_view root = startup().environment("userboot.root");
  while (root.starts_with('/')) root.remove_prefix(1);
  while (root.ends_with('/')) root.remove_suffix(1);
  const char* explain = "";
  return open(vmo, root, &explain);
}

FileView BootFiles::find(std::string_view path) const {
  if (path.starts_with('/')) path.remove_prefix(1);
  char full[jacinth::image::kBootfsNameMax];
  if (path.size() > sizeof(full) || root_.size() > sizeof(full) - path.size()) return {};
  const auto file =
      files_.find(root_.empty() ? path : jacinth::format_into(full, "{}/{}", root_, path));
  if (!file) return {};
  return {.vmo = vmo_, .offset = file->offset, .bytes = file->data};
}

std::optional<std::string_view> BootFiles::below_root(std::string_view name) const {
  if (root_.empty()) return name;
  if (!name.starts_with(root_) || name.size() <= root_.size() || name[root_.size()] != '/')
    return std::nullopt;
  return name.substr(root_.size() + 1);
}

zx_status_t find_program(const BootFiles& files, std::string_view path, Program* program) {
  program->file = files.find(path);
  program->dynamic_linker = {};
  if (program->file.bytes.data() == nullptr) return ZX_ERR_NOT_FOUND;
  const auto elf = jacinth::image::Elf::parse(program->file.bytes);
  if (!elf) return ZX_ERR_IO_DATA_INTEGRITY;
  const auto interpreter = elf->interpreter();
  if (!interpreter) return ZX_OK;
  char linker[jacinth::image::kBootfsNameMax];
  program->dynamic_linker = files.find(jacinth::format_into(linker, "lib/{}", *interpreter));
  return program->dynamic_linker.bytes.data() == nullptr ? ZX_ERR_NOT_FOUND : ZX_OK;
}

}  // namespace user
