#include "fs/host_file.h"

#include <algorithm>
#include <array>

#include "fs/file.h"
#include "fs/file_system.h"

namespace jacinth::fs {
namespace {

class HostOpenFile final : public File {
 public:
  // Takes `opened` over.
  HostOpenFile(const Path& place, RefPtr<HostContents> node, uint32_t flags, hal::HostFile opened)
      : File(place, node, flags), contents_(std::move(node)), opened_(opened) {}
  ~HostOpenFile() override {
    if (written_through_maps_) (void)contents_->mapping().write_back_all();
    hal::host_close(opened_);
  }

  Transferred read(IoTarget to, IoFlags how) override {
    const uint64_t at = *position_.lock();
    auto done = read_at(at, to, how);
    if (done.value()) *position_.lock() += *done.value();
    return done;
  }
  Transferred write(IoSource from, IoFlags how) override {
    const bool appends = how.append || (flags() & open_flags::kAppend) != 0;
    const uint64_t at = appends ? end() : *position_.lock();
    auto done = write_at(at, from, how);
    if (done.value()) *position_.lock() = at + *done.value();
    return done;
  }
  Transferred read_at(uint64_t offset, IoTarget to, IoFlags how) override;
  Transferred write_at(uint64_t offset, IoSource from, IoFlags how) override;
  ErrnoOr<uint64_t> seek(Whence whence, int64_t offset) override;
  ErrnoOr<> truncate(uint64_t size) override {
    if (!can_write()) return fail(Errno::INVAL);
    return contents_->resize(size);
  }
  ErrnoOr<> sync() override {
    TRY(contents_->mapping().write_back_all());
    TRY(host_result(hal::host_sync(opened_)));
    return {};
  }
  bool can_poll() override { return false; }
  ErrnoOr<RefPtr<vm::Vmo>> map(MapRequest request) override;
  ErrnoOr<> write_back(uint64_t offset, uint64_t size) override {
    return contents_->mapping().write_back(offset, size);
  }

 private:
  uint64_t end() const {
    hal::HostAttributes about;
    return hal::host_attributes(contents_->file(), about) == 0 ? about.size : 0;
  }

  const RefPtr<HostContents> contents_;
  const hal::HostFile opened_;
  std::atomic<bool> written_through_maps_{false};
  Guarded<uint64_t, LockRank::FsFile> position_;
};

File::Transferred HostOpenFile::read_at(uint64_t offset, IoTarget to, IoFlags) {
  std::array<std::byte, 4096> piece;
  size_t done = 0;
  if (contents_->mapping().shown()) {
    const auto newest = contents_->mapping().write_back(offset, to.remaining());
    if (!newest) return ErrnoOr<size_t>(fail(newest.error()));
  }
  while (!to.empty()) {
    const auto wanted = std::span(piece).first(std::min(piece.size(), to.remaining()));
    const int64_t got = hal::host_read(opened_, wanted, offset + done);
    if (got < 0 && done == 0) return ErrnoOr<size_t>(fail(host_errno(got)));
    if (got <= 0) break;
    const auto put = to.put(wanted.first(static_cast<size_t>(got)));
    if (!put) return done != 0 ? ErrnoOr<size_t>(done) : fail(put.error());
    done += *put;
    if (static_cast<size_t>(got) < wanted.size() || *put < static_cast<size_t>(got)) break;
  }
  return ErrnoOr<size_t>(done);
}

File::Transferred HostOpenFile::write_at(uint64_t offset, IoSource from, IoFlags) {
  std::array<std::byte, 4096> piece;
  size_t done = 0;
  while (!from.empty()) {
    const auto taken = from.take(std::span(piece).first(std::min(piece.size(), from.remaining())));
    if (!taken) return done != 0 ? ErrnoOr<size_t>(done) : fail(taken.error());
    const uint64_t old_size = contents_->mapping().shown() ? end() : 0;
    const int64_t put = hal::host_write(opened_, std::span(piece).first(*taken), offset + done);
    if (put < 0 && done == 0) return ErrnoOr<size_t>(fail(host_errno(put)));
    if (put <= 0) break;
    const auto written = std::span(piece).first(static_cast<size_t>(put));
    contents_->note_written(old_size, offset + done, written);
    done += written.size();
    if (written.size() < *taken) break;
  }
  return ErrnoOr<size_t>(done);
}

ErrnoOr<uint64_t> HostOpenFile::seek(Whence whence, int64_t offset) {
  if (whence > Whence::End) return fail(Errno::INVAL);
  const uint64_t size = whence == Whence::End ? end() : 0;
  auto position = position_.lock();
  const uint64_t base = whence == Whence::Current ? *position : size;
  int64_t target = 0;
  if (__builtin_add_overflow(static_cast<int64_t>(base), offset, &target))
    return fail(Errno::OVERFLOW);
  if (target < 0) return fail(Errno::INVAL);
  return *position = static_cast<uint64_t>(target);
}

ErrnoOr<RefPtr<vm::Vmo>> HostOpenFile::map(MapRequest request) {
  const bool for_writing = request.shared && request.writable;
  auto shown = TRY(contents_->mapping().show(contents_->file(), opened_, for_writing));
  if (for_writing) written_through_maps_ = true;
  return shown;
}

}  // namespace

Errno host_errno(int64_t result) { return static_cast<Errno>(-result); }

exec::Eventually<ErrnoOr<RefPtr<File>>> HostContents::open(const Path& place, uint32_t flags) {
  using Opened = ErrnoOr<RefPtr<File>>;
  if (type() != FileType::Regular) return Node::open(place, flags);
  const uint32_t access = flags & open_flags::kAccessMode;
  const auto run = [&]() -> Opened {
    const auto opened = static_cast<hal::HostFile>(
        TRY(host_result(hal::host_open(file_, access == open_flags::kAccessMode ? 0 : access))));
    auto made = make_ref<HostOpenFile>(place, RefPtr(this), flags, opened);
    if (made) return RefPtr<File>(*std::move(made));
    hal::host_close(opened);
    return fail(Errno::NOMEM);
  };
  return run();
}

ErrnoOr<> HostContents::resize(uint64_t size) {
  hal::HostAttributes about{};
  if (mapping_.shown()) TRY(host_result(hal::host_attributes(file_, about)));
  TRY(host_result(hal::host_resize(file_, size)));
  if (mapping_.shown()) mapping_.note_resized(about.size, size);
  LockGuard guard(lock());
  set_size(size);
  return {};
}

void HostContents::note_written(uint64_t old_size, uint64_t offset,
                                std::span<const std::byte> bytes) {
  if (mapping_.shown()) mapping_.note_written(old_size, offset, bytes);
  const uint64_t end = offset + bytes.size();
  LockGuard guard(lock());
  if (end > size()) set_size(end);
}

}  // namespace jacinth::fs
