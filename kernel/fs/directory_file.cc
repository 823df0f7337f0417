#include "fs/directory_file.h"

#include "fs/file_system.h"
#include "fs/tree.h"

namespace jacinth::fs {
namespace {

// Positions: 0 before ".", 1 before "..", from 2 on what the tree or the file system says.
constexpr uint64_t kFirstChild = 2;

// Says where the last entry that was taken ends.
class Follower final : public DirectorySink {
 public:
  Follower(DirectorySink& to, uint64_t& position) : to_(to), position_(position) {}
  bool add(std::string_view name, uint64_t number, FileType type, uint64_t next) override {
    if (!to_.add(name, number, type, next)) return false;
    position_ = next;
    return true;
  }

 private:
  DirectorySink& to_;
  uint64_t& position_;
};

class DirectoryFile final : public File {
 public:
  DirectoryFile(const Path& place, Node& node, uint32_t flags)
      : File(place, RefPtr(&node), flags) {}

  Transferred read(IoTarget, IoFlags) override { return fail(Errno::ISDIR); }
  Transferred read_at(uint64_t, IoTarget, IoFlags) override { return fail(Errno::ISDIR); }
  bool can_poll() override { return false; }

  ErrnoOr<uint64_t> seek(Whence whence, int64_t offset) override {
    auto position = position_.lock();
    if (whence == Whence::Current) offset += static_cast<int64_t>(*position);
    if (whence > Whence::Current || offset < 0) return fail(Errno::INVAL);
    return *position = static_cast<uint64_t>(offset);
  }

  // One reader at a time moves the position; who comes meanwhile starts where it was.
  ErrnoOr<> read_directory(DirectorySink& sink) override {
    if (node().removed()) return fail(Errno::NOENT);
    uint64_t position = *position_.lock();
    Follower follower(sink, position);
    const ErrnoOr<> listed = list(position, follower);
    *position_.lock() = position;
    node().note_access();
    return listed;
  }

 private:
  ErrnoOr<> list(uint64_t position, DirectorySink& sink) {
    if (position == 0) {
      if (!sink.add(".", node().number(), FileType::Directory, 1)) return {};
      position = 1;
    }
    if (position == 1) {
      if (!sink.add("..", parent_number(), FileType::Directory, kFirstChild)) return {};
      position = kFirstChild;
    }
    if (node().file_system().names() == FileSystem::Names::OnDemand)
      return node().list(position - kFirstChild, sink);
    Tree::list(*path().dentry, position, sink);
    return {};
  }

  uint64_t parent_number() {
    Epoch::Reading reading;
    const Dentry* parent = path().dentry->directory();
    return parent == nullptr ? node().number() : parent->node().number();
  }

  Guarded<uint64_t, LockRank::FsFile> position_;
};

class PlaceFile final : public File {
 public:
  PlaceFile(const Path& place, uint32_t flags)
      : File(place, RefPtr(&place.node()), flags | open_flags::kPath) {}
  bool can_poll() override { return false; }
};

}  // namespace

ErrnoOr<RefPtr<File>> open_directory(const Path& place, Node& node, uint32_t flags) {
  return to_errno(make_ref<DirectoryFile>(place, node, flags));
}

ErrnoOr<RefPtr<File>> open_place(const Path& place, uint32_t flags) {
  return to_errno(make_ref<PlaceFile>(place, flags));
}

}  // namespace jacinth::fs
