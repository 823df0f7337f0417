#include "net/file_parcel.h"

#include <atomic>

#include "net/local/garbage.h"

namespace jacinth::net {
namespace {

constinit std::atomic<uint64_t> files_under_way{0};

}  // namespace

ErrnoOr<FilesPtr> FileParcel::make(std::span<const RefPtr<fs::File>> files) {
  FilesPtr parcel(new (std::nothrow) FileParcel());
  if (!parcel || !parcel->files_.reserve(files.size())) return fail(Errno::NOMEM);
  for (const RefPtr<fs::File>& file : files) {
    file->add_handle();
    (void)parcel->files_.push_back(file);  // reserved
  }
  return parcel;
}

ErrnoOr<FilesPtr> FileParcel::create(std::span<const RefPtr<fs::File>> files, uint64_t limit) {
  if (files.size() > kMost) return fail(Errno::INVAL);
  if (files_under_way.load(std::memory_order_relaxed) > limit) return fail(Errno::TOOMANYREFS);
  FilesPtr parcel = TRY(make(files));
  files_under_way.fetch_add(files.size(), std::memory_order_relaxed);
  parcel->under_way_ = true;
  local::note_sent(parcel->files());
  return parcel;
}

ErrnoOr<FilesPtr> FileParcel::copy() const { return make(files_); }

void FileParcel::arrive() {
  if (!under_way_) return;
  under_way_ = false;
  files_under_way.fetch_sub(files_.size(), std::memory_order_relaxed);
  local::note_arrived(files());
}

bool FileParcel::reap(exec::Portion& portion) {
  while (!files_.empty()) {
    if (portion.spent()) return false;
    portion.use(1);
    RefPtr<fs::File> file = std::move(files_.back());
    files_.pop_back();
    file->remove_handle();
  }
  delete this;
  return true;
}

void FileParcelDestroyer::operator()(FileParcel* parcel) const {
  parcel->arrive();
  exec::reap(*parcel);
}

}  // namespace jacinth::net
