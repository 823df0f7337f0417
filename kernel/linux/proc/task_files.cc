// What a process has open: fd/, fdinfo/, and links that lead to open files; its memory as a file.
#include <algorithm>
#include <array>

#include "fs/mount.h"
#include "fs/tmpfs.h"
#include "linux/memory/other_memory.h"
#include "linux/proc/task_dir.h"

namespace jacinth::linux {
namespace {

// Where files without a name are: a mount that is in no tree. Set once.
constinit fs::Mount* nowhere = nullptr;

// What a magic link leads to, and how it is shown if that has no path.
class Place final : public RefCounted {
 public:
  fs::Path path;
  std::array<char, 280> text;
};

ErrnoOr<RefPtr<FileTable>> table_of(const Subject& subject) {
  auto table = subject.with_thread(
      [](LinuxThread& thread) -> ErrnoOr<RefPtr<FileTable>> { return thread.shared_files(); });
  if (!table || !*table) return fail(Errno::NOENT);
  return table;
}

ErrnoOr<RefPtr<fs::File>> file_of(const Subject& subject, int32_t fd) {
  auto table = TRY(table_of(subject));
  auto file = table->get_any(fd);
  if (!file) return fail(Errno::NOENT);
  return file;
}

class DescriptorLink final : public fs::Node {
 public:
  DescriptorLink(fs::FileSystem& system, Subject subject, int32_t fd, uint32_t mode)
      : Node(RefPtr(&system), system.next_node_number(), new_node(subject, mode)),
        subject_(std::move(subject)),
        fd_(fd) {}
  ErrnoOr<fs::LinkTarget> read_link(const fs::Credentials&) override {
    TRY(subject_.check_inspect());
    return link_to_file(*TRY(file_of(subject_, fd_)));
  }

 private:
  static fs::NewNode new_node(const Subject& subject, uint32_t mode) {
    const SubjectOwner owner = owner_of(subject.process());
    return {.type = fs::FileType::Symlink, .mode = mode, .user = owner.user, .group = owner.group};
  }
  const Subject subject_;
  const int32_t fd_;
};

class DescriptorInfo final : public TextNode {
 public:
  DescriptorInfo(fs::FileSystem& system, Subject subject, int32_t fd)
      : TextNode(RefPtr(&system), system.next_node_number(),
                 {.type = fs::FileType::Regular,
                  .mode = 0400,
                  .user = owner_of(subject.process()).user,
                  .group = owner_of(subject.process()).group}),
        subject_(std::move(subject)),
        fd_(fd) {}

  ErrnoOr<> generate(TextSink& out) override {
    const auto table = TRY(table_of(subject_));
    const auto file = TRY(file_of(subject_, fd_));
    uint32_t flags = file->flags();
    if (table->close_on_exec(fd_).value_or(false)) flags |= fs::open_flags::kCloseOnExec;
    const uint64_t position = file->seek(fs::File::Whence::Current, 0).value_or(0);
    std::array<char, 12> octal;
    size_t at = octal.size();
    for (uint32_t rest = flags; rest != 0; rest >>= 3)
      octal[--at] = static_cast<char>('0' + (rest & 7));
    const uint64_t mount = file->path().mount ? file->path().mount->id() : nowhere->id();
    format_to(out, "pos:\t{}\nflags:\t0{}\nmnt_id:\t{}\nino:\t{}\n", position,
              std::string_view(octal.data() + at, octal.size() - at), mount, file->node().number());
    return {};
  }
  ErrnoOr<> check_open(uint32_t) override { return subject_.check_inspect(); }

 private:
  const Subject subject_;
  const int32_t fd_;
};

// fd/ or fdinfo/.
class DescriptorList final : public TextDirectory {
 public:
  enum class Kind : uint8_t { Links, Infos };
  DescriptorList(fs::FileSystem& system, Subject subject, Kind kind)
      : TextDirectory(system, {.type = fs::FileType::Directory,
                               .mode = kind == Kind::Links ? 0500u : 0555u,
                               .user = owner_of(subject.process()).user,
                               .group = owner_of(subject.process()).group}),
        subject_(std::move(subject)),
        kind_(kind) {}

  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    const int32_t fd = parse_number(name);
    const auto file = TRY(file_of(subject_, fd));
    if (kind_ == Kind::Infos)
      return RefPtr<fs::Node>(TRY(to_errno(make_ref<DescriptorInfo>(file_system(), subject_, fd))));
    return RefPtr<fs::Node>(
        TRY(to_errno(make_ref<DescriptorLink>(file_system(), subject_, fd, mode_of(*file)))));
  }
  bool still_valid(std::string_view name, fs::Node& child) override {
    const auto file = file_of(subject_, parse_number(name));
    return file && (kind_ == Kind::Infos || child.mode() == mode_of(**file));
  }
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    TRY(subject_.check_inspect());
    const auto table = TRY(table_of(subject_));
    for (auto fd = static_cast<int32_t>(position); (fd = table->next_used(fd)) >= 0; ++fd) {
      std::array<char, 12> name;
      const auto at = static_cast<uint64_t>(fd);
      const auto type = kind_ == Kind::Links ? fs::FileType::Symlink : fs::FileType::Regular;
      if (!sink.add(format_into(name, "{}", fd), number() + 1 + at, type, at + 1 + kDots)) break;
    }
    return {};
  }

 private:
  // What can be done with it, as a link's mode.
  static uint32_t mode_of(const fs::File& file) {
    return 0100u | (file.can_read() ? 0400u : 0) | (file.can_write() ? 0200u : 0);
  }

  const Subject subject_;
  const Kind kind_;
};

// --- mem

class MemoryFile final : public fs::File {
 public:
  MemoryFile(const fs::Path& place, RefPtr<fs::Node> node, uint32_t flags,
             RefPtr<LinuxMemory> memory)
      : File(place, std::move(node), flags), memory_(std::move(memory)) {}

  Transferred read(fs::IoTarget to, fs::IoFlags how) override {
    const uint64_t at = position_.load(std::memory_order_relaxed);
    auto done = read_at(at, to, how);
    if (done.value()) position_.store(at + *done.value(), std::memory_order_relaxed);
    return done;
  }
  Transferred write(fs::IoSource from, fs::IoFlags how) override {
    const uint64_t at = position_.load(std::memory_order_relaxed);
    auto done = write_at(at, from, how);
    if (done.value()) position_.store(at + *done.value(), std::memory_order_relaxed);
    return done;
  }
  Transferred read_at(uint64_t offset, fs::IoTarget to, fs::IoFlags) override {
    std::array<std::byte, 1024> piece;
    size_t done = 0;
    while (!to.empty()) {
      const auto wanted = std::span(piece).first(std::min(piece.size(), to.remaining()));
      const auto got = memory_->space()->read_memory(VirtAddr{offset + done}, wanted);
      if (!got || *got == 0) break;
      const auto put = to.put(wanted.first(*got));
      if (!put) return done != 0 ? ErrnoOr<size_t>(done) : fail(put.error());
      done += *put;
    }
    if (done == 0 && !to.empty()) return ErrnoOr<size_t>(fail(Errno::IO));
    return ErrnoOr<size_t>(done);
  }
  Transferred write_at(uint64_t offset, fs::IoSource from, fs::IoFlags) override {
    std::array<std::byte, 1024> piece;
    size_t done = 0;
    while (!from.empty()) {
      const auto taken =
          from.take(std::span(piece).first(std::min(piece.size(), from.remaining())));
      if (!taken) return done != 0 ? ErrnoOr<size_t>(done) : fail(taken.error());
      const size_t put = write_other(*memory_, VirtAddr{offset + done},
                                     std::span(piece).first(*taken), OtherAccess::Forced);
      done += put;
      if (put < *taken) break;
    }
    if (done == 0) return ErrnoOr<size_t>(fail(Errno::IO));
    return ErrnoOr<size_t>(done);
  }
  ErrnoOr<uint64_t> seek(Whence whence, int64_t offset) override {
    if (whence == Whence::Current) offset += static_cast<int64_t>(position_.load());
    if (whence > Whence::Current) return fail(Errno::INVAL);
    position_.store(static_cast<uint64_t>(offset));
    return static_cast<uint64_t>(offset);
  }
  bool can_poll() override { return false; }

 private:
  const RefPtr<LinuxMemory> memory_;
  std::atomic<uint64_t> position_{0};
};

class MemoryNode final : public fs::Node {
 public:
  MemoryNode(fs::FileSystem& system, Subject subject)
      : Node(RefPtr(&system), system.next_node_number(),
             {.type = fs::FileType::Regular,
              .mode = 0600,
              .user = owner_of(subject.process()).user,
              .group = owner_of(subject.process()).group}),
        subject_(std::move(subject)) {}
  exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open(const fs::Path& place, uint32_t flags) override {
    const auto run = [&]() -> ErrnoOr<RefPtr<fs::File>> {
      TRY(subject_.check_inspect());
      auto memory = subject_.memory();
      if (!memory) return fail(Errno::SRCH);
      return RefPtr<fs::File>(TRY(
          to_errno(make_ref<MemoryFile>(place, RefPtr<fs::Node>(this), flags, std::move(memory)))));
    };
    return run();
  }

 private:
  const Subject subject_;
};

}  // namespace

ErrnoOr<> start_file_links() {
  if (nowhere != nullptr) return {};
  auto system = TRY(fs::Tmpfs::create({.mode = 0700}, "anon_inodefs"));
  auto mount = TRY(fs::Mount::create(system, system->root(), 0, "none"));
  mount->add_ref();  // for good
  nowhere = mount.get();
  return {};
}

ErrnoOr<fs::LinkTarget> link_to_place(fs::Path path) {
  RefPtr<Place> place = TRY(to_errno(make_ref<Place>()));
  place->path = std::move(path);
  const fs::Path* const where = &place->path;
  return fs::LinkTarget{.keep = std::move(place), .place = where};
}

ErrnoOr<fs::LinkTarget> link_to_file(fs::File& file) {
  if (file.path()) return link_to_place(file.path());
  RefPtr<Place> place = TRY(to_errno(make_ref<Place>()));
  std::string_view text = file.describe(place->text);
  if (text.empty()) text = "anon_inode:[file]";
  auto dentry = TRY(fs::Dentry::create(nullptr, text, RefPtr(&file.node())));
  place->path = fs::Path(RefPtr(nowhere), std::move(dentry));
  const fs::Path* const where = &place->path;
  return fs::LinkTarget{.text = text, .keep = std::move(place), .place = where};
}

ErrnoOr<RefPtr<fs::Node>> make_descriptor_links(fs::FileSystem& system, const Subject& subject) {
  return RefPtr<fs::Node>(
      TRY(to_errno(make_ref<DescriptorList>(system, subject, DescriptorList::Kind::Links))));
}

ErrnoOr<RefPtr<fs::Node>> make_descriptor_infos(fs::FileSystem& system, const Subject& subject) {
  return RefPtr<fs::Node>(
      TRY(to_errno(make_ref<DescriptorList>(system, subject, DescriptorList::Kind::Infos))));
}

ErrnoOr<RefPtr<fs::Node>> make_memory_node(fs::FileSystem& system, const Subject& subject) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<MemoryNode>(system, subject))));
}

}  // namespace jacinth::linux
