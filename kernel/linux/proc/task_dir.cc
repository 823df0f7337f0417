#include "linux/proc/task_dir.h"

#include <algorithm>
#include <array>
#include <optional>

#include "linux/memory/out_of_memory.h"
#include "linux/proc/task_text.h"

namespace jacinth::linux {
namespace {

using MakeNode = ErrnoOr<RefPtr<fs::Node>> (*)(fs::FileSystem&, const Subject&);
using ReadLink = ErrnoOr<fs::LinkTarget> (*)(const Subject&);
using Accept = ErrnoOr<> (*)(const Subject&, std::string_view);

enum class Of : uint8_t { Both, Process };
enum class Open : uint8_t { Everyone, Inspectors };

struct TaskEntry {
  std::string_view name;
  uint32_t mode = 0444;
  task_text::Write write = nullptr;  // a file's text
  Open open = Open::Everyone;        // who may read that
  Of of = Of::Both;
  Accept accept = nullptr;
  ReadLink link = nullptr;  // a magic link
  MakeNode make = nullptr;  // something else, of this type
  fs::FileType type = fs::FileType::Directory;
};

fs::NewNode owned(const Subject& subject, fs::FileType type, uint32_t mode) {
  const SubjectOwner owner = owner_of(subject.process());
  return {.type = type, .mode = mode, .user = owner.user, .group = owner.group};
}

class TaskTextNode final : public TextNode {
 public:
  TaskTextNode(fs::FileSystem& system, Subject subject, const TaskEntry& entry)
      : TextNode(RefPtr(&system), system.next_node_number(),
                 owned(subject, fs::FileType::Regular, entry.mode)),
        subject_(std::move(subject)),
        entry_(entry) {}
  ErrnoOr<> generate(TextSink& out) override {
    if (!subject_.exists()) return fail(Errno::SRCH);
    return entry_.write(subject_, out);
  }
  ErrnoOr<> accept(std::string_view text) override {
    return entry_.accept != nullptr ? entry_.accept(subject_, text) : fail(Errno::INVAL);
  }
  ErrnoOr<> check_open(uint32_t) override {
    return entry_.open == Open::Inspectors ? subject_.check_inspect() : ErrnoOr<>();
  }

 private:
  const Subject subject_;
  const TaskEntry& entry_;
};

class TaskLinkNode final : public fs::Node {
 public:
  TaskLinkNode(fs::FileSystem& system, Subject subject, const TaskEntry& entry)
      : Node(RefPtr(&system), system.next_node_number(),
             owned(subject, fs::FileType::Symlink, 0777)),
        subject_(std::move(subject)),
        entry_(entry) {}
  ErrnoOr<fs::LinkTarget> read_link(const fs::Credentials&) override {
    TRY(subject_.check_inspect());
    return entry_.link(subject_);
  }

 private:
  const Subject subject_;
  const TaskEntry& entry_;
};

// --- Links

ErrnoOr<fs::LinkTarget> program_link(const Subject& subject) {
  const auto memory = subject.memory();
  if (!memory || !memory->program) return fail(Errno::NOENT);
  return link_to_file(*memory->program);
}

ErrnoOr<RefPtr<FsContext>> context_of(const Subject& subject) {
  auto context = subject.with_thread(
      [](LinuxThread& thread) -> ErrnoOr<RefPtr<FsContext>> { return thread.shared_fs(); });
  if (!context || !*context) return fail(Errno::NOENT);
  return context;
}

ErrnoOr<fs::LinkTarget> directory_link(const Subject& subject) {
  return link_to_place(TRY(context_of(subject))->directory());
}

ErrnoOr<fs::LinkTarget> root_link(const Subject& subject) {
  return link_to_place(TRY(context_of(subject))->root());
}

// --- Short texts

ErrnoOr<> comm(const Subject& subject, TextSink& out) {
  const auto name = subject.name();
  format_to(out, "{}\n", std::string_view(name.data(), std::ranges::find(name, '\0')));
  return {};
}

ErrnoOr<> set_comm(const Subject& subject, std::string_view text) {
  std::array<char, 16> name{};
  text.copy(name.data(), name.size() - 1);
  return subject.with_thread([&](LinuxThread& thread) -> ErrnoOr<> {
    if (&thread.process() != &LinuxThread::of(*Thread::current()).process())
      return fail(Errno::INVAL);
    thread.name = name;
    return {};
  });
}

ErrnoOr<> score(const Subject& subject, TextSink& out) {
  format_to(out, "{}\n", oom_score(subject.process()));
  return {};
}

ErrnoOr<> score_adjustment(const Subject& subject, TextSink& out) {
  format_to(out, "{}\n", subject.process().oom_score_adjustment.load());
  return {};
}

// Decimal, with blanks around it.
std::optional<int32_t> number_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  constexpr size_t kMostDigits = 6;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  int32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return negative ? -number : number;
}

// Who may not use more than its share of the system may only make itself worth more.
ErrnoOr<> set_score_adjustment(const Subject& subject, std::string_view text) {
  constexpr int32_t kMost = 1000;
  constexpr uint64_t kCapSysResource = 1 << 24;
  const auto wanted = number_of(text);
  if (!wanted || *wanted < -kMost || *wanted > kMost) return fail(Errno::INVAL);
  LinuxProcess& caller = LinuxThread::of(*Thread::current()).process();
  const uint64_t may = caller.credentials.lock()->capabilities.effective;
  LinuxProcess& process = subject.process();
  if (*wanted < process.oom_score_adjustment && (may & kCapSysResource) == 0)
    return fail(Errno::ACCES);
  process.oom_score_adjustment = *wanted;
  return {};
}

ErrnoOr<> accept_any(const Subject&, std::string_view) { return {}; }

template <FixedText kText>
ErrnoOr<> always(const Subject&, TextSink& out) {
  out.write({kText.text, sizeof kText.text - 1});
  return {};
}

ErrnoOr<RefPtr<fs::Node>> make_thread_list(fs::FileSystem& system, const Subject& subject);

constexpr TaskEntry kEntries[] = {
    {.name = "auxv", .mode = 0400, .write = task_text::auxiliary_vector, .open = Open::Inspectors},
    {.name = "cgroup", .write = always<"0::/\n">},
    {.name = "cmdline", .write = task_text::command_line},
    {.name = "comm", .mode = 0644, .write = comm, .accept = set_comm},
    {.name = "cwd", .link = directory_link},
    {.name = "environ", .mode = 0400, .write = task_text::environment, .open = Open::Inspectors},
    {.name = "exe", .link = program_link},
    {.name = "fd", .make = make_descriptor_links},
    {.name = "fdinfo", .make = make_descriptor_infos},
    {.name = "io", .mode = 0400, .write = task_text::io, .open = Open::Inspectors},
    {.name = "limits", .write = task_text::limits},
    {.name = "loginuid", .mode = 0644, .write = always<"4294967295">, .accept = accept_any},
    {.name = "maps", .write = task_text::maps, .open = Open::Inspectors},
    {.name = "mem", .mode = 0600, .make = make_memory_node, .type = fs::FileType::Regular},
    {.name = "mountinfo", .write = task_text::mount_info},
    {.name = "mounts", .write = task_text::mounts},
    {.name = "oom_adj", .mode = 0644, .write = always<"0\n">, .accept = accept_any},
    {.name = "oom_score", .write = score},
    {.name = "oom_score_adj",
     .mode = 0644,
     .write = score_adjustment,
     .accept = set_score_adjustment},
    {.name = "personality", .mode = 0400, .write = always<"00000000\n">, .open = Open::Inspectors},
    {.name = "root", .link = root_link},
    {.name = "sessionid", .write = always<"4294967295">},
    {.name = "smaps", .write = task_text::smaps, .open = Open::Inspectors},
    {.name = "smaps_rollup", .write = task_text::smaps_rollup, .open = Open::Inspectors},
    {.name = "stat", .write = task_text::stat},
    {.name = "statm", .write = task_text::statm},
    {.name = "status", .write = task_text::status},
    {.name = "syscall", .mode = 0400, .write = always<"running\n">, .open = Open::Inspectors},
    {.name = "task", .of = Of::Process, .make = make_thread_list},
    {.name = "wchan", .write = always<"0">},
};

fs::FileType type_of(const TaskEntry& entry) {
  if (entry.write != nullptr) return fs::FileType::Regular;
  return entry.link != nullptr ? fs::FileType::Symlink : entry.type;
}

bool has(const Subject& subject, const TaskEntry& entry) {
  return entry.of == Of::Both || subject.thread_id() == 0;
}

class TaskDirectory final : public TextDirectory {
 public:
  TaskDirectory(fs::FileSystem& system, Subject subject)
      : TextDirectory(system, owned(subject, fs::FileType::Directory, 0555)),
        subject_(std::move(subject)) {}

  const Subject& subject() const { return subject_; }
  LinuxProcess* process() const override {
    return subject_.thread_id() == 0 ? &subject_.process() : nullptr;
  }

  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    const auto* const entry = std::ranges::find(kEntries, name, &TaskEntry::name);
    if (entry == std::end(kEntries) || !has(subject_, *entry)) return fail(Errno::NOENT);
    if (!subject_.exists()) return fail(Errno::SRCH);
    if (entry->write != nullptr)
      return RefPtr<fs::Node>(
          TRY(to_errno(make_ref<TaskTextNode>(file_system(), subject_, *entry))));
    if (entry->link != nullptr)
      return RefPtr<fs::Node>(
          TRY(to_errno(make_ref<TaskLinkNode>(file_system(), subject_, *entry))));
    return entry->make(file_system(), subject_);
  }
  bool still_valid(std::string_view, fs::Node& child) override {
    return subject_.exists() && child.user() == owner_of(subject_.process()).user;
  }
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    if (!subject_.exists()) return fail(Errno::NOENT);
    for (; position < std::size(kEntries); ++position) {
      const TaskEntry& entry = kEntries[position];
      if (has(subject_, entry) &&
          !sink.add(entry.name, number() + 1 + position, type_of(entry), position + 1 + kDots))
        break;
    }
    return {};
  }

 private:
  const Subject subject_;
};

// /proc/PID/task
class ThreadList final : public TextDirectory {
 public:
  ThreadList(fs::FileSystem& system, Subject subject)
      : TextDirectory(system, owned(subject, fs::FileType::Directory, 0555)),
        subject_(std::move(subject)) {}

  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    const Subject thread(RefPtr(&subject_.process()), parse_number(name));
    if (thread.thread_id() <= 0 || !thread.exists()) return fail(Errno::NOENT);
    return make_task_directory(file_system(), thread);
  }
  bool still_valid(std::string_view, fs::Node& child) override {
    return is_valid_task_directory(child);
  }
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    for (;;) {
      // The position is the last number told.
      const int32_t next = next_thread(static_cast<int32_t>(position));
      if (next == 0) return {};
      std::array<char, 12> name;
      const auto at = static_cast<uint64_t>(next);
      if (!sink.add(format_into(name, "{}", next), at, fs::FileType::Directory, at + kDots))
        return {};
      position = at;
    }
  }

 private:
  int32_t next_thread(int32_t after) {
    LockGuard guard(tasks_lock);
    int32_t found = 0;
    for (const LinuxThread& thread : subject_.process().threads()) {
      if (thread.id() > after && (found == 0 || thread.id() < found)) found = thread.id();
    }
    return found;
  }

  const Subject subject_;
};

ErrnoOr<RefPtr<fs::Node>> make_thread_list(fs::FileSystem& system, const Subject& subject) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<ThreadList>(system, subject))));
}

}  // namespace

ErrnoOr<RefPtr<fs::Node>> make_task_directory(fs::FileSystem& system, const Subject& subject) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<TaskDirectory>(system, subject))));
}

bool is_valid_task_directory(const fs::Node& node) {
  return static_cast<const TaskDirectory&>(node).subject().exists();
}

LinuxProcess* process_of_directory(const fs::Node& node) {
  if (!node.is_directory() || node.file_system().type() != "proc") return nullptr;
  return static_cast<const TextDirectory&>(node).process();
}

ErrnoOr<Subject> find_subject(int32_t id) {
  if (id <= 0) return fail(Errno::NOENT);
  LockGuard guard(tasks_lock);
  if (LinuxProcess* const process = tasks().find_process(id); process != nullptr)
    return Subject(RefPtr(process), 0);
  LinuxThread* const thread = tasks().find_thread(id);
  if (thread == nullptr) return fail(Errno::NOENT);
  return Subject(RefPtr(&thread->process()), id);
}

}  // namespace jacinth::linux
