#include "linux/program/execution.h"

#include <algorithm>
#include <cstring>

#include "fs/operations.h"
#include "linux/arch.h"
#include "linux/files/path_argument.h"
#include "linux/memory/memory_limits.h"
#include "linux/program/vdso.h"
#include "linux/task/task_table.h"
#include "linux/tracing/trace_stop.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {
namespace {

constexpr int kMostScripts = 5;
constexpr size_t kScriptLine = 256;

struct Image {
  RefPtr<fs::File> file;
  ElfProgram elf;
};

// Who the program acts for: set-user and set-group bits.
struct Privileges {
  CredentialSet credentials;
  bool secure = false;
};

// A new memory with everything the program begins with.
struct Prepared {
  RefPtr<LinuxMemory> memory;
  RefPtr<FileTable> files;
  RefPtr<SignalHandlers> handlers;
  VirtAddr entry{};
  FirstStack stack;
};
// What execve works on: too much for a coroutine's frame.
struct Loading : HeapAllocated {
  fs::Path place;
  Vector<char> name;  // as the caller said it, with its NUL
  ProgramStrings strings;
  CredentialSet caller;
  Vector<char> current;  // the script or interpreter being looked at
  std::array<char, kScriptLine> line{};
  Image program;
  Image interpreter;
  Privileges privileges;
  Prepared prepared;
  bool dynamic() const { return !program.elf.interpreter.empty(); }
};

ErrnoOr<> append(Vector<char>& to, std::string_view text) {
  TRY(to_errno(to.reserve(to.size() + text.size() + 1)));
  for (const char c : text) TRY(to_errno(to.push_back(c)));
  return to_errno(to.push_back('\0'));
}

std::string_view text_of(const Vector<char>& text) {
  return {text.data(), text.empty() ? 0 : text.size() - 1};
}

// Running a file needs no right to read it.
exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open_program(const fs::Path& place,
                                                         const CredentialSet& caller) {
  using Opened = ErrnoOr<RefPtr<fs::File>>;
  if (place.node().type() != fs::FileType::Regular) return Opened(fail(Errno::ACCES));
  const auto allowed = fs::check_access(place, caller.for_files(), fs::access::kExecute);
  if (!allowed) return Opened(fail(allowed.error()));
  if ((place.mount->flags() & fs::mount_flags::kNoExecute) != 0) return Opened(fail(Errno::ACCES));
  static constexpr fs::Credentials kKernel{.capabilities = fs::capability::kAll};
  return fs::open_at(place, kKernel, fs::open_flags::kReadOnly);
}

// `#! interpreter [argument]`
struct ScriptLine {
  std::string_view interpreter;
  std::string_view argument;
};
ErrnoOr<ScriptLine> parse_script(std::string_view line) {
  const size_t end = line.find('\n');
  if (end == line.npos && line.size() == kScriptLine) return fail(Errno::NOEXEC);
  line = line.substr(2, end == line.npos ? line.npos : end - 2);
  constexpr std::string_view kBlank = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  line = line.substr(0, line.find_last_not_of(kBlank) + 1);
  const size_t split = std::min(line.find_first_of(kBlank), line.size());
  ScriptLine script{.interpreter = line.substr(0, split), .argument = line.substr(split)};
  script.argument.remove_prefix(
      std::min(script.argument.find_first_not_of(kBlank), script.argument.size()));
  if (script.interpreter.empty()) return fail(Errno::NOEXEC);
  return script;
}

// The script's path takes the place of the first argument, behind the interpreter and its argument.
ErrnoOr<> prepend(ProgramStrings& strings, const ScriptLine& script, std::string_view path) {
  Vector<char> bytes;
  TRY(append(bytes, script.interpreter));
  size_t added = 1;
  if (!script.argument.empty()) {
    TRY(append(bytes, script.argument));
    ++added;
  }
  TRY(append(bytes, path));
  ++added;
  const std::string_view old(strings.bytes.data(), strings.bytes.size());
  const size_t first = strings.argument_count == 0 ? 0 : old.find('\0') + 1;
  const std::string_view rest = old.substr(first);
  TRY(to_errno(bytes.reserve(bytes.size() + rest.size())));
  for (const char c : rest) TRY(to_errno(bytes.push_back(c)));
  strings.environment_offset += bytes.size() - strings.bytes.size();
  strings.argument_count += added - (strings.argument_count == 0 ? 0 : 1);
  strings.bytes = std::move(bytes);
  return {};
}

ErrnoOr<fs::Path> find(LinuxThread& self, std::string_view path, const CredentialSet& who) {
  const fs::Path root = self.fs->root();
  const fs::Path base = self.fs->directory();
  const fs::Credentials view = who.for_files();
  return fs::walk({.root = root, .base = base, .who = view}, path, fs::walk_flags::kFollow);
}

// What `line` of a script asks for takes its place. LOOP is the caller's to find.
ErrnoOr<> follow_script(LinuxThread& self, Loading& loading, size_t length) {
  const ScriptLine script = TRY(parse_script({loading.line.data(), length}));
  TRY(prepend(loading.strings, script, text_of(loading.current)));
  loading.place = TRY(find(self, script.interpreter, loading.caller));
  loading.current.clear();
  return append(loading.current, script.interpreter);
}

// The program that is to run in the end: scripts replaced by their interpreters.
exec::Task<ErrnoOr<>> find_program(LinuxThread& self, Loading& loading) {
  CO_TRY(append(loading.current, text_of(loading.name)));
  for (int depth = 0; depth <= kMostScripts; ++depth) {
    loading.program.file = CO_TRY(co_await open_program(loading.place, loading.caller));
    // What somebody is writing is not even looked at.
    fs::Node& node = loading.program.file->node();
    CO_TRY(node.deny_writing());
    node.allow_writing();
    const size_t got = CO_TRY(co_await loading.program.file->read_at(
        0, fs::IoTarget::kernel(std::as_writable_bytes(std::span(loading.line))), {}));
    if (!std::string_view(loading.line.data(), got).starts_with("#!")) co_return ErrnoOr<>();
    CO_TRY(follow_script(self, loading, got));
  }
  co_return fail(Errno::LOOP);
}

exec::Task<ErrnoOr<>> load_interpreter(LinuxThread& self, Loading& loading) {
  loading.place = CO_TRY(find(self, text_of(loading.program.elf.interpreter), loading.caller));
  loading.interpreter.file = CO_TRY(co_await open_program(loading.place, loading.caller));
  const auto read = co_await read_elf(loading.interpreter.file, loading.interpreter.elf);
  if (!read) co_return fail(read.error() == Errno::NOEXEC ? Errno::LIBBAD : read.error());
  co_return ErrnoOr<>();
}

Privileges privileges_of(LinuxThread& self, const fs::File& file) {
  LinuxProcess& process = self.process();
  const bool may_gain = Tracing::may_gain_privileges(self);
  Privileges result{.credentials = *process.credentials.lock()};
  CredentialSet& who = result.credentials;
  who.keeps_capabilities = false;
  const fs::Node& node = file.node();
  const bool allowed = !process.no_new_privileges && may_gain &&
                       (file.path().mount->flags() & fs::mount_flags::kNoSetUser) == 0;
  const CredentialSet::Ids before = who.user;
  if (allowed && (node.mode() & fs::mode::kSetUser) != 0) {
    who.user.effective = node.user();
    result.secure = who.user.effective != who.user.real;
  }
  constexpr uint32_t kSetGroup = fs::mode::kSetGroup | fs::mode::kGroupExecute;
  if (allowed && (node.mode() & kSetGroup) == kSetGroup) {
    who.group.effective = node.group();
    result.secure = result.secure || who.group.effective != who.group.real;
  }
  who.user.saved = who.user.file_system = who.user.effective;
  who.group.saved = who.group.file_system = who.group.effective;
  who.user_changed(before);
  if (who.is_root() && !before.effective) return result;
  if (who.is_root())
    who.capabilities.permitted = who.capabilities.effective = who.capabilities.bounding;
  return result;
}

ErrnoOr<Prepared> prepare(LinuxThread& self, const Loading& loading) {
  const Image& program = loading.program;
  const Image& interpreter = loading.interpreter;
  Prepared made;
  made.memory = TRY(to_errno(LinuxMemory::create()));
  LinuxMemory& memory = *made.memory;
  const LoadedImage image = TRY(map_image(memory, program.elf, program.file));
  LoadedImage entry = image;
  if (loading.dynamic()) entry = TRY(map_image(memory, interpreter.elf, interpreter.file));
  TRY(map_trampoline(memory));
  const uint64_t vdso = TRY(map_vdso(memory));
  memory.set_heap(heap_place(program.elf, image));
  TRY(memory.set_program(program.file));
  memory.layout.code_start = image.start;
  memory.layout.code_end = image.end;
  made.entry = VirtAddr{entry.entry};
  made.stack = TRY(make_stack(
      memory, {.strings = loading.strings,
               .program_name = text_of(loading.name),
               .program = program.elf,
               .image = image,
               .interpreter_base = loading.dynamic() ? entry.bias + interpreter.elf.start : 0,
               .credentials = loading.privileges.credentials,
               .secure = loading.privileges.secure,
               .vdso = vdso,
               .stack_limit = self.process().limits.lock()->of[kLimitStack].soft}));
  if (self.files->ref_count() > 1) made.files = TRY(self.files->copy());
  LinuxProcess& process = self.process();
  if (process.shared_handlers()->ref_count() > 1)
    made.handlers = TRY(to_errno(process.handlers().copy(true)));
  return made;
}

void set_name(LinuxThread& self, std::string_view path) {
  const std::string_view base = path.substr(path.rfind('/') + 1);
  self.name = {};
  std::ranges::copy(base.substr(0, self.name.size() - 1), self.name.begin());
  (void)self.object().process().set_name({self.name.data()});
}

}  // namespace

// From here on there is no way back.
class Execution {
 public:
  static void become(LinuxThread& self, Loading& loading) {
    Prepared& prepared = loading.prepared;
    const Privileges& privileges = loading.privileges;
    LinuxProcess& process = self.process();
    *process.credentials.lock() = privileges.credentials;
    if (prepared.files) self.replace_files(std::move(prepared.files));
    self.files->close_on_exec();
    process.timers.remove_all();
    if (prepared.handlers) {
      process.replace_handlers(std::move(prepared.handlers));
    } else {
      process.handlers().reset_for_exec();
    }
    const RefPtr<vm::AddressSpace> space = prepared.memory->space();
    process.replace_memory(std::move(prepared.memory));
    self.object().process().replace_address_space(space);
    {
      LockGuard guard(tasks_lock);
      process.has_execed_ = true;
      process.exit_signal_ = kSigChld;
    }
    tasks().vfork_over(process);
    process.dumpable = privileges.secure ? 0 : 1;
    self.set_child_tid = self.clear_child_tid = self.robust_list = {};
    self.rseq = {};
    self.restart = {};
    self.alt_stack = {.base = 0, .flags = alt_stack::kDisable, .padding = 0, .size = 0};
    set_name(self, text_of(loading.name));
    start_program(self.object().context(), prepared.entry, prepared.stack.pointer);
  }
};

exec::Task<ErrnoOr<>> execute(LinuxThread& self, fs::Path place, Vector<char> name,
                              ProgramStrings strings) {
  auto made = make_unique<Loading>();
  if (!made) co_return fail(Errno::NOMEM);
  Loading& loading = **made;
  loading.place = std::move(place);
  loading.name = std::move(name);
  loading.strings = std::move(strings);
  loading.caller = *self.process().credentials.lock();
  CO_TRY(co_await find_program(self, loading));
  CO_TRY(co_await read_elf(loading.program.file, loading.program.elf));
  if (loading.dynamic()) CO_TRY(co_await load_interpreter(self, loading));
  loading.privileges = privileges_of(self, *loading.program.file);
  loading.prepared = CO_TRY(prepare(self, loading));
  const FirstStack stack = loading.prepared.stack;
  const bool fits = may_begin(self.process(), *loading.prepared.memory, stack.top - stack.pointer);
  const int32_t former_id = self.id();
  CO_TRY(co_await self.process().become_only_thread(self));
  // The old program is over by now, so this is nothing that it could be told.
  if (!fits) self.process().exit_group(kSigSegv);
  Execution::become(self, loading);
  // The new memory is there once this has been resumed.
  co_await exec::yield();
  if (self.traced) (void)co_await stop_after_exec(self, former_id);
  co_return ErrnoOr<>();
}

}  // namespace jacinth::linux
