#include "fs/host_fs.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/vector.h"
#include "fs/host_file.h"

namespace jacinth::fs {
namespace {

using hal::HostAttributes;
using hal::HostFile;

constexpr uint32_t kMagic = 0x01021997;  // as for other protocols that pass files through

class HostFs final : public FileSystem {
 public:
  HostFs() : FileSystem("hostfs", Names::OnDemand) {}
  FileSystemInfo info() override { return {.magic = kMagic}; }
  ErrnoOr<> start(RefPtr<Node> root) { return set_root(std::move(root)); }
};

// A name with the NUL that the host wants.
class HostName {
 public:
  explicit HostName(std::string_view name) {
    const size_t length = name.copy(text_.data(), kMaxName);
    text_[length] = '\0';
  }
  const char* text() const { return text_.data(); }

 private:
  std::array<char, kMaxName + 1> text_;
};

Timestamp to_timestamp(HostAttributes::Time time) {
  return {.seconds = time.seconds, .nanoseconds = time.nanoseconds};
}

NewNode kind_of(const HostAttributes& about) {
  return {.type = type_of_mode(about.mode),
          .mode = about.mode & mode::kAll,
          .user = about.user,
          .group = about.group,
          .device = DeviceNumber::decode(about.special)};
}

class HostNode final : public HostContents {
 public:
  // Takes the file over.
  HostNode(RefPtr<FileSystem> system, HostFile file, const HostAttributes& about)
      : HostContents(std::move(system), about.number, kind_of(about), file), device_(about.device) {
    refresh(about);
  }

  static ErrnoOr<RefPtr<Node>> create(RefPtr<FileSystem> system, HostFile file);

  ErrnoOr<Attributes> attributes() override;
  ErrnoOr<> set_attributes(const AttributeChange& change) override;
  ErrnoOr<RefPtr<Node>> lookup(std::string_view name) override;
  bool still_valid(std::string_view name, Node& child) override;
  ErrnoOr<> list(uint64_t position, DirectorySink& sink) override;
  ErrnoOr<RefPtr<Node>> make_child(std::string_view name, const NewNode& wanted) override;
  ErrnoOr<RefPtr<Node>> make_symlink(std::string_view name, std::string_view target,
                                     const NewNode& wanted) override;
  ErrnoOr<> add_link(std::string_view name, Node& target) override;
  ErrnoOr<> remove_child(std::string_view name, Node& child) override;
  ErrnoOr<> move_child(const Move& move) override;
  ErrnoOr<LinkTarget> read_link(const Credentials& who) override;

 private:
  static HostNode& of(Node& node) { return static_cast<HostNode&>(node); }
  void refresh(const HostAttributes& about) {
    set_mode(about.mode & mode::kAll);
    set_size(about.size);
    set_links(about.links);
  }
  void refresh_links() {
    HostAttributes about;
    if (hal::host_attributes(file(), about) == 0) set_links(about.links);
  }

  const uint64_t device_;
};

ErrnoOr<RefPtr<Node>> HostNode::create(RefPtr<FileSystem> system, HostFile file) {
  HostAttributes about;
  auto result = host_result(hal::host_attributes(file, about));
  if (result) {
    auto made = make_ref<HostNode>(std::move(system), file, about);
    if (made) return RefPtr<Node>(*std::move(made));
    result = fail(Errno::NOMEM);
  }
  hal::host_close(file);
  return fail(result.error());
}

ErrnoOr<Attributes> HostNode::attributes() {
  HostAttributes about;
  TRY(host_result(hal::host_attributes(file(), about)));
  {
    LockGuard guard(lock());
    refresh(about);
  }
  return Attributes{.file_system = file_system().device(),
                    .number = about.number,
                    .mode = about.mode,
                    .links = about.links,
                    .user = about.user,
                    .group = about.group,
                    .device = DeviceNumber::decode(about.special),
                    .size = about.size,
                    .blocks = about.blocks,
                    .accessed = to_timestamp(about.accessed),
                    .modified = to_timestamp(about.modified),
                    .changed = to_timestamp(about.changed),
                    .created = to_timestamp(about.changed)};
}

ErrnoOr<> HostNode::set_attributes(const AttributeChange& change) {
  constexpr uint32_t kOmit = (1u << 30) - 2;
  auto has = [&change](uint32_t field) { return (change.fields & field) != 0; };
  if (has(AttributeChange::kUser | AttributeChange::kGroup))
    TRY(host_result(hal::host_set_owner(file(), has(AttributeChange::kUser) ? change.user : ~0u,
                                        has(AttributeChange::kGroup) ? change.group : ~0u)));
  if (has(AttributeChange::kMode)) TRY(host_result(hal::host_set_mode(file(), change.mode)));
  if (has(AttributeChange::kAccessed | AttributeChange::kModified)) {
    auto time = [](bool given, Timestamp value) {
      return HostAttributes::Time{.seconds = value.seconds,
                                  .nanoseconds = given ? value.nanoseconds : kOmit};
    };
    TRY(host_result(hal::host_set_times(file(),
                                        time(has(AttributeChange::kAccessed), change.accessed),
                                        time(has(AttributeChange::kModified), change.modified))));
  }
  // What may be done with it is asked of the node, so its copies are set too.
  return Node::set_attributes(change);
}

// --- Names

ErrnoOr<RefPtr<Node>> HostNode::lookup(std::string_view name) {
  const auto found = TRY(host_result(hal::host_find(file(), HostName(name).text())));
  return create(RefPtr(&file_system()), static_cast<HostFile>(found));
}

bool HostNode::still_valid(std::string_view name, Node& child) {
  HostAttributes about;
  if (hal::host_attributes_of(file(), HostName(name).text(), about) != 0) return false;
  HostNode& known = of(child);
  if (about.number != known.number() || about.device != known.device_) return false;
  LockGuard guard(known.lock());
  known.refresh(about);
  return true;
}

ErrnoOr<> HostNode::list(uint64_t position, DirectorySink& sink) {
  struct Record {
    uint64_t number;
    int64_t offset;
    uint16_t bytes;
    uint8_t type;
    char name[];
  };
  const auto opened = static_cast<HostFile>(TRY(host_result(hal::host_open(file(), 0))));
  alignas(Record) std::array<std::byte, 4096> records;
  // The position counts entries: what the host calls a position may be any number.
  uint64_t index = 0;
  bool full = false;
  int64_t got = 0;
  while (!full && (got = hal::host_list(opened, records)) > 0) {
    for (int64_t at = 0; at < got && !full;) {
      const auto* record = reinterpret_cast<const Record*>(records.data() + at);
      at += record->bytes;
      const std::string_view name(record->name);
      if (name == "." || name == ".." || index++ < position) continue;
      constexpr uint64_t kDots = 2;
      full = !sink.add(name, record->number, static_cast<FileType>(record->type), index + kDots);
    }
  }
  hal::host_close(opened);
  if (got < 0) return fail(host_errno(got));
  return {};
}

ErrnoOr<RefPtr<Node>> HostNode::make_child(std::string_view name, const NewNode& wanted) {
  const HostName text(name);
  if (wanted.type == FileType::Directory) {
    TRY(host_result(hal::host_make_folder(file(), text.text(), wanted.mode)));
  } else {
    if (wanted.type == FileType::CharDevice || wanted.type == FileType::BlockDevice)
      return fail(Errno::PERM);
    const uint32_t mode = mode_of(wanted.type, wanted.mode);
    TRY(host_result(hal::host_make_file(file(), text.text(), mode)));
  }
  return lookup(name);
}

ErrnoOr<RefPtr<Node>> HostNode::make_symlink(std::string_view name, std::string_view target,
                                             const NewNode&) {
  Vector<char> text = TRY(to_errno(Vector<char>::with_size(target.size() + 1)));
  std::ranges::copy(target, text.begin());
  TRY(host_result(hal::host_make_link(file(), HostName(name).text(), text.data())));
  return lookup(name);
}

ErrnoOr<> HostNode::add_link(std::string_view name, Node& target) {
  TRY(host_result(hal::host_add_name(of(target).file(), file(), HostName(name).text())));
  of(target).refresh_links();
  return {};
}

ErrnoOr<> HostNode::remove_child(std::string_view name, Node& child) {
  TRY(host_result(hal::host_remove(file(), HostName(name).text(), child.is_directory())));
  of(child).refresh_links();
  return {};
}

ErrnoOr<> HostNode::move_child(const Move& move) {
  TRY(host_result(hal::host_rename(file(), HostName(move.name).text(), of(move.to_directory).file(),
                                   HostName(move.to_name).text(), move.exchange)));
  if (move.replaced != nullptr) of(*move.replaced).refresh_links();
  return {};
}

ErrnoOr<LinkTarget> HostNode::read_link(const Credentials&) {
  class Text final : public RefCounted {
   public:
    std::array<char, kMaxPath> text;
  };
  RefPtr<Text> made = TRY(to_errno(make_ref<Text>()));
  const auto length =
      static_cast<size_t>(TRY(host_result(hal::host_read_link(file(), made->text))));
  const std::string_view text(made->text.data(), length);
  return LinkTarget{.text = text, .keep = std::move(made)};
}

}  // namespace

ErrnoOr<RefPtr<FileSystem>> create_host_fs(hal::HostFile folder) {
  RefPtr<HostFs> made = TRY(to_errno(make_ref<HostFs>()));
  TRY(made->start(TRY(HostNode::create(made, folder))));
  return RefPtr<FileSystem>(std::move(made));
}

}  // namespace jacinth::fs
