// System calls on a program's memory.
#include <algorithm>

#include "exec/activity.h"
#include "linux/files/file_table.h"
#include "linux/memory/linux_memory.h"
#include "linux/memory/memory_limits.h"
#include "linux/memory/overcommit.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

enum Advice : int32_t {
  kNormal = 0,
  kRandom = 1,
  kSequential = 2,
  kWillNeed = 3,
  kDontNeed = 4,
  kFree = 8,
  kRemove = 9,
  kDontFork = 10,
  kDoFork = 11,
  kMergeable = 12,
  kUnmergeable = 13,
  kHugePage = 14,
  kNoHugePage = 15,
  kDontDump = 16,
  kDoDump = 17,
  kWipeOnFork = 18,
  kKeepOnFork = 19,
  kCold = 20,
  kPageOut = 21,
  kPopulateRead = 22,
  kPopulateWrite = 23,
};

exec::Task<ErrnoOr<>> populate_all(RefPtr<LinuxMemory> memory, uint64_t address, uint64_t size) {
  while (size != 0) {
    CO_TRY(memory->populate(address, size));
    if (size != 0) co_await exec::yield();
  }
  co_return ErrnoOr<>();
}

// The mapping is there whatever becomes of the pages: they come when they are touched.
exec::Task<SysResult> map_and_populate(RefPtr<LinuxMemory> memory, VirtAddr at, uint64_t size) {
  (void)co_await populate_all(std::move(memory), raw(at), size);
  co_return raw(at);
}

exec::Task<SysResult> populate_call(RefPtr<LinuxMemory> memory, uint64_t address, uint64_t size) {
  const auto done = co_await populate_all(std::move(memory), address, size);
  if (!done) co_return fail(done.error());
  co_return uint64_t{0};
}

// [address, address + size) in whole pages. INVAL; NOMEM where it wraps.
ErrnoOr<uint64_t> check_range(VirtAddr address, size_t size) {
  if (!is_page_aligned(raw(address))) return fail(Errno::INVAL);
  uint64_t end = 0;
  if (page_ceil_overflows(size) || __builtin_add_overflow(raw(address), page_ceil(size), &end))
    return fail(Errno::NOMEM);
  return page_ceil(size);
}

ErrnoOr<> check_mapped(LinuxMemory& memory, VirtAddr address, uint64_t size) {
  const auto mappings = TRY(to_errno(memory.space()->mappings(address, address + size)));
  uint64_t covered = raw(address);
  for (const vm::MappingInfo& mapping : mappings) {
    if (raw(mapping.base) > covered) return fail(Errno::NOMEM);
    covered = raw(mapping.end());
  }
  if (covered < raw(address) + size) return fail(Errno::NOMEM);
  return {};
}

bool is_private(uint32_t flags) { return (flags & map_flag::kTypeMask) == map_flag::kPrivate; }

ErrnoOr<> check_map_limits(SyscallContext& ctx, const MapRequest& request) {
  if (page_ceil_overflows(request.size)) return {};
  const bool writable = (request.protection & protection::kWrite) != 0;
  const bool own = is_private(request.flags);
  const bool replaces = (request.flags & map_flag::kFixed) != 0;
  return check_wish(ctx.process(),
                    {.bytes = page_ceil(request.size),
                     .data = own && writable && (request.flags & map_flag::kGrowsDown) == 0,
                     .promised = own ? writable : !request.file,
                     .no_reserve = (request.flags & map_flag::kNoReserve) != 0,
                     .locked = (request.tag & mapping_tag::kLocked) != 0,
                     .place = replaces ? request.address : 0});
}

}  // namespace

SysResult sys_brk(SyscallContext& ctx, VirtAddr end) {
  LinuxMemory& memory = ctx.process().memory();
  const uint64_t now = memory.set_break(0);
  const bool grows = raw(end) > now && !page_ceil_overflows(raw(end));
  if (grows && !check_wish(ctx.process(), {.bytes = page_ceil(raw(end)) - page_ceil(now),
                                           .data = true,
                                           .promised = true,
                                           .locked = memory.locks_future}))
    return now;
  const uint64_t reached = memory.set_break(raw(end));
  if (grows && memory.locks_future && reached > now)
    (void)memory.change_tags(page_ceil(now), page_ceil(reached) - page_ceil(now),
                             mapping_tag::kLocked, 0);
  return reached;
}

exec::Eventually<SysResult> sys_mmap(SyscallContext& ctx, VirtAddr address, size_t size,
                                     uint32_t bits, uint32_t flags, int32_t fd, uint64_t offset) {
  MapRequest request{.address = raw(address),
                     .size = size,
                     .protection = bits,
                     .flags = flags,
                     .file = nullptr,
                     .offset = offset};
  if ((flags & map_flag::kAnonymous) == 0) {
    auto file = ctx.self().files->get(fd);
    if (!file) return SysResult(fail(file.error()));
    request.file = std::move(*file);
  } else {
    request.offset = 0;
  }
  LinuxMemory& memory = ctx.process().memory();
  const bool locked = (flags & map_flag::kLocked) != 0 || memory.locks_future;
  if (locked) request.tag = mapping_tag::kLocked;
  if ((flags & map_flag::kLocked) != 0) {
    const auto may = check_locked(ctx.process(), 0, Errno::AGAIN);
    if (!may) return SysResult(fail(may.error()));
  }
  const auto allowed = check_map_limits(ctx, request);
  if (!allowed) return SysResult(fail(allowed.error()));
  const auto mapped = memory.map(request);
  if (!mapped) return SysResult(fail(mapped.error()));
  const bool now = (flags & map_flag::kPopulate) != 0 || locked;
  if (now && (flags & map_flag::kNonblock) == 0 && bits != 0)
    return map_and_populate(ctx.process().shared_memory(), *mapped, page_ceil(size));
  return SysResult(raw(*mapped));
}

namespace {

// What mprotect makes private and writable counts as data, and may need memory, from then on.
ErrnoOr<> check_new_data(SyscallContext& ctx, VirtAddr address, size_t size) {
  const auto bytes = check_range(address, size);
  if (!bytes) return {};  // mprotect itself says what is wrong
  const auto mappings =
      TRY(to_errno(ctx.process().memory().space()->mappings(address, address + *bytes)));
  uint64_t fresh = 0;
  for (const vm::MappingInfo& mapping : mappings) {
    if ((mapping.note.tag & mapping_tag::kShared) != 0 ||
        hal::includes(mapping.access, hal::Access::Write))
      continue;
    fresh += std::min(raw(mapping.end()), raw(address) + *bytes) -
             std::max(raw(mapping.base), raw(address));
  }
  if (fresh == 0) return {};
  TRY(check_data(ctx.process(), fresh));
  return may_promise(fresh, false) ? ErrnoOr<>() : fail(Errno::NOMEM);
}

}  // namespace

SysResult sys_munmap(SyscallContext& ctx, VirtAddr address, size_t size) {
  TRY(ctx.process().memory().unmap(raw(address), size));
  return 0;
}

SysResult sys_mprotect(SyscallContext& ctx, VirtAddr address, size_t size, uint32_t bits) {
  constexpr uint32_t kKnown = protection::kAll | protection::kGrowsDown | protection::kGrowsUp | 8;
  if ((bits & ~kKnown) != 0 || (bits & protection::kGrowsUp) != 0) return fail(Errno::INVAL);
  LinuxMemory& memory = ctx.process().memory();
  if ((bits & protection::kGrowsDown) != 0) {
    // Only the stack grows.
    const auto mapping = memory.space()->mapping_of(address);
    if (!mapping || (mapping->note.tag & mapping_tag::kStack) == 0) return fail(Errno::INVAL);
  }
  if ((bits & protection::kWrite) != 0) TRY(check_new_data(ctx, address, size));
  TRY(memory.protect(raw(address), size, bits & protection::kAll));
  return 0;
}

SysResult sys_mremap(SyscallContext& ctx, VirtAddr address, size_t old_size, size_t new_size,
                     uint32_t flags, VirtAddr new_address) {
  LinuxMemory& memory = ctx.process().memory();
  const auto mapping = memory.space()->mapping_of(address);
  if (mapping && new_size > old_size && !page_ceil_overflows(new_size)) {
    const uint32_t tag = mapping->note.tag;
    const bool own = (tag & (mapping_tag::kShared | mapping_tag::kStack)) == 0 &&
                     hal::includes(mapping->access, hal::Access::Write);
    TRY(check_wish(ctx.process(), {.bytes = page_ceil(new_size) - page_ceil(old_size),
                                   .data = own,
                                   .promised = own,
                                   .locked = (tag & mapping_tag::kLocked) != 0}));
  }
  return raw(TRY(memory.remap(raw(address), old_size, new_size, flags, raw(new_address))));
}

namespace {

SysResult as_result(const ErrnoOr<>& done) {
  if (!done) return fail(done.error());
  return 0;
}

// Only what belongs to this program alone, and to no file, can be given up or wiped.
ErrnoOr<> check_private_anonymous(LinuxMemory& memory, VirtAddr address, uint64_t size) {
  const auto mappings = TRY(to_errno(memory.space()->mappings(address, address + size)));
  for (const vm::MappingInfo& mapping : mappings) {
    const uint32_t kind = mapping.note.tag & (mapping_tag::kShared | mapping_tag::kAnonymous);
    if (kind != mapping_tag::kAnonymous) return fail(Errno::INVAL);
  }
  return {};
}

ErrnoOr<> free_pages(LinuxMemory& memory, VirtAddr address, uint64_t size) {
  TRY(check_private_anonymous(memory, address, size));
  return memory.discard(raw(address), size);
}

ErrnoOr<> wipe_on_fork(LinuxMemory& memory, VirtAddr address, uint64_t size) {
  TRY(check_private_anonymous(memory, address, size));
  return memory.change_tags(raw(address), size, mapping_tag::kWipeOnFork, 0);
}

}  // namespace

exec::Eventually<SysResult> sys_madvise(SyscallContext& ctx, VirtAddr address, size_t size,
                                        int32_t advice) {
  const auto bytes = check_range(address, size);
  if (!bytes) return SysResult(fail(Errno::INVAL));
  if (*bytes == 0) return SysResult(0);
  LinuxMemory& memory = ctx.process().memory();
  switch (advice) {
    case kDontNeed:
      return as_result(memory.discard(raw(address), *bytes));
    case kFree:
      return as_result(free_pages(memory, address, *bytes));
    case kRemove:
      return as_result(memory.punch(raw(address), *bytes));
    case kDontFork:
      return as_result(memory.change_tags(raw(address), *bytes, mapping_tag::kNoFork, 0));
    case kDoFork:
      return as_result(memory.change_tags(raw(address), *bytes, 0, mapping_tag::kNoFork));
    case kWipeOnFork:
      return as_result(wipe_on_fork(memory, address, *bytes));
    case kKeepOnFork:
      return as_result(memory.change_tags(raw(address), *bytes, 0, mapping_tag::kWipeOnFork));
    case kPopulateRead:
    case kPopulateWrite:
      return populate_call(ctx.process().shared_memory(), raw(address), *bytes);
    case kNormal:
    case kRandom:
    case kSequential:
    case kWillNeed:
    case kMergeable:
    case kUnmergeable:
    case kHugePage:
    case kNoHugePage:
    case kDontDump:
    case kDoDump:
    case kCold:
    case kPageOut:
      return as_result(check_mapped(memory, address, *bytes));
    default:
      return SysResult(fail(Errno::INVAL));
  }
}

// Shared mappings show the file's own pages; only a file of the host has others.
exec::Eventually<SysResult> sys_msync(SyscallContext& ctx, VirtAddr address, size_t size,
                                      uint32_t flags) {
  constexpr uint32_t kAsync = 1, kInvalidate = 2, kSync = 4;
  const auto bytes = check_range(address, size);
  if (!bytes) return SysResult(fail(bytes.error()));
  const bool both = (flags & kAsync) != 0 && (flags & kSync) != 0;
  if ((flags & ~(kAsync | kInvalidate | kSync)) != 0 || both) return SysResult(fail(Errno::INVAL));
  if (*bytes == 0) return SysResult(0);
  const auto locked = ctx.process().memory().any_tagged(raw(address), *bytes, mapping_tag::kLocked);
  if (!locked) return SysResult(fail(locked.error()));
  if (*locked && (flags & kInvalidate) != 0) return SysResult(fail(Errno::BUSY));
  return as_result(ctx.process().memory().write_back(raw(address), *bytes));
}

// Whether each page has memory of its own; nothing is ever paged out.
SysResult sys_mincore(SyscallContext& ctx, VirtAddr address, size_t size, UserOut<uint8_t> pages) {
  const uint64_t bytes = TRY(check_range(address, size));
  LinuxMemory& memory = ctx.process().memory();
  TRY(check_mapped(memory, address, bytes));
  const auto mappings = TRY(to_errno(memory.space()->mappings(address, address + bytes)));
  size_t page = 0;
  for (const vm::MappingInfo& mapping : mappings) {
    const uint64_t end = std::min(raw(mapping.end()), raw(address) + bytes);
    for (uint64_t at = raw(address) + (page << kPageShift); at < end; at += kPageSize, ++page) {
      const uint64_t offset = mapping.vmo_offset + (at - raw(mapping.base));
      const bool there =
          offset < mapping.vmo->size() && mapping.vmo->find_page(offset, true) == offset;
      TRY(put(pages, uint8_t{there}, page));
    }
  }
  return 0;
}

// --- Locking: memory is never taken away, so that only the limits are of consequence

namespace {

// Whole pages of any range, as mlock rounds it.
struct LockRange {
  uint64_t start;
  uint64_t size;
};
ErrnoOr<LockRange> lock_range(VirtAddr address, size_t size) {
  const uint64_t start = page_floor(raw(address));
  const uint64_t inside = raw(address) - start;
  if (size > ~uint64_t{0} - inside) return fail(Errno::INVAL);
  return LockRange { start, TRY(check_range(VirtAddr{start}, size + inside)) };
}

// Holes, of which there are many, do not matter.
void tag_all(LinuxMemory& memory, uint32_t set, uint32_t clear) {
  const hal::UserRange range = hal::user_range();
  (void)memory.change_tags(raw(range.base), range.size, set, clear);
}

}  // namespace

SysResult sys_mlock(SyscallContext& ctx, VirtAddr address, size_t size) {
  const LockRange range = TRY(lock_range(address, size));
  LinuxMemory& memory = ctx.process().memory();
  TRY(check_locked(ctx.process(), TRY(memory.totals()).locked + range.size, Errno::NOMEM));
  if (range.size == 0) return 0;
  TRY(memory.change_tags(range.start, range.size, mapping_tag::kLocked, 0));
  return 0;
}

SysResult sys_mlock2(SyscallContext& ctx, VirtAddr address, size_t size, uint32_t flags) {
  if ((flags & ~1u) != 0) return fail(Errno::INVAL);
  return sys_mlock(ctx, address, size);
}

SysResult sys_munlock(SyscallContext& ctx, VirtAddr address, size_t size) {
  const LockRange range = TRY(lock_range(address, size));
  if (range.size == 0) return 0;
  TRY(ctx.process().memory().change_tags(range.start, range.size, 0, mapping_tag::kLocked));
  return 0;
}

SysResult sys_mlockall(SyscallContext& ctx, uint32_t flags) {
  constexpr uint32_t kCurrent = 1, kFuture = 2, kOnFault = 4;
  if ((flags & ~(kCurrent | kFuture | kOnFault)) != 0 || (flags & (kCurrent | kFuture)) == 0)
    return fail(Errno::INVAL);
  LinuxMemory& memory = ctx.process().memory();
  const uint64_t all = (flags & kCurrent) != 0 ? TRY(memory.totals())
  .all : 0;
  TRY(check_locked(ctx.process(), all, Errno::NOMEM));
  memory.locks_future = (flags & kFuture) != 0;
  if ((flags & kCurrent) != 0) tag_all(memory, mapping_tag::kLocked, 0);
  return 0;
}

SysResult sys_munlockall(SyscallContext& ctx) {
  LinuxMemory& memory = ctx.process().memory();
  memory.locks_future = false;
  tag_all(memory, 0, mapping_tag::kLocked);
  return 0;
}

}  // namespace jacinth::linux
