// A kernel of tests: programs in address spaces, watched from below the rest of the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/heap.h"
#include "base/print.h"
#include "base/units.h"
#include "exec/activity.h"
#include "exec/task.h"
#include "exec/test_event.h"
#include "hal/address_space.h"
#include "hal/user.h"

namespace jacinth::selftest {

// The first part of RAM is the heap, the rest is handed out in pages, never to come back.
inline constexpr PhysAddr kHeapBase{0};
inline constexpr size_t kHeapBytes = 24 << 20;
PhysAddr take_pages(size_t count);

// Where guests have their parts.
inline constexpr VirtAddr kCode{0x100000};
inline constexpr VirtAddr kData{0x200000};
inline constexpr VirtAddr kStack{0x300000};

using Program = std::span<const std::byte>;
#define GUEST_PROGRAM(name) ::jacinth::selftest::Program(guest_##name, guest_##name##_end)

// One thread of a program. Lives to the end of the tests.
class Guest final : public exec::Activity, public HeapAllocated {
 public:
  // In a space of its own, with code, one data page and one stack page mapped; null without memory.
  static Guest* create(Program program);
  // A further thread of another's program, in the same space, with data and stack of its own at the
  // same distance from its kData as `index` pages.
  static Guest* create_beside(Guest& other, size_t index);

  hal::UserContext context;
  hal::UserExit last{};  // why it stopped for good: a call of exit(), a fault or an exception
  uint64_t exit_value = ~uint64_t{0};
  std::atomic<uint32_t> interrupts{0};
  std::atomic<uint32_t> faults{0};
  exec::TestEvent done;
  Guest* peer = nullptr;  // for pass()
  std::atomic<bool> peer_gone{false};
  exec::TestEvent turn;
  uint64_t (*kernel_part)(Guest&) = nullptr;
  bool (*on_exit)(Guest&) = nullptr;  // may go on after faults and exceptions: true
  bool migrates = false;              // to the next CPU at each interrupt and yield
  bool fills_lazily = false;          // its pages are mapped by faults
  PhysAddr code_page{}, data_page{}, stack_page{};

  Status begin();
  hal::AddressSpace& space() { return *space_; }
  void drop_space() { space_.reset(); }
  // The program's data as words, through the direct map.
  std::atomic<uint64_t>& word(size_t index);

 private:
  exec::Task<void> run();
  exec::Task<Status> make_call();
  bool fill(VirtAddr at);
  void migrate();
  void leave_peer();
  void on_finished() override { done.signal(); }

  RefPtr<hal::AddressSpace> space_;
};

extern "C" {
#define DECLARE_GUEST(name) extern const std::byte guest_##name[], guest_##name##_end[];
DECLARE_GUEST(read)
DECLARE_GUEST(calls)
DECLARE_GUEST(passes)
DECLARE_GUEST(yields)
DECLARE_GUEST(spin)
DECLARE_GUEST(reread)
DECLARE_GUEST(abi)
DECLARE_GUEST(kernel_part)
DECLARE_GUEST(vectors)
DECLARE_GUEST(control_words)
DECLARE_GUEST(write_code)
DECLARE_GUEST(run_data)
DECLARE_GUEST(breakpoint)
DECLARE_GUEST(undefined)
DECLARE_GUEST(divide)
DECLARE_GUEST(privileged)
DECLARE_GUEST(host_call)
DECLARE_GUEST(bad_stack)
DECLARE_GUEST(wild_jump)
DECLARE_GUEST(stray_flags)
DECLARE_GUEST(step)
#undef DECLARE_GUEST
}

// A case fails when one of its checks does.
void note_failure(const char* file, int line, const char* what);
#define CHECK(condition)                                                                      \
  do {                                                                                        \
    if (!(condition)) ::jacinth::selftest::note_failure(__FILE_NAME__, __LINE__, #condition); \
  } while (false)

struct Case {
  const char* name;
  exec::Task<Status> (*run)();
};
std::span<const Case> space_cases();
std::span<const Case> user_cases();
std::span<const Case> vector_cases();
std::span<const Case> cpu_cases();
exec::Task<Status> run_bench();

// Prints to the console.
template <typename... Args>
void print(FormatString<Args...> format, const Args&... args);
void print_text(std::string_view text);

template <typename... Args>
void print(FormatString<Args...> format, const Args&... args) {
  char line[256];
  print_text(format_into(line, format, args...));
}

}  // namespace jacinth::selftest
