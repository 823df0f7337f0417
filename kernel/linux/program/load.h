// Putting a program into an empty memory: its segments, its interpreter's, and its first stack.
#pragma once

#include <string_view>

#include "linux/memory/linux_memory.h"
#include "linux/program/elf_program.h"
#include "linux/task/credentials.h"

namespace jacinth::linux {

// Where an image has been put: the distance of its addresses from those in the file.
struct LoadedImage {
  uint64_t bias = 0;
  uint64_t start = 0, end = 0;
  uint64_t entry = 0;
};

// Maps the segments of `program`, whose file is `file`; one that is position independent goes among
// the other mappings.
ErrnoOr<LoadedImage> map_image(LinuxMemory& memory, const ElfProgram& program,
                               const RefPtr<fs::File>& file);
// Where the heap of that program begins, which needs room to grow: behind it, or far from all
// mappings.
uint64_t heap_place(const ElfProgram& program, const LoadedImage& image);

// Where the architecture asks for it: code that signal handlers return to.
ErrnoOr<> map_trampoline(LinuxMemory& memory);

// The strings of execve(): arguments, then environment, each with its NUL.
struct ProgramStrings {
  Vector<char> bytes;
  size_t argument_count = 0;
  size_t environment_count = 0;
  size_t environment_offset = 0;  // in bytes
};

struct StackContents {
  const ProgramStrings& strings;
  std::string_view program_name;  // AT_EXECFN
  const ElfProgram& program;
  LoadedImage image;
  uint64_t interpreter_base;  // 0: none
  CredentialSet credentials;
  bool secure;
  uint64_t vdso;         // 0: none
  uint64_t stack_limit;  // in bytes
};

// A stack whose top is filled: where the stack pointer is, and where it ends.
struct FirstStack {
  VirtAddr pointer{};
  VirtAddr top{};
};
// TOOBIG, NOMEM.
ErrnoOr<FirstStack> make_stack(LinuxMemory& memory, const StackContents& contents);

}  // namespace jacinth::linux
