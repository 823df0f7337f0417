// A process's memory as /proc tells it.
#include <algorithm>
#include <array>

#include "fs/path.h"
#include "linux/proc/task_text.h"

namespace jacinth::linux::task_text {
namespace {

using hal::Access;

// Copies a range of the process's memory, as far as it is there.
void copy_range(LinuxMemory& memory, uint64_t from, uint64_t to, TextSink& out) {
  std::array<char, 1024> piece;
  while (from < to) {
    const size_t wanted = std::min<uint64_t>(piece.size(), to - from);
    const auto got = memory.space()->read_memory(
        VirtAddr{from}, std::as_writable_bytes(std::span(piece).first(wanted)));
    if (!got || *got == 0) return;
    out.write({piece.data(), *got});
    from += *got;
  }
}

char shown(const vm::MappingInfo& mapping, Access access, char letter) {
  return hal::includes(mapping.access, access) ? letter : '-';
}

bool is_first_stack(const vm::MappingInfo& mapping, const Subject& subject) {
  const auto memory = subject.memory();
  if ((mapping.note.tag & mapping_tag::kStack) == 0 || !memory) return false;
  const VirtAddr start{memory->layout.stack_start};
  return mapping.base <= start && start < mapping.end();
}

void write_name(const vm::MappingInfo& mapping, const Subject& subject, TextSink& out) {
  const uint32_t tag = mapping.note.tag;
  if ((tag & mapping_tag::kHeap) != 0) return out.write("[heap]");
  if (is_first_stack(mapping, subject)) return out.write("[stack]");
  if ((tag & mapping_tag::kVdso) != 0) return out.write("[vdso]");
  const auto* const file = static_cast<const fs::File*>(mapping.note.source.get());
  if (file == nullptr) return;
  std::array<char, 1024> buffer;
  if (!file->path()) {
    if (file->node().links() != 0) return;
    return out.write(const_cast<fs::File*>(file)->describe(buffer));
  }
  fs::Path root;
  (void)subject.with_thread([&](LinuxThread& thread) -> ErrnoOr<> {
    if (const auto context = thread.shared_fs(); context) root = context->root();
    return {};
  });
  if (!root) return;
  const auto text = fs::describe(file->path(), root, buffer);
  if (text) out.write(*text);
}

// Where in the file behind it a mapping begins.
uint64_t file_offset(const vm::MappingInfo& mapping) {
  if (!mapping.note.source) return 0;
  const uint64_t first_page = mapping.note.tag >> mapping_tag::kFilePageShift;
  return mapping.vmo_offset + first_page * kPageSize;
}

void write_mapping(const vm::MappingInfo& mapping, const Subject& subject, TextSink& out) {
  const auto* const file = static_cast<const fs::File*>(mapping.note.source.get());
  fs::DeviceNumber device{};
  uint64_t number = 0;
  if (file != nullptr) {
    device = file->node().file_system().device();
    number = file->node().number();
  }
  std::array<char, 128> line;
  BufferSink sink(line);
  const char sharing = (mapping.note.tag & mapping_tag::kShared) != 0 ? 's' : 'p';
  format_to(sink, "{:08x}-{:08x} {}{}{}{} {:08x} {:02x}:{:02x} {} ", raw(mapping.base),
            raw(mapping.end()), shown(mapping, Access::Read, 'r'),
            shown(mapping, Access::Write, 'w'), shown(mapping, Access::Execute, 'x'), sharing,
            file_offset(mapping), device.major, device.minor, number);
  out.write(sink.view());
  const bool named = file != nullptr ||
                     (mapping.note.tag & (mapping_tag::kHeap | mapping_tag::kVdso)) != 0 ||
                     is_first_stack(mapping, subject);
  constexpr size_t kNameColumn = 73;
  for (size_t i = sink.view().size(); named && i < kNameColumn; ++i) out.write(" ");
  if (named) write_name(mapping, subject, out);
  out.write("\n");
}

template <typename F>
ErrnoOr<> for_each_mapping(const Subject& subject, F&& body) {
  const auto memory = subject.memory();
  if (!memory) return fail(Errno::SRCH);
  const hal::UserRange range = hal::user_range();
  const auto mappings = memory->space()->mappings(range.base, range.base + range.size);
  if (!mappings) return mappings.error() == Status::NoMemory ? fail(Errno::NOMEM) : ErrnoOr<>();
  for (const vm::MappingInfo& mapping : *mappings) body(mapping);
  return {};
}

struct Amounts {
  uint64_t size = 0, resident = 0, shared = 0;
};

Amounts amounts_of(const vm::MappingInfo& mapping) {
  // A private mapping's object is its own; of a shared one the whole object counts.
  const uint64_t committed = mapping.vmo->info().committed_bytes;
  const uint64_t resident = std::min(committed, mapping.size);
  const bool shared = (mapping.note.tag & mapping_tag::kShared) != 0;
  return {.size = mapping.size, .resident = resident, .shared = shared ? resident : 0};
}

void write_amounts(const Amounts& amounts, TextSink& out) {
  struct Row {
    std::string_view name;
    uint64_t bytes;
  };
  const uint64_t own = amounts.resident - amounts.shared;
  const Row rows[] = {{"Rss:", amounts.resident},
                      {"Pss:", amounts.resident},
                      {"Shared_Clean:", 0},
                      {"Shared_Dirty:", amounts.shared},
                      {"Private_Clean:", 0},
                      {"Private_Dirty:", own},
                      {"Referenced:", amounts.resident},
                      {"Anonymous:", own},
                      {"AnonHugePages:", 0},
                      {"Swap:", 0},
                      {"Locked:", 0}};
  for (const Row& row : rows) format_to(out, "{:<16}{:8} kB\n", row.name, row.bytes / 1024);
}

}  // namespace

ErrnoOr<> statm(const Subject& subject, TextSink& out) {
  vm::MemoryStats stats{};
  uint64_t text = 0;
  if (const auto memory = subject.memory(); memory) {
    stats = memory->space()->stats().value_or(stats);
    text = memory->layout.code_end - memory->layout.code_start;
  }
  const uint64_t resident = stats.private_bytes + stats.shared_bytes;
  format_to(out, "{} {} {} {} 0 {} 0\n", stats.mapped_bytes / kPageSize, resident / kPageSize,
            stats.shared_bytes / kPageSize, text / kPageSize,
            (stats.mapped_bytes - std::min(stats.mapped_bytes, text)) / kPageSize);
  return {};
}

ErrnoOr<> command_line(const Subject& subject, TextSink& out) {
  const auto memory = subject.memory();
  if (!memory) return {};
  const auto& layout = memory->layout;
  if (layout.arguments_end == layout.arguments_start) return {};
  copy_range(*memory, layout.arguments_start, layout.arguments_end, out);
  return {};
}

ErrnoOr<> environment(const Subject& subject, TextSink& out) {
  const auto memory = subject.memory();
  if (!memory) return fail(Errno::SRCH);
  copy_range(*memory, memory->layout.arguments_end, memory->layout.environment_end, out);
  return {};
}

ErrnoOr<> auxiliary_vector(const Subject& subject, TextSink& out) {
  const auto memory = subject.memory();
  if (!memory) return fail(Errno::SRCH);
  copy_range(*memory, memory->layout.auxiliary_start, memory->layout.auxiliary_end, out);
  return {};
}

ErrnoOr<> maps(const Subject& subject, TextSink& out) {
  return for_each_mapping(
      subject, [&](const vm::MappingInfo& mapping) { write_mapping(mapping, subject, out); });
}

ErrnoOr<> smaps(const Subject& subject, TextSink& out) {
  return for_each_mapping(subject, [&](const vm::MappingInfo& mapping) {
    write_mapping(mapping, subject, out);
    const Amounts amounts = amounts_of(mapping);
    format_to(out, "{:<16}{:8} kB\n", "Size:", amounts.size / 1024);
    format_to(out, "{:<16}{:8} kB\n", "KernelPageSize:", kPageSize / 1024);
    format_to(out, "{:<16}{:8} kB\n", "MMUPageSize:", kPageSize / 1024);
    write_amounts(amounts, out);
    out.write("THPeligible:    0\nVmFlags: \n");
  });
}

ErrnoOr<> smaps_rollup(const Subject& subject, TextSink& out) {
  Amounts total;
  uint64_t first = 0, last = 0;
  TRY(for_each_mapping(subject, [&](const vm::MappingInfo& mapping) {
    const Amounts amounts = amounts_of(mapping);
    total.resident += amounts.resident;
    total.shared += amounts.shared;
    if (first == 0) first = raw(mapping.base);
    last = raw(mapping.end());
  }));
  format_to(out, "{:08x}-{:08x} ---p 00000000 00:00 0 {:>33}\n", first, last, "[rollup]");
  write_amounts(total, out);
  return {};
}

}  // namespace jacinth::linux::task_text
