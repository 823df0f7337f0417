// From the launcher, the hosted part of the program, to the kernel.
//
// Included by both, which see different standard libraries: plain data only.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jacinth::host {

constexpr size_t kMostFolders = 16;

struct StartImage {
  uint64_t offset;  // in RAM, page aligned
  uint64_t bytes;
};

struct StartInfo {
  int memory_fd;     // at least ram_bytes long; the kernel makes it longer
  void* direct_map;  // its first ram_bytes, mapped shared and writable
  uint64_t ram_bytes;
  uint64_t free_ram_bytes;  // the images lie behind
  StartImage zbi, userboot, vdso, command_line;
  StartImage ramdisk, arguments, environment;
  // Folders of the host: open descriptors, and where programs see them.
  size_t folder_count;
  struct {
    int file;
    StartImage place;
  } folders[kMostFolders];
  uint32_t personality, log_level;
  uint64_t trace_mask;
  uint32_t cpus;
  bool fsgsbase;
  bool slow_calls;
  size_t segment_count;  // the program's writable memory, without what is only relocated
  struct {
    uintptr_t start;
    size_t bytes;
  } segments[4];
};

// Leaves the C library for good. The caller has a single thread, which has no restartable sequences
// registered.
extern "C" [[noreturn]] void jacinth_host_start(const StartInfo* info);

}  // namespace jacinth::host
