// LinuxMemory: a program's memory map as Linux knows it, on an address space of VMARs and VMOs.
//
// A private mapping shows a memory object that belongs to it alone: zeros at first, or a snapshot
// of a file's. A shared one shows the file's own object, or one that forks share. So fork is a
// snapshot of each private object, taken once however many mappings show it.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/linux/constants.h"
#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "fs/file.h"
#include "hal/user.h"
#include "vm/address_space.h"

namespace jacinth::linux {

// Bits of vm::MappingNote::tag. Those from kFilePageShift up are of private mappings of files: the
// page of the file that the object behind them begins with (64 GiB are reached), for /proc.
namespace mapping_tag {
inline constexpr uint32_t kShared = 1, kAnonymous = 2, kStack = 4, kHeap = 8, kVdso = 16;
// A stack grows downwards, into pages that its object has before the first one shown.
// A child does not get it; a child gets zeros; it counts against RLIMIT_MEMLOCK.
inline constexpr uint32_t kNoFork = 1 << 5, kWipeOnFork = 1 << 6, kLocked = 1 << 7;
inline constexpr uint32_t kFilePageShift = 8;
constexpr uint32_t of_file_offset(uint64_t offset) {
  return static_cast<uint32_t>(offset / kPageSize) << kFilePageShift;
}
}  // namespace mapping_tag

struct MapRequest {
  uint64_t address = 0;
  uint64_t size = 0;
  uint32_t protection = 0;  // protection::…
  uint32_t flags = 0;       // map_flag::…
  RefPtr<fs::File> file;    // none: anonymous
  uint64_t offset = 0;
  uint32_t tag = 0;  // further bits
};

class LinuxMemory final : public RefCounted, private vm::Grower {
 public:
  // An empty one. NO_MEMORY, NO_RESOURCES.
  static Result<RefPtr<LinuxMemory>> create();
  // What fork gives the child. NOMEM, AGAIN.
  ErrnoOr<RefPtr<LinuxMemory>> copy();

  // This and `child`, just copied, will both write to the page at `at`: each gets its own at once,
  // rather than by a fault.
  void part_with(LinuxMemory& child, VirtAddr at);

  const RefPtr<vm::AddressSpace>& space() const { return space_; }

  // --- The calls. Errors are those of the system calls.
  ErrnoOr<VirtAddr> map(const MapRequest& request);
  ErrnoOr<> unmap(uint64_t address, uint64_t size);
  ErrnoOr<> protect(uint64_t address, uint64_t size, uint32_t bits);
  ErrnoOr<VirtAddr> remap(uint64_t address, uint64_t old_size, uint64_t new_size, uint32_t flags,
                          uint64_t new_address);
  // MADV_DONTNEED: private pages are as they were at first again.
  ErrnoOr<> discard(uint64_t address, uint64_t size);
  // MADV_REMOVE: shared pages are zeros for everyone. INVAL: private; ACCES: of a read-only file.
  ErrnoOr<> punch(uint64_t address, uint64_t size);
  // What was written through shared mappings of files there gets to where the files are.
  ErrnoOr<> write_back(uint64_t address, uint64_t size);
  // Sets and clears mapping_tag bits. NOMEM: something there is not mapped; the rest is done.
  ErrnoOr<> change_tags(uint64_t address, uint64_t size, uint32_t set, uint32_t clear);
  // Whether a mapping there has one of the bits. NOMEM as above.
  ErrnoOr<bool> any_tagged(uint64_t address, uint64_t size, uint32_t tags);
  // In bytes, for limits.
  struct Totals {
    uint64_t all = 0;
    uint64_t data = 0;  // private and writable, but the stack
    uint64_t locked = 0;
    uint64_t stack = 0;
    uint64_t promised = 0;  // what may need memory of its own: overcommit.h
  };
  ErrnoOr<Totals> totals();
  // What is mapped from now on is locked (MCL_FUTURE).
  std::atomic<bool> locks_future{false};
  // Some of what MAP_POPULATE asks for; moves the range. Call until it is empty.
  ErrnoOr<> populate(uint64_t& address, uint64_t& size);
  // The program has just made a call that the machine can perhaps make faster from there.
  void speed_up_call(hal::UserContext& caller);
  // Sets the end of the heap where that can be; returns where it is then.
  uint64_t set_break(uint64_t wanted);

  // --- For the program loader.
  // Maps `vmo` for good at a place of the caller's choice (address not 0), or anywhere.
  ErrnoOr<VirtAddr> map_object(uint64_t address, uint64_t size, uint32_t bits, RefPtr<vm::Vmo> vmo,
                               uint64_t offset, vm::MappingNote note);
  // How far a stack can grow at most, whatever its limit is.
  static constexpr uint64_t kStackRoom = uint64_t{1} << 30;
  // Memory for the program's own use must not be placed above this; the stack is.
  uint64_t mapping_top() const { return mapping_top_; }
  void set_heap(uint64_t start);

  // Where things are, for /proc; set by execve.
  struct Layout {
    uint64_t code_start = 0, code_end = 0, data_start = 0, data_end = 0, stack_start = 0;
    uint64_t arguments_start = 0, arguments_end = 0, environment_end = 0;
    uint64_t auxiliary_start = 0, auxiliary_end = 0;
    uint64_t heap_start = 0;
    uint64_t trampoline = 0;  // code that signal handlers return to
  } layout;
  // The file that runs; nobody may write to it meanwhile. TXTBSY: somebody does.
  ErrnoOr<> set_program(RefPtr<fs::File> file);
  RefPtr<fs::File> program;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  explicit LinuxMemory(RefPtr<vm::AddressSpace> space);
  ~LinuxMemory() override;

  struct Object {
    RefPtr<vm::Vmo> vmo;
    uint64_t offset;
    bool writable = true;  // now or by a later mprotect()
  };
  static ErrnoOr<> write_back(const vm::MappingInfo& mapping, uint64_t from, uint64_t to);
  ErrnoOr<Object> object_for(const MapRequest& request) const;
  ErrnoOr<vm::Placement> placement_for(const MapRequest& request, uint64_t size) const;
  ErrnoOr<VirtAddr> place(const MapRequest& request, uint64_t size, Object object);
  ErrnoOr<> grow_in_place(const vm::MappingInfo& mapping, uint64_t address, uint64_t old_size,
                          uint64_t more);
  ErrnoOr<VirtAddr> move_mapping(const vm::MappingInfo& mapping, uint64_t address,
                                 uint64_t old_size, uint64_t new_size, uint32_t flags,
                                 uint64_t new_address);
  template <typename F>
  ErrnoOr<> for_each_part(uint64_t address, uint64_t size, F&& body);
  ErrnoOr<> show_again(const vm::MappingInfo& mapping, uint64_t address, uint64_t size,
                       uint64_t offset, uint32_t tag);
  // How much from `address` on, up to `to`, is mapped without a hole.
  uint64_t mapped_from(uint64_t address, uint64_t to);
  // A stack that somebody has touched below its end becomes as long (stack_growth.cc).
  bool grow_to(VirtAddr at) override;
  bool has_guard(VirtAddr stack);
  ErrnoOr<vm::MappingInfo> with_room(const vm::MappingInfo& mapping, uint64_t address,
                                     uint64_t old_size, uint64_t new_size);
  ErrnoOr<VirtAddr> show_twice(const vm::MappingInfo& mapping, uint64_t address, uint64_t size);
  // Frees what no mapping shows any more of the private objects in these.
  static void free_hidden(std::span<const vm::MappingInfo> mappings, uint64_t from, uint64_t to);

  const RefPtr<vm::AddressSpace> space_;
  const RefPtr<vm::Vmar> root_;
  uint64_t mapping_top_;

  SpinLock lock_{LockRank::LinuxPart};
  uint64_t heap_start_ GUARDED_BY(lock_) = 0;
  uint64_t heap_end_ GUARDED_BY(lock_) = 0;
  RefPtr<vm::Vmo> heap_ GUARDED_BY(lock_);
};

}  // namespace jacinth::linux
