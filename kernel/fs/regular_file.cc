#include "fs/regular_file.h"

#include <algorithm>
#include <optional>

#include "exec/activity.h"

namespace jacinth::fs {
namespace {

// A call works this long at a stretch before others get a turn.
constexpr size_t kReadStretch = 4 * MemoryNode::kStep;

class RegularFile final : public File {
 public:
  RegularFile(const Path& place, MemoryNode& node, uint32_t flags)
      : File(place, RefPtr<Node>(&node), flags) {}
  ~RegularFile() override {
    if (can_write()) node().end_writing();
  }

  MemoryNode& memory() const { return static_cast<MemoryNode&>(node()); }

  Transferred read(IoTarget to, IoFlags how) override;
  Transferred write(IoSource from, IoFlags how) override;
  Transferred read_at(uint64_t offset, IoTarget to, IoFlags how) override;
  Transferred write_at(uint64_t offset, IoSource from, IoFlags how) override;
  ErrnoOr<uint64_t> seek(Whence whence, int64_t offset) override;
  ErrnoOr<> truncate(uint64_t size) override {
    TRY(memory().resize(size));
    notify_directory(path(), event::kModify);
    node().notify(event::kModify);
    return {};
  }
  bool can_poll() override { return false; }
  ErrnoOr<RefPtr<vm::Vmo>> map(MapRequest request) override;

 private:
  template <typename Buffer>
  friend class Transfer;

  Guarded<uint64_t, LockRank::FsFile> position_;
};

// One read or write, in steps. With Position the file's position is read and moved at every step
// under its lock, so every byte goes to one reader, and from one writer, alone.
template <typename Buffer>
class Transfer {
 public:
  enum class Where : uint8_t { Position, Offset };
  static constexpr bool kWrites = std::is_same_v<Buffer, IoSource>;

  Transfer(RegularFile& file, Buffer buffer, Where where, uint64_t offset)
      : file_(file), buffer_(buffer), offset_(offset), where_(where) {}
  Transfer(RegularFile& file, Buffer buffer, Where where, uint64_t offset, IoFlags how)
      : Transfer(file, buffer, where, offset) {
    append_ = how.append || (file.flags() & open_flags::kAppend) != 0;
    most_size_ = how.most_size;
  }

  // Works for a stretch; true when it is over.
  bool run() {
    for (size_t budget = kReadStretch; budget != 0;) {
      size_t done = 0;
      const ErrnoOr<> stepped = step(done);
      total_ += done;
      budget -= std::min(budget, done);
      if (!stepped && stepped.error() == Errno::AGAIN) {
        if (const ErrnoOr<> ready = buffer_.make_ready(); !ready) return end(ready.error());
        continue;
      }
      if (!stepped) return end(stepped.error());
      if (done == 0 || buffer_.empty()) return end({});
    }
    return false;
  }
  ErrnoOr<size_t> result() const {
    if (total_ == 0 && failure_) return fail(*failure_);
    return total_;
  }
  void give_up() {
    if (total_ == 0) failure_ = Errno::RESTARTSYS;
    end(failure_);
  }

 private:
  ErrnoOr<> step(size_t& done) {
    if (where_ == Where::Offset) return step_at(offset_, done);
    auto position = file_.position_.lock();
    return step_at(*position, done);
  }
  ErrnoOr<> step_at(uint64_t& offset, size_t& done) {
    ErrnoOr<> result;
    if constexpr (kWrites) {
      const uint64_t from = append_ ? file_.node().size() : offset;
      if (from >= most_size_ && !buffer_.empty()) return fail(Errno::FBIG);
      buffer_.limit(std::min<uint64_t>(most_size_ - from, kMaxTransfer));
      result = file_.memory().write_step(offset, append_, buffer_, done);
    } else {
      result = file_.memory().read_step(offset, buffer_, done);
    }
    offset += done;
    return result;
  }
  bool end(std::optional<Errno> failure) {
    failure_ = failure;
    Node& node = file_.node();
    if constexpr (kWrites) {
      if (total_ != 0) node.note_modification();
      if (total_ != 0) tell(event::kModify);
    } else {
      if ((file_.flags() & open_flags::kNoAccessTime) == 0) node.note_access();
      if (total_ != 0) tell(event::kAccess);
    }
    return true;
  }
  void tell(uint32_t event) {
    notify_directory(file_.path(), event);
    file_.node().notify(event);
  }

  RegularFile& file_;
  Buffer buffer_;
  uint64_t offset_;
  size_t total_ = 0;
  std::optional<Errno> failure_;
  const Where where_;
  bool append_ = false;
  uint64_t most_size_ = ~uint64_t{0};
};

template <typename Buffer>
exec::Task<ErrnoOr<size_t>> finish(RefPtr<File> file, Transfer<Buffer> transfer) {
  do {
    if (exec::Activity::current()->interrupt_pending()) {
      transfer.give_up();
      break;
    }
    co_await exec::yield();
  } while (!transfer.run());
  co_return transfer.result();
}

template <typename Buffer>
File::Transferred begin(RegularFile& file, Transfer<Buffer> transfer) {
  if (transfer.run()) return transfer.result();
  return finish(RefPtr<File>(&file), transfer);
}

File::Transferred RegularFile::read(IoTarget to, IoFlags) {
  using Reading = Transfer<IoTarget>;
  return begin(*this, Reading(*this, to, Reading::Where::Position, 0));
}

File::Transferred RegularFile::read_at(uint64_t offset, IoTarget to, IoFlags) {
  using Reading = Transfer<IoTarget>;
  return begin(*this, Reading(*this, to, Reading::Where::Offset, offset));
}

File::Transferred RegularFile::write(IoSource from, IoFlags how) {
  using Writing = Transfer<IoSource>;
  return begin(*this, Writing(*this, from, Writing::Where::Position, 0, how));
}

// O_APPEND wins over the offset, as on Linux.
File::Transferred RegularFile::write_at(uint64_t offset, IoSource from, IoFlags how) {
  using Writing = Transfer<IoSource>;
  return begin(*this, Writing(*this, from, Writing::Where::Offset, offset, how));
}

ErrnoOr<uint64_t> RegularFile::seek(Whence whence, int64_t offset) {
  if (whence > Whence::Hole) return fail(Errno::INVAL);
  auto position = position_.lock();
  if (whence == Whence::Data || whence == Whence::Hole) {
    if (offset < 0) return fail(Errno::NXIO);
    return *position = TRY(memory().find(whence == Whence::Hole, static_cast<uint64_t>(offset)));
  }
  int64_t base = 0;
  if (whence == Whence::Current) base = static_cast<int64_t>(*position);
  if (whence == Whence::End) base = static_cast<int64_t>(node().size());
  int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0 ||
      static_cast<uint64_t>(target) > kMaxFileSize)
    return fail(Errno::INVAL);
  return *position = static_cast<uint64_t>(target);
}

ErrnoOr<RefPtr<vm::Vmo>> RegularFile::map(MapRequest request) {
  constexpr uint32_t kNoWriting = MemoryNode::kSealWrite | MemoryNode::kSealFutureWrite;
  if (!can_read()) return fail(Errno::ACCES);
  if (request.shared && request.writable) {
    if (!can_write()) return fail(Errno::ACCES);
    if ((memory().seals() & kNoWriting) != 0) return fail(Errno::PERM);
  }
  return memory().contents();
}

}  // namespace

exec::Eventually<ErrnoOr<RefPtr<File>>> MemoryNode::open(const Path& place, uint32_t flags) {
  if (type() != FileType::Regular) return Node::open(place, flags);
  const uint32_t access = flags & open_flags::kAccessMode;
  const bool writing = access == open_flags::kWriteOnly || access == open_flags::kReadWrite;
  if (writing) {
    if (const ErrnoOr<> begun = begin_writing(); !begun)
      return ErrnoOr<RefPtr<File>>(fail(begun.error()));
  }
  auto made = make_ref<RegularFile>(place, *this, flags);
  if (made) return ErrnoOr<RefPtr<File>>(*std::move(made));
  if (writing) end_writing();
  return ErrnoOr<RefPtr<File>>(fail(Errno::NOMEM));
}

MemoryNode* memory_of(File& file) {
  return file.is_path_only() ? nullptr : file.node().as_memory();
}

}  // namespace jacinth::fs
