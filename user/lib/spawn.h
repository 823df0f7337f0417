// Starting programs: an ELF image becomes a process with stack, vDSO and bootstrap message.
#pragma once

#include <zircon/types.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "image/elf.h"
#include "lib/handle.h"

namespace user {

// A file inside a VMO, with its bytes mapped here. The VMO has read and execute rights; `offset` is
// page aligned (BOOTFS files are).
struct FileView {
  zx_handle_t vmo = ZX_HANDLE_INVALID;  // lent
  uint64_t offset = 0;
  std::span<const std::byte> bytes;
};

// A handle for the new program, and what it is (PA_HND of zircon/processargs.h).
struct GivenHandle {
  uint32_t info;
  Handle handle;
};

struct Program {
  std::string_view name;  // of process and first thread
  FileView file;
  // What PT_INTERP names, when the file has one: "lib/ld.so.1" and the like.
  FileView dynamic_linker;
  std::span<const std::string_view> arguments;
  std::span<const std::string_view> environment;
  zx_handle_t job = ZX_HANDLE_INVALID;   // lent: the process is made in it and given a duplicate
  zx_handle_t vdso = ZX_HANDLE_INVALID;  // lent: the vDSO to map and pass on
  std::span<GivenHandle> handles;        // consumed, whatever the outcome
  Handle loader_service;                 // goes to the dynamic linker, or is closed
};

// A program in a process of its own whose first thread has not been started. Dropped so, it is
// killed.
class PreparedProgram {
 public:
  PreparedProgram() = default;
  PreparedProgram(PreparedProgram&&) = default;
  PreparedProgram& operator=(PreparedProgram&&) = default;
  ~PreparedProgram();

  zx_handle_t process() const { return process_.get(); }
  // Once; `*process` is its process then.
  zx_status_t start(Handle* process);

 private:
  friend zx_status_t prepare(Program& program, PreparedProgram* prepared);

  Handle process_;
  Handle thread_;
  Handle bootstrap_;
  zx_vaddr_t entry_ = 0;
  zx_vaddr_t stack_ = 0;
  zx_vaddr_t vdso_ = 0;
};

// Loads the program; on failure nothing is left behind. ZX_ERR_IO_DATA_INTEGRITY: not a program
// that can run here.
zx_status_t prepare(Program& program, PreparedProgram* prepared);
// Loads and starts it.
zx_status_t spawn(Program& program, Handle* process);

// Where an image came to lie.
struct LoadedImage {
  zx_vaddr_t base = 0;  // add to the file's addresses
  zx_vaddr_t entry = 0;
  Handle vmar;  // spans the image
};

// Maps the segments of `file` into a new region of `vmar`.
zx_status_t load_image(zx_handle_t vmar, const FileView& file, LoadedImage* loaded);

}  // namespace user
