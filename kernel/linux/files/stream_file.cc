#include "linux/files/stream_file.h"

#include <algorithm>
#include <array>

#include "base/spinlock.h"
#include "fs/internal_fs.h"

namespace jacinth::linux {
namespace {

constinit fs::LazyFs stream_fs{"streamfs", 0x73747266};

class StreamNode final : public fs::Node {
 public:
  explicit StreamNode(hal::Stream stream)
      : Node(RefPtr<fs::FileSystem>(&stream_fs.get()), stream_fs.get().next_node_number(),
             {.type = fs::FileType::Fifo, .mode = 0600}),
        stream_(stream) {}
  // Through /dev/stdin and its like.
  exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open(const fs::Path& place, uint32_t flags) override;
  std::string_view describe(std::span<char> buffer) override {
    return format_into(buffer, "pipe:[{}]", number());
  }

 private:
  const hal::Stream stream_;
};

// What has been taken from the machine's input and not yet by a program.
struct Pending {
  std::array<char, 4096> bytes;
  size_t begin = 0, end = 0;
  bool empty() const { return begin == end; }
};

class StreamFile final : public fs::File {
 public:
  StreamFile(RefPtr<fs::Node> node, hal::Stream stream)
      : File({}, std::move(node),
             stream == hal::Stream::Input ? fs::open_flags::kReadOnly : fs::open_flags::kWriteOnly,
             stream == hal::Stream::Input ? 0 : fs::ready::kOut),
        stream_(stream) {}

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Transferred write(fs::IoSource from, fs::IoFlags how) override;

  // Input has come, or has ended.
  void note_input() { update_signals(0, fs::ready::kIn); }

 private:
  ErrnoOr<size_t> take(fs::IoTarget& to);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<StreamFile> file, fs::IoTarget to);

  const hal::Stream stream_;
  Guarded<Pending, LockRank::FsFile> pending_;
};

// The only reader of the machine's input; set once, before input can come.
constinit StreamFile* the_input = nullptr;

void on_input() {
  if (the_input != nullptr) the_input->note_input();
}

// Input has one reader; output may have many writers.
exec::Eventually<ErrnoOr<RefPtr<fs::File>>> StreamNode::open(const fs::Path&, uint32_t) {
  using Opened = ErrnoOr<RefPtr<fs::File>>;
  if (stream_ == hal::Stream::Input) return Opened(RefPtr<fs::File>(the_input));
  return Opened(to_errno(make_ref<StreamFile>(RefPtr<fs::Node>(this), stream_)));
}

// What is there; AGAIN when nothing is, with kIn cleared. 0 at the end of input.
ErrnoOr<size_t> StreamFile::take(fs::IoTarget& to) {
  if (to.empty()) return size_t{0};
  std::array<char, 512> piece;
  size_t count = 0;
  {
    auto pending = pending_.lock();
    if (pending->empty()) {
      update_signals(fs::ready::kIn, 0);
      pending->begin = 0;
      pending->end = hal::console_read(pending->bytes);
    }
    if (pending->empty() && !hal::console_input_ended()) return fail(Errno::AGAIN);
    update_signals(0, fs::ready::kIn);
    count = std::min({piece.size(), to.remaining(), pending->end - pending->begin});
    std::copy_n(pending->bytes.begin() + pending->begin, count, piece.begin());
    pending->begin += count;
  }
  if (count == 0) return size_t{0};
  return to.put(std::as_bytes(std::span(piece).first(count)));
}

exec::Task<ErrnoOr<size_t>> StreamFile::read_slowly(RefPtr<StreamFile> file, fs::IoTarget to) {
  for (;;) {
    const Status status = co_await fs::wait_for(file, fs::ready::kIn, kForever);
    if (status != Status::Ok) co_return fail(Errno::RESTARTSYS);
    const auto taken = file->take(to);
    if (taken || taken.error() != Errno::AGAIN) co_return taken;
  }
}

fs::File::Transferred StreamFile::read(fs::IoTarget to, fs::IoFlags how) {
  auto taken = take(to);
  if (taken || taken.error() != Errno::AGAIN) return taken;
  if (how.no_wait || non_blocking()) return taken;
  return read_slowly(RefPtr<StreamFile>(this), to);
}

fs::File::Transferred StreamFile::write(fs::IoSource from, fs::IoFlags) {
  std::array<std::byte, 4096> piece;
  size_t done = 0;
  while (!from.empty()) {
    const auto taken = from.take(std::span(piece).first(std::min(piece.size(), from.remaining())));
    if (!taken) {
      if (done != 0) return ErrnoOr<size_t>(done);
      return taken;
    }
    const std::string_view text(reinterpret_cast<const char*>(piece.data()), *taken);
    if (!hal::stream_write(stream_, text)) return ErrnoOr<size_t>(fail(Errno::PIPE));
    done += *taken;
  }
  return ErrnoOr<size_t>(done);
}

}  // namespace

ErrnoOr<RefPtr<fs::File>> open_stream(hal::Stream stream) {
  auto node = TRY(to_errno(make_ref<StreamNode>(stream)));
  auto file = TRY(to_errno(make_ref<StreamFile>(std::move(node), stream)));
  if (stream == hal::Stream::Input) {
    file->add_ref();  // for the handler, for good
    the_input = file.get();
    hal::console_set_input_handler(&on_input);
  }
  return RefPtr<fs::File>(std::move(file));
}

}  // namespace jacinth::linux
