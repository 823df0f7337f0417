#include "ldso/modules.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ldso/failure.h"
#include "lib/handle.h"
#include "lib/loader_service.h"
#include "lib/spawn.h"
#include "lib/startup.h"

namespace ldso {
namespace {

constexpr std::string_view kVdsoName = "libzircon.so";

// A file's pages, mapped for reading its headers.
class MappedFile {
 public:
  MappedFile(zx_handle_t vmo, std::string_view name) : vmo_(vmo) {
    uint64_t size = 0;
    zx_status_t status = zx_vmo_get_size(vmo, &size);
    zx_vaddr_t address = 0;
    if (status == ZX_OK)
      status = zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ, 0, vmo, 0, size, &address);
    if (status != ZX_OK) fail(name, zx_status_get_string(status));
    bytes_ = {reinterpret_cast<const std::byte*>(address), size};
  }
  ~MappedFile() {
    zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(bytes_.data()), bytes_.size());
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  user::FileView view() const { return {.vmo = vmo_, .offset = 0, .bytes = bytes_}; }

 private:
  const zx_handle_t vmo_;
  std::span<const std::byte> bytes_;
};

user::LoadedImage load(zx_handle_t vmo, std::string_view name) {
  const MappedFile file(vmo, name);
  user::LoadedImage loaded;
  const zx_status_t status = user::load_image(user::root_vmar(), file.view(), &loaded);
  if (status != ZX_OK) fail(name, zx_status_get_string(status));
  return loaded;
}

user::Handle ask_for(zx_handle_t service, std::string_view name) {
  struct {
    user::LoaderRequest head;
    char name[user::kLoaderMaxName];
  } request{};
  if (name.size() > sizeof(request.name)) fail(name, "the name is too long");
  request.head.name_length = static_cast<uint32_t>(name.size());
  std::ranges::copy(name, request.name);
  user::LoaderReply reply{};
  user::Handle library;
  const zx_channel_call_args_t call{
      .wr_bytes = &request,
      .wr_handles = nullptr,
      .rd_bytes = &reply,
      .rd_handles = library.out(),
      .wr_num_bytes = static_cast<uint32_t>(sizeof(request.head) + name.size()),
      .wr_num_handles = 0,
      .rd_num_bytes = sizeof(reply),
      .rd_num_handles = 1};
  uint32_t bytes = 0, handles = 0;
  zx_status_t status = zx_channel_call(service, 0, ZX_TIME_INFINITE, &call, &bytes, &handles);
  if (status == ZX_OK) status = bytes == sizeof(reply) ? reply.status : ZX_ERR_IO_DATA_INTEGRITY;
  if (status == ZX_ERR_NOT_FOUND) fail(name, "no such library");
  if (status != ZX_OK || !library) fail(name, zx_status_get_string(status));
  return library;
}

}  // namespace

Modules::Modules(zx_handle_t service, uintptr_t vdso_base) : service_(service) {
  add(kVdsoName, user::read_image(vdso_base));
}

template <typename Visit>
void Modules::for_each_needed(size_t index, Visit visit) const {
  const user::DynamicImage image = modules_[index].image;
  for (const auto* entry = image.entries; entry->tag != user::kDynamicEnd; ++entry) {
    // The string stays mapped, as part of the module that needs it.
    if (entry->tag == user::kDynamicNeeded) visit(std::string_view(image.strings + entry->value));
  }
}

// count_: it is not loaded.
size_t Modules::find(std::string_view name) const {
  const auto* end = modules_ + count_;
  return static_cast<size_t>(std::ranges::find(modules_, end, name, &Module::name) - modules_);
}

void Modules::add(std::string_view name, const user::DynamicImage& image) {
  if (image.entries == nullptr || !image.has_symbols()) fail(name, "it has no symbol table");
  if (count_ == kMaxModules) fail(name, "too many libraries");
  modules_[count_++] = {name, image};
}

zx_vaddr_t Modules::load_program(zx_handle_t file) {
  const user::LoadedImage program = load(file, "the program");
  add("", user::read_image(program.base));
  // Breadth first: what a module needs comes behind all that have been asked for before.
  for (size_t i = kProgram; i < count_; ++i) load_needed(i);
  return program.entry;
}

void Modules::load_needed(size_t index) {
  for_each_needed(index, [&](std::string_view name) {
    if (find(name) != count_) return;
    const user::Handle file = ask_for(service_, name);
    add(name, user::read_image(load(file.get(), name).base));
  });
}

void Modules::relocate() {
  std::array<const user::DynamicImage*, kMaxModules> scope;
  // The vDSO, which came first, is asked last.
  for (size_t i = kProgram; i < count_; ++i) scope[i - 1] = &modules_[i].image;
  scope[count_ - 1] = &modules_[kVdso].image;
  // Libraries before the program: it may copy variables of theirs, which must be ready.
  for (size_t i = count_; i-- > kProgram;) {
    const char* missing = "";
    const Module& module = modules_[i];
    if (user::relocate(module.image, {scope.data(), count_}, &missing)) continue;
    const std::string_view name = module.name.empty() ? "the program" : module.name;
    if (*missing == '\0') fail(name, "it has a relocation of an unknown kind");
    fail(missing, "no such symbol");
  }
}

void Modules::initialize_needed(size_t index) {
  // Set first, so that libraries that need each other are done too, in some order.
  modules_[index].initialized = true;
  for_each_needed(index, [&](std::string_view name) {
    const size_t needed = find(name);
    if (!modules_[needed].initialized) initialize_needed(needed);
  });
  if (index == kProgram) return;
  const user::DynamicImage& image = modules_[index].image;
  const size_t count = image.init_array_bytes / sizeof(*image.init_array);
  for (size_t i = 0; i < count; ++i) image.init_array[i]();
}

}  // namespace ldso
