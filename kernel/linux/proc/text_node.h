// Nodes of file systems that have nothing but what the kernel says: text made when it is read, and
// directories and links made of tables.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "fs/file_system.h"
#include "fs/generated_file.h"
#include "fs/node.h"

namespace jacinth::linux {

class LinuxProcess;

// Positions that a sink is told begin behind "." and "..".
inline constexpr uint64_t kDots = 2;

// Whose names are asked for (fs::FileSystem::Names::OnDemand).
class TextFs final : public fs::FileSystem {
 public:
  // The caller has the first use. NOMEM.
  template <typename MakeRoot>
  static ErrnoOr<RefPtr<fs::FileSystem>> create(std::string_view type, uint32_t magic,
                                                Errno refusal, MakeRoot&& make_root) {
    RefPtr<TextFs> made = TRY(to_errno(make_ref<TextFs>(type, magic, refusal)));
    TRY(made->set_root(TRY(make_root(*made))));
    return RefPtr<fs::FileSystem>(std::move(made));
  }
  fs::FileSystemInfo info() override { return {.magic = magic_}; }
  // How it refuses new entries.
  Errno refusal() const { return refusal_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  TextFs(std::string_view type, uint32_t magic, Errno refusal)
      : FileSystem(type, Names::OnDemand), magic_(magic), refusal_(refusal) {}

  const uint32_t magic_;
  const Errno refusal_;
};

// A directory of such a file system: nobody can make anything in it.
class TextDirectory : public fs::Node {
 public:
  ErrnoOr<RefPtr<fs::Node>> make_child(std::string_view, const fs::NewNode&) final {
    return fail(refusal());
  }
  ErrnoOr<RefPtr<fs::Node>> make_symlink(std::string_view, std::string_view,
                                         const fs::NewNode&) final {
    return fail(refusal());
  }
  // The process that it tells of as a whole; null: none.
  virtual LinuxProcess* process() const { return nullptr; }

 protected:
  explicit TextDirectory(fs::FileSystem& system,
                         const fs::NewNode& what = {.type = fs::FileType::Directory, .mode = 0555})
      : Node(RefPtr(&system), system.next_node_number(), what) {}

 private:
  Errno refusal() const { return static_cast<const TextFs&>(file_system()).refusal(); }
};

// A regular file whose text is made for each reader.
class TextNode : public fs::Node {
 public:
  // NOENT, SRCH: what it tells about is gone.
  virtual ErrnoOr<> generate(TextSink& out) = 0;
  // What has been written in one go. INVAL, PERM.
  virtual ErrnoOr<> accept(std::string_view text) { return fail(Errno::INVAL); }
  // Whether the caller may open it, beyond what its mode says.
  virtual ErrnoOr<> check_open(uint32_t flags) { return {}; }

  exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open(const fs::Path& place, uint32_t flags) final;
  // Writers come with O_TRUNC: there is nothing to cut.
  ErrnoOr<> resize(uint64_t) final { return {}; }

 protected:
  using Node::Node;
  uint64_t allocated_bytes() final { return 0; }
};

// A link whose text is made when it is asked for.
class LinkNode : public fs::Node {
 public:
  ErrnoOr<fs::LinkTarget> read_link(const fs::Credentials& who) override;

 protected:
  LinkNode(fs::FileSystem& system, uint32_t mode = 0777)
      : Node(RefPtr(&system), system.next_node_number(),
             {.type = fs::FileType::Symlink, .mode = mode}) {}
  // Its text, written into `buffer`.
  virtual ErrnoOr<std::string_view> text(std::span<char> buffer) = 0;
};

// Text as a template's argument: for functions that always write the same.
template <size_t kBytes>
struct FixedText {
  char text[kBytes];
  constexpr FixedText(const char (&from)[kBytes]) { std::ranges::copy(from, text); }
};

// One entry of a tree that never changes.
struct StaticEntry {
  std::string_view name;
  ErrnoOr<> (*read)(TextSink& out) = nullptr;                    // a file
  ErrnoOr<> (*write)(std::string_view text) = nullptr;           // that the superuser may change
  std::span<const StaticEntry> entries{};                        // a directory
  std::string_view link{};                                       // a symbolic link
  ErrnoOr<RefPtr<fs::Node>> (*make)(fs::FileSystem&) = nullptr;  // something else
  fs::FileType type = fs::FileType::Directory;                   // … of this type
};

// NOENT: no such entry.
ErrnoOr<RefPtr<fs::Node>> make_static_node(fs::FileSystem& system,
                                           std::span<const StaticEntry> entries,
                                           std::string_view name);
// Those from `position` on; positions go on behind the last.
ErrnoOr<> list_static(std::span<const StaticEntry> entries, uint64_t position,
                      fs::DirectorySink& sink, uint64_t first_number);
// A directory of them.
ErrnoOr<RefPtr<fs::Node>> make_static_directory(fs::FileSystem& system,
                                                std::span<const StaticEntry> entries);

// A decimal number of at most nine digits without sign or leading zeros; -1: it is none.
int32_t parse_number(std::string_view text);

}  // namespace jacinth::linux
