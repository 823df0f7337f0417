#include "fs/host_file.h"

#include <algorithm>
#include <array>

#include "fs/directory_file.h"
#include "fs/file.h"
#include "fs/file_system.h"

namespace jacinth::fs {
namespace {

class HostOpenFile final : public File {
 public:
  // Takes `opened` over.
  HostOpenFile(const Path& place, RefPtr<HostContents> node, uint32_t flags, hal::HostFile opened)
      : File(place, node, flags), contents_(std::move(node)), opened_(opened) {}
  ~HostOpenFile() override { hal::host_close(opened_); }

  Transferred read(IoTarget to, IoFlags how) override {
    auto done = read_at(*position_.lock(), to, how);
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
    TRY(host_result(hal::host_sync(opened_)));
    return {};
  }
  bool can_poll() override { return false; }
  ErrnoOr<RefPtr<vm::Vmo>> map(MapRequest request) override;

 private:
  uint64_t end() const {
    hal::HostAttributes about;
    return hal::host_attributes(contents_->file(), about) == 0 ? about.size : 0;
  }

  const RefPtr<HostContents> contents_;
  const hal::HostFile opened_;
  Guarded<uint64_t, LockRank::FsFile> position_;
};

File::Transferred HostOpenFile::read_at(uint64_t offset, IoTarget to, IoFlags) {
  std::array<std::byte, 4096> piece;
  size_t done = 0;
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
    const int64_t put = hal::host_write(opened_, std::span(piece).first(*taken), offset + done);
    if (put < 0 && done == 0) return ErrnoOr<size_t>(fail(host_errno(put)));
    if (put <= 0) break;
    done += static_cast<size_t>(put);
    if (static_cast<size_t>(put) < *taken) break;
  }
  contents_->note_size(offset + done);
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

// A mapping shows the bytes as they are now; what is written through one would not get to the host.
ErrnoOr<RefPtr<vm::Vmo>> HostOpenFile::map(MapRequest request) {
  if (request.shared && request.writable) return fail(Errno::NODEV);
  const uint64_t size = end();
  auto vmo = TRY(to_errno(vm::Vmo::create(page_ceil(size), vm::Resizable::Yes)));
  std::array<std::byte, 4096> piece;
  for (uint64_t at = 0; at < size;) {
    const int64_t got = TRY(host_result(hal::host_read(opened_, piece, at)));
    if (got == 0) break;
    TRY(to_errno(vmo->write(at, std::span(piece).first(static_cast<size_t>(got)))));
    at += static_cast<uint64_t>(got);
  }
  return vmo;
}

}  // namespace

Errno host_errno(int64_t result) { return static_cast<Errno>(-result); }

exec::Eventually<ErrnoOr<RefPtr<File>>> HostContents::open(const Path& place, uint32_t flags) {
  using Opened = ErrnoOr<RefPtr<File>>;
  if (type() == FileType::Directory) return Opened(open_directory(place, *this, flags));
  if (type() != FileType::Regular) return Opened(fail(Errno::NXIO));
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
  TRY(host_result(hal::host_resize(file_, size)));
  LockGuard guard(lock());
  set_size(size);
  return {};
}

void HostContents::note_size(uint64_t size) {
  LockGuard guard(lock());
  if (size > this->size()) set_size(size);
}

}  // namespace jacinth::fs
