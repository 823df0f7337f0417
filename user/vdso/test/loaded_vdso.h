// A libzircon image in this process, ready to be called: its slots or traps lead to a fake kernel,
// which records calls and returns what the test has prepared.
#pragma once

#include <zircon/syscalls.h>

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "image/elf_symbols.h"
#include "vdso.h"

namespace jacinth::vdso {

struct MadeCall {
  uint64_t number;
  // Those beyond the call's own are garbage.
  std::array<uint64_t, 8> arguments;
};

struct FakeKernel {
  std::vector<MadeCall> calls;
  // What the next calls return; 0 when there is nothing left.
  std::deque<int64_t> results;
  // Calls that end the thread go here instead of returning.
  std::jmp_buf thread_exit;
};
extern FakeKernel fake_kernel;

class LoadedVdso {
 public:
  enum class Form { Call, Trap };
  // Loads the image once for the whole process; aborts when it is not as it must be.
  static LoadedVdso& get(Form form);

  Constants& constants() { return *constants_; }
  // Null when the image does not export it.
  void* find(const char* name) const;

 private:
  explicit LoadedVdso(Form form);

  std::optional<image::DynamicSymbols> symbols_;
  std::byte* base_ = nullptr;
  Constants* constants_ = nullptr;
};

// The two ways into the fake kernel (fake_kernel_x86_64.cc, .S).
uint64_t call_entry();
// From now on a `syscall` instruction below `end` enters the fake kernel. The image lies there, and
// nothing else of the process.
void catch_traps_below(const std::byte* end);

}  // namespace jacinth::vdso
