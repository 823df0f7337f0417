#include "linux/first_mounts.h"

#include "fs/devices.h"
#include "fs/host_fs.h"
#include "fs/operations.h"
#include "fs/tmpfs.h"
#include "linux/files/mount_types.h"
#include "linux/proc/proc_fs.h"
#include "linux/tty/console_terminal.h"
#include "linux/tty/pseudo_terminal.h"

namespace jacinth::linux {
namespace {

constexpr std::string_view kRootPlace = "/";

class Mounter {
 public:
  Mounter(fs::MountNamespace& mounts, const fs::Path& root) : mounts_(mounts), root_(root) {}

  ErrnoOr<> mount(RefPtr<fs::FileSystem> system, std::string_view source, std::string_view path) {
    const fs::WalkFrom from{.root = root_, .base = root_, .who = kernel_};
    for (size_t end = path.find('/', 1); end != std::string_view::npos;
         end = path.find('/', end + 1))
      (void)fs::make_directory(from, path.substr(0, end), 0755);
    (void)fs::make_directory(from, path, 0755);
    const auto at = TRY(fs::walk(from, path, fs::walk_flags::kDirectory));
    return mounts_.attach(TRY(mount_whole(std::move(system), source)), at);
  }

 private:
  fs::MountNamespace& mounts_;
  const fs::Path& root_;
  const fs::Credentials kernel_{.capabilities = fs::capability::kAll};
};

ErrnoOr<RefPtr<fs::FileSystem>> make_devices() {
  struct Link {
    std::string_view name, target;
  };
  constexpr Link kLinks[] = {{"fd", "/proc/self/fd"},
                             {"stdin", "/proc/self/fd/0"},
                             {"stdout", "/proc/self/fd/1"},
                             {"stderr", "/proc/self/fd/2"}};
  auto devices = TRY(fs::create_devtmpfs());
  TRY(add_terminal_devices(*devices));
  for (const Link& link : kLinks) TRY(fs::add_symlink(*devices, link.name, link.target));
  return devices;
}

}  // namespace

ErrnoOr<RefPtr<fs::Mount>> mount_whole(RefPtr<fs::FileSystem> system, std::string_view source) {
  auto root = system->root();
  auto mount = fs::Mount::create(system, std::move(root), 0, source);
  system->end_use();
  return mount;
}

ErrnoOr<RefPtr<fs::Mount>> mount_root() {
  for (const hal::HostFolder& folder : hal::host_folders())
    if (folder.place == kRootPlace)
      return mount_whole(TRY(fs::create_host_fs(folder.file)), "host");
  return mount_whole(TRY(fs::Tmpfs::create({.mode = 0755}, "rootfs")), "rootfs");
}

ErrnoOr<> mount_first(fs::MountNamespace& mounts, const fs::Path& root) {
  Mounter mounter(mounts, root);
  TRY(mounter.mount(TRY(make_devices()), "devtmpfs", "/dev"));
  TRY(mounter.mount(TRY(create_devpts()), "devpts", "/dev/pts"));
  TRY(mounter.mount(TRY(fs::Tmpfs::create({})), "tmpfs", "/dev/shm"));
  TRY(mounter.mount(TRY(create_procfs()), "proc", "/proc"));
  TRY(mounter.mount(TRY(create_sysfs()), "sysfs", "/sys"));
  TRY(register_file_system_type("proc", [](std::string_view) { return create_procfs(); }));
  TRY(register_file_system_type("sysfs", [](std::string_view) { return create_sysfs(); }));
  TRY(register_file_system_type("devpts", [](std::string_view) { return create_devpts(); }));
  for (const hal::HostFolder& folder : hal::host_folders())
    if (folder.place != kRootPlace)
      TRY(mounter.mount(TRY(fs::create_host_fs(folder.file)), "host", folder.place));
  return {};
}

}  // namespace jacinth::linux
