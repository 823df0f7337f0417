#include "fs/pipe.h"

#include "exec/activity.h"
#include "fs/internal_fs.h"
#include "fs/node.h"
#include "object/wait.h"
#include "text/format.h"

namespace jacinth::fs {
namespace {

constexpr uint32_t kPipeMagic = 0x50495045;
constinit LazyFs pipe_fs{"pipefs", kPipeMagic};

class PipeNode final : public Node {
 public:
  explicit PipeNode(const NewNode& what)
      : Node(RefPtr<FileSystem>(&pipe_fs.get()), pipe_fs.get().next_node_number(), what) {}
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "pipe:[{}]", number());
  }
};

class PipeFile final : public File {
 public:
  // The pipe has been opened for it.
  PipeFile(Path path, RefPtr<Node> node, Pipe& pipe, uint32_t flags)
      : File(std::move(path), std::move(node), flags), pipe_(pipe) {}
  ~PipeFile() override { pipe_.close(can_read(), can_write()); }

  Pipe& pipe() const { return pipe_; }

  Transferred read(IoTarget to, IoFlags how) override {
    const ErrnoOr<size_t> now = pipe_.read(to);
    if (now || now.error() != Errno::AGAIN || how.no_wait || non_blocking()) return now;
    return read_slowly(RefPtr<PipeFile>(this), to);
  }

  Transferred write(IoSource from, IoFlags how) override {
    const size_t wanted = from.remaining();
    const ErrnoOr<size_t> now = pipe_.write(from, packets());
    const bool stopped = now ? *now < wanted : now.error() == Errno::AGAIN;
    if (!stopped || how.no_wait || non_blocking()) return now;
    return write_slowly(RefPtr<PipeFile>(this), from, now.value_or(0));
  }

  KernelObject& poll_object() override { return pipe_; }
  Signals poll_mask() override {
    return (can_read() ? ready::kIn | ready::kHangUp : 0) |
           (can_write() ? ready::kOut | ready::kError : 0);
  }

 private:
  bool packets() const { return (flags() & open_flags::kDirect) != 0; }

  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<PipeFile> file, IoTarget to) {
    for (;;) {
      exec::Waiter waiter;
      WaitObserver observer(waiter);
      file->pipe_.observe(observer, ready::kIn | ready::kHangUp, 0);
      const Status status = co_await waiter.wait(kForever);
      (void)observer.result_with(file->pipe_, status);
      // What has come meanwhile wins over an interruption.
      const ErrnoOr<size_t> now = file->pipe_.read(to);
      if (now || now.error() != Errno::AGAIN) co_return now;
      if (status != Status::Ok) co_return fail(to_errno(status));
    }
  }

  static exec::Task<ErrnoOr<size_t>> write_slowly(RefPtr<PipeFile> file, IoSource from,
                                                  size_t done) {
    for (;;) {
      exec::Waiter waiter;
      WaitObserver observer(waiter);
      file->pipe_.observe(observer, ready::kOut | ready::kError, 0);
      const Status status = co_await waiter.wait(kForever);
      (void)observer.result_with(file->pipe_, status);
      const ErrnoOr<size_t> now = file->pipe_.write(from, file->packets());
      done += now.value_or(0);
      if (now && from.empty()) co_return done;
      if (!now && now.error() != Errno::AGAIN) {
        if (done == 0) co_return now;
        co_return done;
      }
      if (status != Status::Ok) {
        if (done == 0) co_return fail(to_errno(status));
        co_return done;
      }
    }
  }

  Pipe& pipe_;  // the node's
};

ErrnoOr<RefPtr<File>> make_end(const Path& place, Node& node, Pipe& pipe, uint32_t flags) {
  auto made = make_ref<PipeFile>(place, RefPtr<Node>(&node), pipe, flags);
  if (made) return RefPtr<File>(*std::move(made));
  const uint32_t access = flags & open_flags::kAccessMode;
  pipe.close(access != open_flags::kWriteOnly, access != open_flags::kReadOnly);
  return fail(Errno::NOMEM);
}

// Opened, and now waiting for the other side, which may have come and gone by the time this runs.
exec::Task<ErrnoOr<RefPtr<File>>> wait_for_other_side(RefPtr<File> file, Pipe& pipe, bool reads,
                                                      uint64_t opens_before) {
  for (;;) {
    const uint64_t opens = reads ? pipe.writer_opens() : pipe.reader_opens();
    if (opens != opens_before) co_return file;
    const Status status = co_await wait_for(RefPtr<KernelObject>(&pipe),
                                            reads ? Pipe::kHasWriter : Pipe::kHasReader, kForever);
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

}  // namespace

exec::Eventually<ErrnoOr<RefPtr<File>>> open_fifo(const Path& place, Node& node, uint32_t flags) {
  using Opened = ErrnoOr<RefPtr<File>>;
  const uint32_t access = flags & open_flags::kAccessMode;
  const bool reads = access != open_flags::kWriteOnly;
  const bool writes = access != open_flags::kReadOnly;
  // A pipe opened anew, through /proc/self/fd, has no other side to wait for.
  const bool is_fifo = &node.file_system() != &pipe_fs.get();
  const bool waits = is_fifo && (flags & open_flags::kNonBlock) == 0;
  const ErrnoOr<Pipe*> found = node.pipe();
  if (!found) return Opened(fail(found.error()));
  Pipe& pipe = **found;
  if (is_fifo && !reads && !waits && (pipe.signals() & Pipe::kHasReader) == 0)
    return Opened(fail(Errno::NXIO));
  const uint64_t readers = pipe.reader_opens();
  const uint64_t writers = pipe.writer_opens();
  if (const ErrnoOr<> opened = pipe.open(reads, writes); !opened)
    return Opened(fail(opened.error()));
  Opened file = make_end(place, node, pipe, flags);
  if (!file || (reads && writes) || !waits) return file;
  const Signals other = reads ? Pipe::kHasWriter : Pipe::kHasReader;
  if ((pipe.signals() & other) != 0) return file;
  return wait_for_other_side(*std::move(file), pipe, reads, reads ? writers : readers);
}

ErrnoOr<PipeEnds> make_pipe(uint32_t flags, const Credentials& who) {
  const NewNode what{.type = FileType::Fifo, .mode = 0600, .user = who.user, .group = who.group};
  RefPtr<PipeNode> node = TRY(to_errno(make_ref<PipeNode>(what)));
  Pipe& pipe = *TRY(node->pipe());
  flags &= open_flags::kNonBlock | open_flags::kDirect;
  PipeEnds ends;
  TRY(pipe.open(true, false));
  ends.reader = TRY(make_end({}, *node, pipe, flags | open_flags::kReadOnly));
  TRY(pipe.open(false, true));
  ends.writer = TRY(make_end({}, *node, pipe, flags | open_flags::kWriteOnly));
  return ends;
}

Pipe* pipe_of(File& file) {
  const bool is_pipe = !file.is_path_only() && file.node().type() == FileType::Fifo;
  return is_pipe ? file.node().pipe_if_any() : nullptr;
}

}  // namespace jacinth::fs
