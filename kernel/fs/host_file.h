// Regular files of the host: their bytes.
#pragma once

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
  // Of those that are open: it has become so long at least.
  void note_size(uint64_t size);

 protected:
  HostContents(RefPtr<FileSystem> system, uint64_t number, const NewNode& what, hal::HostFile file)
      : Node(std::move(system), number, what), file_(file) {}
  ~HostContents() override { hal::host_close(file_); }

 private:
  const hal::HostFile file_;
};

}  // namespace jacinth::fs
