// tmpfs: a file system in memory. All its names are in the table of names; its nodes keep contents
// in Vmos. devtmpfs, the initial root and memfds are tmpfs too.
#pragma once

#include <atomic>
#include <string_view>

#include "fs/file_system.h"
#include "fs/regular_file.h"
#include "fs/xattrs.h"

namespace jacinth::fs {

class Tmpfs final : public FileSystem {
 public:
  static constexpr uint32_t kMagic = 0x01021994;

  struct Limits {
    uint64_t pages = 0;  // of contents; 0: as many as there is memory
    uint64_t nodes = 0;
  };
  // What mount() is told: "size=10m,nr_inodes=1k,mode=1777,uid=0,gid=0". EINVAL.
  struct Options {
    Limits limits{};
    uint32_t mode = 01777;
    uint32_t user = 0;
    uint32_t group = 0;
    static ErrnoOr<Options> parse(std::string_view text);
  };

  // `type` is what it says it is ("tmpfs", "devtmpfs", "rootfs"), and lives for ever. The caller
  // has the first use (FileSystem::end_use). ENOMEM.
  static ErrnoOr<RefPtr<Tmpfs>> create(const Options& options, std::string_view type = "tmpfs");

  FileSystemInfo info() override;
  void describe_options(TextSink& out) override;
  // EINVAL: or less than is used.
  ErrnoOr<> remount(std::string_view options) override;

  // A regular file without a name, with those seals in force. ENOMEM, ENOSPC.
  ErrnoOr<RefPtr<MemoryNode>> make_unnamed_file(const NewNode& what, uint32_t seals);
  // A file whose contents are there already, `size` bytes of `contents` (resizable).
  ErrnoOr<RefPtr<Node>> make_file_of(const NewNode& what, RefPtr<vm::Vmo> contents, uint64_t size);

 private:
  friend class TmpfsNode;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  Tmpfs(const Options& options, std::string_view type)
      : FileSystem(type, Names::All),
        page_limit_(options.limits.pages),
        node_limit_(options.limits.nodes) {}

  bool may_take_pages(uint64_t pages) const;
  ErrnoOr<> count_node();

  std::atomic<uint64_t> page_limit_;
  std::atomic<uint64_t> node_limit_;
  std::atomic<uint64_t> used_pages_{0};
  std::atomic<uint64_t> used_nodes_{0};
};

}  // namespace jacinth::fs
