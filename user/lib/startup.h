// What a program is given when it starts: the bootstrap message (zircon/processargs.h), taken
// apart.
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/handle.h"

namespace user {

// The program's own; valid from before main() on.
class Startup {
 public:
  // Reads and takes apart the message in `bootstrap`, and closes that. A message that does not
  // follow the protocol leaves all empty.
  void read(zx_handle_t bootstrap);
  // The same without closing, for a dynamic linker: the next message is for the program itself.
  void read_first(zx_handle_t bootstrap);

  // For a program whose handles came in some other way: `kinds` are PA_HND numbers, one for each
  // handle.
  void adopt(std::span<const zx_handle_t> handles, std::span<const uint32_t> kinds);

  // The handle of this kind (PA_HND_TYPE) and argument; invalid when it was not given. take() gives
  // it to the caller, handle() only lends it.
  zx_handle_t handle(uint32_t type, uint32_t argument = 0) const;
  Handle take(uint32_t type, uint32_t argument = 0);

  int argc() const { return argc_; }
  char** argv() { return argv_; }
  // The value of NAME=value in the environment; empty when it is not there.
  std::string_view environment(std::string_view name) const;
  std::span<char* const> environ() const { return {environ_, static_cast<size_t>(environ_count_)}; }

  static constexpr size_t kMaxBytes = 65536;
  static constexpr size_t kMaxHandles = 64;
  static constexpr size_t kMaxStrings = 256;

 private:
  bool take_apart(uint32_t bytes, uint32_t handles);
  bool split_strings(uint32_t offset, uint32_t count, uint32_t bytes, char** out);

  alignas(8) char message_[kMaxBytes + 1] = {};
  zx_handle_t handles_[kMaxHandles] = {};
  uint32_t kinds_[kMaxHandles] = {};
  size_t handle_count_ = 0;
  char* argv_[kMaxStrings + 1] = {};
  char* environ_[kMaxStrings + 1] = {};
  int argc_ = 0;
  int environ_count_ = 0;
};

Startup& startup();

// Shorthands for the handles nearly every program uses; lent.
zx_handle_t self_process();
zx_handle_t self_thread();
zx_handle_t root_vmar();
zx_handle_t default_job();

}  // namespace user

// Every program defines this; its result is the process's exit code.
extern "C" int main(int argc, char** argv);
