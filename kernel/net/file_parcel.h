// FileParcel: open files in transit from one program to another (SCM_RIGHTS).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/errno.h"
#include "base/heap.h"
#include "base/vector.h"
#include "exec/reaper.h"
#include "fs/file.h"

namespace jacinth::net {

class FileParcel;
struct FileParcelDestroyer {
  void operator()(FileParcel* parcel) const;
};
// Dropping one closes the files in it, so hold no lock ranked LockRank::NetTransit or above. Files
// that are sockets with parcels in them, and so on, are left to the reaper, however deep they are
// nested.
using FilesPtr = std::unique_ptr<FileParcel, FileParcelDestroyer>;

// The files count as open while they are under way, so what is registered for them (epoll) stays.
//
// A socket can be sent over itself: then nobody can receive it any more. So parcels tell which
// sockets are under way (local/garbage.h), and that finds the ones that cannot be reached.
class FileParcel final : public HeapAllocated, private exec::Remains {
 public:
  static constexpr size_t kMost = 253;  // SCM_MAX_FD

  // INVAL: more than kMost; TOOMANYREFS: more than `limit` files are under way; NOMEM.
  static ErrnoOr<FilesPtr> create(std::span<const RefPtr<fs::File>> files, uint64_t limit);
  // The same files once more, for somebody who only looks; arrived. Locks may be held. NOMEM.
  ErrnoOr<FilesPtr> copy() const;

  // The files have got where they can be used from. Must come before anybody gets at them.
  void arrive();

  std::span<const RefPtr<fs::File>> files() const { return files_; }

 private:
  friend struct FileParcelDestroyer;

  FileParcel() = default;
  ~FileParcel() = default;
  static ErrnoOr<FilesPtr> make(std::span<const RefPtr<fs::File>> files);
  bool reap(exec::Portion& portion) override;

  Vector<RefPtr<fs::File>> files_;
  bool under_way_ = false;
};

}  // namespace jacinth::net
