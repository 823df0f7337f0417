#include "linux/proc/text_node.h"

#include <algorithm>
#include <array>

namespace jacinth::linux {
namespace {

class TextFile final : public fs::GeneratedFile {
 public:
  TextFile(const fs::Path& place, RefPtr<TextNode> node, uint32_t flags)
      : GeneratedFile(place, node, flags), text_node_(std::move(node)) {}

  Transferred write(fs::IoSource from, fs::IoFlags) override {
    std::array<char, 512> buffer;
    const auto run = [&]() -> ErrnoOr<size_t> {
      if (from.remaining() > buffer.size()) return fail(Errno::INVAL);
      const size_t count =
          TRY(from.take(std::as_writable_bytes(std::span(buffer)).first(from.remaining())));
      std::string_view text(buffer.data(), count);
      while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
      TRY(text_node_->accept(text));
      return count;
    };
    return run();
  }

 private:
  ErrnoOr<> generate(TextSink& out) override { return text_node_->generate(out); }

  const RefPtr<TextNode> text_node_;
};

class StaticTextNode final : public TextNode {
 public:
  StaticTextNode(fs::FileSystem& system, const StaticEntry& entry)
      : TextNode(RefPtr(&system), system.next_node_number(),
                 {.type = fs::FileType::Regular, .mode = entry.write != nullptr ? 0644u : 0444u}),
        entry_(entry) {}
  ErrnoOr<> generate(TextSink& out) override { return entry_.read(out); }
  ErrnoOr<> accept(std::string_view text) override {
    return entry_.write != nullptr ? entry_.write(text) : fail(Errno::INVAL);
  }

 private:
  const StaticEntry& entry_;
};

class StaticLinkNode final : public LinkNode {
 public:
  StaticLinkNode(fs::FileSystem& system, std::string_view target)
      : LinkNode(system), target_(target) {}

 private:
  ErrnoOr<std::string_view> text(std::span<char>) override { return target_; }
  const std::string_view target_;
};

class StaticDirectoryNode final : public TextDirectory {
 public:
  StaticDirectoryNode(fs::FileSystem& system, std::span<const StaticEntry> entries)
      : TextDirectory(system), entries_(entries) {}
  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    return make_static_node(file_system(), entries_, name);
  }
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    return list_static(entries_, position, sink, number() + 1);
  }

 private:
  const std::span<const StaticEntry> entries_;
};

fs::FileType type_of(const StaticEntry& entry) {
  if (entry.make != nullptr) return entry.type;
  if (entry.read != nullptr) return fs::FileType::Regular;
  return entry.link.empty() ? fs::FileType::Directory : fs::FileType::Symlink;
}

ErrnoOr<RefPtr<fs::Node>> make_node(fs::FileSystem& system, const StaticEntry& entry) {
  if (entry.make != nullptr) return entry.make(system);
  if (entry.read != nullptr)
    return RefPtr<fs::Node>(TRY(to_errno(make_ref<StaticTextNode>(system, entry))));
  if (!entry.link.empty())
    return RefPtr<fs::Node>(TRY(to_errno(make_ref<StaticLinkNode>(system, entry.link))));
  return make_static_directory(system, entry.entries);
}

}  // namespace

exec::Eventually<ErrnoOr<RefPtr<fs::File>>> TextNode::open(const fs::Path& place, uint32_t flags) {
  const auto run = [&]() -> ErrnoOr<RefPtr<fs::File>> {
    TRY(check_open(flags));
    return RefPtr<fs::File>(TRY(to_errno(make_ref<TextFile>(place, RefPtr(this), flags))));
  };
  return run();
}

ErrnoOr<fs::LinkTarget> LinkNode::read_link(const fs::Credentials&) {
  class Text final : public RefCounted {
   public:
    std::array<char, 64> buffer;
  };
  RefPtr<Text> made = TRY(to_errno(make_ref<Text>()));
  const std::string_view written = TRY(text(made->buffer));
  return fs::LinkTarget{.text = written, .keep = std::move(made)};
}

ErrnoOr<RefPtr<fs::Node>> make_static_node(fs::FileSystem& system,
                                           std::span<const StaticEntry> entries,
                                           std::string_view name) {
  const auto found = std::ranges::find(entries, name, &StaticEntry::name);
  if (found == entries.end()) return fail(Errno::NOENT);
  return make_node(system, *found);
}

ErrnoOr<> list_static(std::span<const StaticEntry> entries, uint64_t position,
                      fs::DirectorySink& sink, uint64_t first_number) {
  for (; position < entries.size(); ++position) {
    const StaticEntry& entry = entries[position];
    if (!sink.add(entry.name, first_number + position, type_of(entry), position + 1 + kDots)) break;
  }
  return {};
}

ErrnoOr<RefPtr<fs::Node>> make_static_directory(fs::FileSystem& system,
                                                std::span<const StaticEntry> entries) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<StaticDirectoryNode>(system, entries))));
}

int32_t parse_number(std::string_view text) {
  if (text.empty() || text.size() > 9 || (text.size() > 1 && text[0] == '0')) return -1;
  int32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace jacinth::linux
