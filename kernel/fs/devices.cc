#include "fs/devices.h"

#include <algorithm>
#include <array>

#include "base/spinlock.h"
#include "fs/entries.h"
#include "fs/memory_devices.h"
#include "fs/tmpfs.h"

namespace jacinth::fs {
namespace {

struct Driver {
  uint32_t major = 0;
  uint32_t first = 0;
  uint32_t count = 0;
  OpenDevice open = nullptr;
};
struct Drivers {
  std::array<Driver, 32> list;
  size_t used = 0;
};
constinit Guarded<Drivers, LockRank::FsNames> drivers;

OpenDevice find_driver(DeviceNumber number) {
  auto known = drivers.lock();
  for (size_t i = 0; i < known->used; ++i) {
    const Driver& driver = known->list[i];
    if (driver.major == number.major && number.minor - driver.first < driver.count)
      return driver.open;
  }
  return nullptr;
}

struct BuiltInDevice {
  std::string_view name;
  uint32_t minor;
};
constexpr BuiltInDevice kBuiltInDevices[] = {
    {"null", kNullMinor},     {"zero", kZeroMinor},       {"full", kFullMinor},
    {"random", kRandomMinor}, {"urandom", kUrandomMinor},
};

ErrnoOr<> fill(FileSystem& devices) {
  for (const BuiltInDevice& device : kBuiltInDevices)
    TRY(add_device(devices, device.name, 0666, {.major = kMemoryMajor, .minor = device.minor}));
  return {};
}

}  // namespace

ErrnoOr<> register_device(uint32_t major, uint32_t first, uint32_t count, OpenDevice open) {
  auto known = drivers.lock();
  for (size_t i = 0; i < known->used; ++i) {
    Driver& driver = known->list[i];
    if (driver.major == major && driver.first == first) {
      driver.count = count;
      driver.open = open;
      return {};
    }
  }
  if (known->used == known->list.size()) return fail(Errno::NOSPC);
  known->list[known->used++] = {.major = major, .first = first, .count = count, .open = open};
  return {};
}

exec::Eventually<ErrnoOr<RefPtr<File>>> open_device(const Path& place, Node& node, uint32_t flags) {
  using Opened = ErrnoOr<RefPtr<File>>;
  if (node.type() == FileType::BlockDevice) return Opened(fail(Errno::NXIO));
  if (node.device().major == kMemoryMajor) return Opened(open_memory_device(place, node, flags));
  const OpenDevice open = find_driver(node.device());
  if (open == nullptr) return Opened(fail(Errno::NXIO));
  return open(place, node, flags);
}

ErrnoOr<RefPtr<FileSystem>> create_devtmpfs() {
  RefPtr<Tmpfs> made = TRY(Tmpfs::create({.mode = 0755}, "devtmpfs"));
  if (const ErrnoOr<> filled = fill(*made); !filled) {
    made->end_use();
    return fail(filled.error());
  }
  return RefPtr<FileSystem>(std::move(made));
}

ErrnoOr<> add_device(FileSystem& devices, std::string_view name, uint32_t mode,
                     DeviceNumber number) {
  const NewNode what{.type = FileType::CharDevice, .mode = mode, .device = number};
  TRY(make_entry(*devices.root(), name, what, {}));
  return {};
}

ErrnoOr<> add_symlink(FileSystem& devices, std::string_view name, std::string_view target) {
  TRY(make_symlink_entry(*devices.root(), name, target, {}, {}));
  return {};
}

ErrnoOr<> add_directory(FileSystem& devices, std::string_view name, uint32_t mode) {
  TRY(make_entry(*devices.root(), name, {.type = FileType::Directory, .mode = mode}, {}));
  return {};
}

}  // namespace jacinth::fs
