// Regular files of the host: their bytes.
#pragma once

#include "fs/file_system.h"
#include "fs/host_mapping.h"
#include "fs/node.h"
#include "hal/host_folders.h"

namespace jacinth::fs {

Errno host_errno(int64_t result);
inline ErrnoOr<int64_t> host_result(int64_t result) {
  if (result < 0) return fail(host_errno(result));
  return result;
}

// A node that holds a file of the host, and opens it.
class HostContents : public Node {
 public:
  hal::HostFile file() const { return file_; }
  exec::Eventually<ErrnoOr<RefPtr<File>>> open(const Path& place, uint32_t flags) override;
  ErrnoOr<> resize(uint64_t size) override;
  // Those that have it open have written these bytes, when it was `old_size` long.
  void note_written(uint64_t old_size, uint64_t offset, std::span<const std::byte> bytes);
  HostMapping& mapping() { return mapping_; }

 protected:
  HostContents(RefPtr<FileSystem> system, uint64_t number, const NewNode& what, hal::HostFile file)
      : Node(std::move(system), number, what), file_(file) {}
  ~HostContents() override { hal::host_close(file_); }

 private:
  const hal::HostFile file_;
  HostMapping mapping_;
};

}  // namespace jacinth::fs
