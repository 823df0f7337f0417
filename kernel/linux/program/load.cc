#include "linux/program/load.h"

#include <algorithm>

#include "hal/machine.h"
#include "linux/arch.h"
#include "linux/task/limits.h"

namespace jacinth::linux {
namespace {

constexpr uint64_t kRandomPages = 1 << 16;

uint64_t random_bytes() {
  uint64_t number = 0;
  hal::entropy(std::as_writable_bytes(std::span(&number, 1)));
  return number;
}

// What belongs to the file, privately; the rest of its last page cleared.
ErrnoOr<> map_file_part(LinuxMemory& memory, const ElfSegment& segment, uint64_t bias,
                        const RefPtr<fs::File>& file, vm::Vmo& contents) {
  const uint64_t first = page_floor(segment.address);
  const uint64_t file_first = page_floor(segment.file_offset);
  const uint64_t end = segment.address + segment.file_bytes;
  const uint64_t bytes = page_ceil(end) - first;
  auto part = TRY(to_errno(
      contents.create_child(vm::ChildKind::Snapshot, file_first, bytes, vm::Resizable::Yes)));
  if (segment.memory_bytes > segment.file_bytes) {
    vm::ByteRange tail{.offset = end - first, .size = page_ceil(end) - end};
    while (tail.size != 0) TRY(to_errno(part->zero(tail)));
  }
  TRY(memory.map_object(first + bias, bytes, segment.protection, std::move(part), 0,
                        {.tag = mapping_tag::of_file_offset(file_first), .source = file}));
  return {};
}

ErrnoOr<> map_zero_part(LinuxMemory& memory, const ElfSegment& segment, uint64_t bias) {
  const uint64_t file_end = segment.file_bytes == 0
                                ? page_floor(segment.address)
                                : page_ceil(segment.address + segment.file_bytes);
  const uint64_t end = page_ceil(segment.address + segment.memory_bytes);
  if (end <= file_end) return {};
  auto zeros = TRY(to_errno(vm::Vmo::create(end - file_end, vm::Resizable::Yes)));
  TRY(memory.map_object(file_end + bias, end - file_end, segment.protection, std::move(zeros), 0,
                        {.tag = mapping_tag::kAnonymous, .source = nullptr}));
  return {};
}

// Reserves room for the whole image, so that its parts stay together; the parts replace it. The
// main program is no exception: near the top, a machine can reach code of its own from all that is
// position independent.
ErrnoOr<uint64_t> choose_bias(LinuxMemory& memory, const ElfProgram& program) {
  if (!program.position_independent) return 0;
  const uint64_t size = program.end - program.start;
  const uint64_t slack = program.alignment - kPageSize;
  const VirtAddr at = TRY(memory.map({.address = 0,
                                      .size = size + slack,
                                      .protection = 0,
                                      .flags = map_flag::kPrivate | map_flag::kAnonymous,
                                      .file = nullptr}));
  const uint64_t base = (raw(at) + slack) & ~(program.alignment - 1);
  if (base > raw(at)) TRY(memory.unmap(raw(at), base - raw(at)));
  const uint64_t end = base + size;
  if (raw(at) + size + slack > end) TRY(memory.unmap(end, raw(at) + size + slack - end));
  return base - program.start;
}

}  // namespace

uint64_t heap_place(const ElfProgram& program, const LoadedImage& image) {
  const hal::UserRange range = hal::user_range();
  return program.position_independent ? page_floor((raw(range.base) + range.size) / 3 * 2)
                                      : image.end;
}

ErrnoOr<LoadedImage> map_image(LinuxMemory& memory, const ElfProgram& program,
                               const RefPtr<fs::File>& file) {
  const auto contents = TRY(file->map({.shared = false, .writable = false, .executable = true}));
  const uint64_t bias = TRY(choose_bias(memory, program));
  for (const ElfSegment& segment : program.segments) {
    if (segment.file_bytes != 0) TRY(map_file_part(memory, segment, bias, file, *contents));
    TRY(map_zero_part(memory, segment, bias));
  }
  return LoadedImage{.bias = bias,
                     .start = program.start + bias,
                     .end = program.end + bias,
                     .entry = program.entry + bias};
}

ErrnoOr<> map_trampoline(LinuxMemory& memory) {
  const std::span<const std::byte> code = signal_trampoline();
  if (code.empty()) return {};
  auto page = TRY(to_errno(vm::Vmo::create(kPageSize)));
  TRY(to_errno(page->write(0, code)));
  const VirtAddr at =
      TRY(memory.map_object(0, kPageSize, protection::kRead | protection::kExec, std::move(page), 0,
                            {.tag = mapping_tag::kVdso, .source = nullptr}));
  memory.layout.trampoline = raw(at);
  return {};
}

// --- The first stack
//
//   top: 8 bytes of zero, the program's name, environment strings, argument strings, the platform's
//   name, 16 random bytes, padding, the auxiliary vector, environment pointers, argument pointers,
//   the argument count: the stack pointer points there, aligned to 16.

namespace {

class StackWriter {
 public:
  StackWriter(vm::Vmo& stack, uint64_t base, uint64_t bytes)
      : stack_(stack), base_(base), at_(base + bytes) {}

  uint64_t at() const { return at_; }
  void align(uint64_t alignment) { at_ &= ~(alignment - 1); }
  void skip(uint64_t bytes) { at_ -= bytes; }
  ErrnoOr<uint64_t> push(std::span<const std::byte> bytes) {
    if (bytes.size() > at_ - base_) return fail(Errno::TOOBIG);
    at_ -= bytes.size();
    TRY(to_errno(stack_.write(at_ - base_, bytes)));
    return at_;
  }
  ErrnoOr<uint64_t> push_text(std::string_view text) {
    constexpr std::byte kNul{0};
    TRY(push({&kNul, 1}));
    return push(std::as_bytes(std::span(text)));
  }

 private:
  vm::Vmo& stack_;
  const uint64_t base_;
  uint64_t at_;
};

struct Auxiliaries {
  Vector<uint64_t> words;
  ErrnoOr<> add(uint64_t type, uint64_t value) {
    TRY(to_errno(words.push_back(type)));
    return to_errno(words.push_back(value));
  }
};

ErrnoOr<Vector<uint64_t>> auxiliary_vector(const StackContents& contents, uint64_t random,
                                           uint64_t platform, uint64_t name) {
  const ElfProgram& program = contents.program;
  const CredentialSet& who = contents.credentials;
  const uint64_t headers =
      program.headers_address == 0 ? 0 : program.headers_address + contents.image.bias;
  constexpr uint64_t kProgramHeaderBytes = 56, kTicksPerSecond = 100;
  Auxiliaries aux;
  if (contents.vdso != 0) TRY(aux.add(kAuxVdso, contents.vdso));
  TRY(aux.add(kAuxHardware, hardware_capabilities()));
  TRY(aux.add(kAuxPageSize, kPageSize));
  TRY(aux.add(kAuxClockTick, kTicksPerSecond));
  TRY(aux.add(kAuxProgramHeaders, headers));
  TRY(aux.add(kAuxProgramHeaderSize, kProgramHeaderBytes));
  TRY(aux.add(kAuxProgramHeaderCount, program.header_count));
  TRY(aux.add(kAuxBase, contents.interpreter_base));
  TRY(aux.add(kAuxFlags, 0));
  TRY(aux.add(kAuxEntry, contents.image.entry));
  TRY(aux.add(kAuxUid, who.user.real));
  TRY(aux.add(kAuxEuid, who.user.effective));
  TRY(aux.add(kAuxGid, who.group.real));
  TRY(aux.add(kAuxEgid, who.group.effective));
  TRY(aux.add(kAuxSecure, contents.secure ? 1 : 0));
  TRY(aux.add(kAuxRandom, random));
  TRY(aux.add(kAuxHardware2, hardware_capabilities2()));
  TRY(aux.add(kAuxProgramName, name));
  TRY(aux.add(kAuxPlatform, platform));
  TRY(aux.add(kAuxLeastSignalStack, least_signal_stack()));
  TRY(aux.add(kAuxNull, 0));
  return std::move(aux.words);
}

// Pointers to consecutive strings, and a null one.
ErrnoOr<> add_pointers(Vector<uint64_t>& words, const Vector<char>& strings, size_t& offset,
                       size_t count, uint64_t base) {
  for (size_t i = 0; i < count; ++i) {
    TRY(to_errno(words.push_back(base + offset)));
    while (strings[offset] != '\0') ++offset;
    ++offset;
  }
  return to_errno(words.push_back(0));
}

// A new stack has room beyond what is `used`; the rest it grows into.
uint64_t bytes_at_first(uint64_t used, uint64_t limit) {
  constexpr uint64_t kSpare = 128 << 10;
  return std::max(std::min(page_floor(limit), used + kSpare), used);
}

}  // namespace

ErrnoOr<FirstStack> make_stack(LinuxMemory& memory, const StackContents& contents) {
  const hal::UserRange range = hal::user_range();
  const uint64_t top =
      raw(range.base) + range.size - (16 + random_bytes() % kRandomPages) * kPageSize;
  const uint64_t base = top - LinuxMemory::kStackRoom;
  auto stack = TRY(to_errno(vm::Vmo::create(LinuxMemory::kStackRoom, vm::Resizable::Yes)));
  StackWriter writer(*stack, base, LinuxMemory::kStackRoom);
  writer.skip(sizeof(uint64_t));
  const uint64_t name = TRY(writer.push_text(contents.program_name));
  const ProgramStrings& strings = contents.strings;
  const uint64_t text = TRY(writer.push(std::as_bytes(std::span(strings.bytes))));
  const uint64_t platform = TRY(writer.push_text(machine_name()));
  const std::array<uint64_t, 2> random{random_bytes(), random_bytes()};
  const uint64_t random_at = TRY(writer.push(std::as_bytes(std::span(random))));
  writer.align(16);

  Vector<uint64_t> words;
  TRY(to_errno(words.push_back(strings.argument_count)));
  size_t offset = 0;
  TRY(add_pointers(words, strings.bytes, offset, strings.argument_count, text));
  TRY(add_pointers(words, strings.bytes, offset, strings.environment_count, text));
  const auto aux = TRY(auxiliary_vector(contents, random_at, platform, name));
  const size_t aux_index = words.size();
  for (const uint64_t word : aux) TRY(to_errno(words.push_back(word)));
  if (words.size() % 2 != 0) writer.skip(sizeof(uint64_t));
  const uint64_t sp = TRY(writer.push(std::as_bytes(std::span<const uint64_t>(words))));
  memory.layout.stack_start = sp;
  memory.layout.arguments_start = text;
  memory.layout.arguments_end = text + strings.environment_offset;
  memory.layout.environment_end = text + strings.bytes.size();
  memory.layout.auxiliary_start = sp + aux_index * sizeof(uint64_t);
  memory.layout.auxiliary_end = memory.layout.auxiliary_start + aux.size() * sizeof(uint64_t);
  const uint64_t shown = page_ceil(bytes_at_first(top - sp, contents.stack_limit));
  const uint32_t executable = contents.program.executable_stack ? protection::kExec : 0;
  TRY(memory.map_object(top - shown, shown, protection::kRead | protection::kWrite | executable,
                        stack, LinuxMemory::kStackRoom - shown,
                        {.tag = mapping_tag::kAnonymous | mapping_tag::kStack, .source = nullptr}));
  return FirstStack{.pointer = VirtAddr{sp}, .top = VirtAddr{top}};
}

}  // namespace jacinth::linux
