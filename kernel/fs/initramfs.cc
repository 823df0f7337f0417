#include "fs/initramfs.h"

#include <algorithm>

#include "fs/operations.h"
#include "fs/regular_file.h"

namespace jacinth::fs {
namespace {

constexpr Credentials kKernel{
    .user = 0, .group = 0, .groups = {}, .capabilities = capability::kAll};

uint64_t device_of(const image::CpioEntry& entry) {
  return uint64_t{entry.device_major} << 32 | entry.device_minor;
}

std::string_view text_of(image::Bytes data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

ErrnoOr<> write_all(MemoryNode& node, image::Bytes data) {
  IoSource from = IoSource::kernel(data);
  uint64_t offset = 0;
  while (!from.empty()) {
    size_t done = 0;
    TRY(node.write_step(offset, false, from, done));
    offset += done;
  }
  return {};
}

}  // namespace

ErrnoOr<> CpioUnpacker::run() {
  while (TRY(step())) {
  }
  return {};
}

ErrnoOr<bool> CpioUnpacker::step() {
  const auto entry = reader_.next();
  if (!entry) {
    archive_error_ = entry.error();
    return fail(Errno::INVAL);
  }
  if (!*entry) return false;
  at_entry_ = (*entry)->name;
  TRY(unpack(**entry));
  return true;
}

ErrnoOr<> CpioUnpacker::unpack(const image::CpioEntry& entry) {
  // The directory itself, which archives made by find begin with.
  if (entry.name == "." || entry.name == "/") return finish(entry);
  TRY(clear_way(entry));
  TRY(make(entry));
  return finish(entry);
}

// What is there under the name goes, unless it is a directory that is to be one.
ErrnoOr<> CpioUnpacker::clear_way(const image::CpioEntry& entry) {
  const WalkFrom from{into_, into_, kKernel};
  const auto there = walk(from, entry.name, 0);
  if (!there) return there.error() == Errno::NOENT ? ErrnoOr<>() : fail(there.error());
  if (there->node().is_directory()) {
    if (type_of_mode(entry.mode) == FileType::Directory) return {};
    return remove_directory(from, entry.name);
  }
  return unlink(from, entry.name);
}

ErrnoOr<> CpioUnpacker::make(const image::CpioEntry& entry) {
  const WalkFrom from{into_, into_, kKernel};
  const FileType type = type_of_mode(entry.mode);
  const uint32_t mode = entry.mode & mode::kAll;
  switch (type) {
    case FileType::Regular:
      return make_regular(entry);
    case FileType::Directory: {
      const ErrnoOr<> made = make_directory(from, entry.name, mode);
      return made || made.error() == Errno::EXIST ? ErrnoOr<>() : made;
    }
    case FileType::Symlink:
      return make_symlink(text_of(entry.data), from, entry.name);
    default:
      return make_node(from, entry.name, type, mode,
                       {.major = entry.special_major, .minor = entry.special_minor});
  }
}

ErrnoOr<> CpioUnpacker::make_regular(const image::CpioEntry& entry) {
  const WalkFrom from{into_, into_, kKernel};
  const auto known = std::ranges::find_if(shared_, [&](const Shared& other) {
    return other.inode == entry.inode && other.device == device_of(entry);
  });
  Path file;
  if (entry.links > 1 && known != shared_.end()) {
    file = known->first;
    TRY(link(file, from, entry.name));
  } else {
    TRY(make_node(from, entry.name, FileType::Regular, entry.mode & mode::kAll, {}));
    file = TRY(walk(from, entry.name, 0));
    if (entry.links > 1) {
      TRY(to_errno(
          shared_.push_back({.device = device_of(entry), .inode = entry.inode, .first = file})));
    }
  }
  MemoryNode* const memory = file.node().as_memory();
  if (memory == nullptr) return fail(Errno::OPNOTSUPP);
  return write_all(*memory, entry.data);
}

ErrnoOr<> CpioUnpacker::finish(const image::CpioEntry& entry) {
  const WalkFrom from{into_, into_, kKernel};
  const Path place = TRY(walk(from, entry.name, 0));
  AttributeChange change{
      .fields = AttributeChange::kUser | AttributeChange::kGroup | AttributeChange::kModified,
      .mode = entry.mode & mode::kAll,
      .user = entry.user,
      .group = entry.group,
      .modified = {.seconds = entry.modified}};
  if (type_of_mode(entry.mode) != FileType::Symlink) change.fields |= AttributeChange::kMode;
  return place.node().set_attributes(change);
}

}  // namespace jacinth::fs
