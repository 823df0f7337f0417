#include "linux/proc/proc_fs.h"

#include <array>

#include "linux/proc/system_text.h"
#include "linux/proc/task_dir.h"

namespace jacinth::linux {
namespace {

constexpr uint32_t kProcMagic = 0x9fa0;
// "self": the process that asks; "thread-self": its thread.
class SelfLink final : public LinkNode {
 public:
  enum class Of : uint8_t { Process, Thread };
  SelfLink(fs::FileSystem& system, Of of) : LinkNode(system), of_(of) {}

 private:
  ErrnoOr<std::string_view> text(std::span<char> buffer) override {
    const LinuxThread& self = LinuxThread::of(*Thread::current());
    if (of_ == Of::Process) return format_into(buffer, "{}", self.process().id());
    return format_into(buffer, "{}/task/{}", self.process().id(), self.id());
  }
  const Of of_;
};

template <SelfLink::Of kOf>
ErrnoOr<RefPtr<fs::Node>> make_self(fs::FileSystem& system) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<SelfLink>(system, kOf))));
}

constexpr StaticEntry kLinks[] = {
    {.name = "self", .make = make_self<SelfLink::Of::Process>, .type = fs::FileType::Symlink},
    {.name = "thread-self", .make = make_self<SelfLink::Of::Thread>, .type = fs::FileType::Symlink},
};

// A process's directory knows whose it is.
class ProcRoot final : public TextDirectory {
 public:
  explicit ProcRoot(fs::FileSystem& system) : TextDirectory(system) {}

  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    if (const int32_t id = parse_number(name); id >= 0)
      return make_task_directory(file_system(), TRY(find_subject(id)));
    auto link = make_static_node(file_system(), kLinks, name);
    if (link || link.error() != Errno::NOENT) return link;
    return make_static_node(file_system(), system_entries(), name);
  }
  bool still_valid(std::string_view name, fs::Node& child) override {
    return parse_number(name) < 0 || is_valid_task_directory(child);
  }

  // The entries of tables first, then the processes: their positions are their numbers.
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    Counter counted(sink);
    const uint64_t links = std::size(kLinks), all = links + system_entries().size();
    if (position < links) {
      TRY(list_static(kLinks, position, counted, number() + 1));
      if (counted.full) return {};
      position = links;
    }
    if (position < all) {
      Shifted shifted(counted, links);
      TRY(list_static(system_entries(), position - links, shifted, number() + 1 + links));
      if (counted.full) return {};
      position = all;
    }
    for (;;) {
      const int32_t next = next_process(static_cast<int32_t>(position - all));
      if (next == 0) return {};
      std::array<char, 12> name;
      position = all + static_cast<uint64_t>(next);
      if (!sink.add(format_into(name, "{}", next), (uint64_t{1} << 32) + position,
                    fs::FileType::Directory, position + kDots))
        return {};
    }
  }

 private:
  // Remembers that the reader has no room any more.
  struct Counter final : fs::DirectorySink {
    explicit Counter(fs::DirectorySink& to) : to(to) {}
    bool add(std::string_view name, uint64_t at, fs::FileType type, uint64_t next) override {
      full = !to.add(name, at, type, next);
      return !full;
    }
    fs::DirectorySink& to;
    bool full = false;
  };
  // Positions of a table that comes behind another.
  struct Shifted final : fs::DirectorySink {
    Shifted(fs::DirectorySink& to, uint64_t by) : to(to), by(by) {}
    bool add(std::string_view name, uint64_t at, fs::FileType type, uint64_t next) override {
      return to.add(name, at, type, next + by);
    }
    fs::DirectorySink& to;
    const uint64_t by;
  };

  static int32_t next_process(int32_t after) {
    LockGuard guard(tasks_lock);
    return tasks().next_process(after);
  }
};

}  // namespace

ErrnoOr<RefPtr<fs::FileSystem>> create_procfs() {
  TRY(start_file_links());
  return TextFs::create("proc", kProcMagic, Errno::NOENT,
                        [](fs::FileSystem& system) -> ErrnoOr<RefPtr<fs::Node>> {
                          return RefPtr<fs::Node>(TRY(to_errno(make_ref<ProcRoot>(system))));
                        });
}

}  // namespace jacinth::linux
