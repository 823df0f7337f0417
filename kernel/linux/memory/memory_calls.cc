// System calls on a program's memory.
#include "exec/activity.h"
#include "linux/files/file_table.h"
#include "linux/memory/linux_memory.h"
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

}  // namespace

SysResult sys_brk(SyscallContext& ctx, VirtAddr end) {
  return ctx.process().memory().set_break(raw(end));
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
  const auto mapped = ctx.process().memory().map(request);
  if (!mapped) return SysResult(fail(mapped.error()));
  constexpr uint32_t kNow = map_flag::kPopulate | map_flag::kLocked;
  if ((flags & kNow) != 0 && (flags & map_flag::kNonblock) == 0 && bits != 0)
    return map_and_populate(ctx.process().shared_memory(), *mapped, page_ceil(size));
  return SysResult(raw(*mapped));
}

SysResult sys_munmap(SyscallContext& ctx, VirtAddr address, size_t size) {
  TRY(ctx.process().memory().unmap(raw(address), size));
  return 0;
}

SysResult sys_mprotect(SyscallContext& ctx, VirtAddr address, size_t size, uint32_t bits) {
  constexpr uint32_t kKnown = protection::kAll | protection::kGrowsDown | protection::kGrowsUp | 8;
  if ((bits & ~kKnown) != 0) return fail(Errno::INVAL);
  TRY(ctx.process().memory().protect(raw(address), size, bits & protection::kAll));
  return 0;
}

SysResult sys_mremap(SyscallContext& ctx, VirtAddr address, size_t old_size, size_t new_size,
                     uint32_t flags, VirtAddr new_address) {
  return raw(
      TRY(ctx.process().memory().remap(raw(address), old_size, new_size, flags, raw(new_address))));
}

exec::Eventually<SysResult> sys_madvise(SyscallContext& ctx, VirtAddr address, size_t size,
                                        int32_t advice) {
  const auto bytes = check_range(address, size);
  if (!bytes) return SysResult(fail(Errno::INVAL));
  if (*bytes == 0) return SysResult(0);
  LinuxMemory& memory = ctx.process().memory();
  switch (advice) {
    case kDontNeed:
    case kFree: {
      const auto done = memory.discard(raw(address), *bytes);
      if (!done) return SysResult(fail(done.error()));
      return SysResult(0);
    }
    case kPopulateRead:
    case kPopulateWrite:
      return populate_call(ctx.process().shared_memory(), raw(address), *bytes);
    case kNormal:
    case kRandom:
    case kSequential:
    case kWillNeed:
    case kDoFork:
    case kMergeable:
    case kUnmergeable:
    case kHugePage:
    case kNoHugePage:
    case kDontDump:
    case kDoDump:
    case kKeepOnFork:
    case kCold:
    case kPageOut: {
      const auto mapped = check_mapped(memory, address, *bytes);
      if (!mapped) return SysResult(fail(mapped.error()));
      return SysResult(0);
    }
    default:
      return SysResult(fail(Errno::INVAL));
  }
}

// Shared mappings show the file's own pages: there is nothing to write back.
exec::Eventually<SysResult> sys_msync(SyscallContext& ctx, VirtAddr address, size_t size,
                                      uint32_t flags) {
  constexpr uint32_t kAsync = 1, kInvalidate = 2, kSync = 4;
  const auto bytes = check_range(address, size);
  if (!bytes) return SysResult(fail(bytes.error()));
  const bool both = (flags & kAsync) != 0 && (flags & kSync) != 0;
  if ((flags & ~(kAsync | kInvalidate | kSync)) != 0 || both) return SysResult(fail(Errno::INVAL));
  if (*bytes == 0) return SysResult(0);
  const auto mapped = check_mapped(ctx.process().memory(), address, *bytes);
  if (!mapped) return SysResult(fail(mapped.error()));
  return SysResult(0);
}

// Nothing is ever paged out.
SysResult sys_mincore(SyscallContext& ctx, VirtAddr address, size_t size, UserOut<uint8_t> pages) {
  const uint64_t bytes = TRY(check_range(address, size));
  TRY(check_mapped(ctx.process().memory(), address, bytes));
  for (uint64_t page = 0; page < bytes >> kPageShift; ++page) TRY(put(pages, uint8_t{1}, page));
  return 0;
}

SysResult sys_mlock(SyscallContext& ctx, VirtAddr address, size_t size) {
  const uint64_t start = page_floor(raw(address));
  const uint64_t bytes = TRY(check_range(VirtAddr{start}, size + (raw(address) - start)));
  TRY(check_mapped(ctx.process().memory(), VirtAddr{start}, bytes));
  return 0;
}

SysResult sys_mlock2(SyscallContext& ctx, VirtAddr address, size_t size, uint32_t flags) {
  if ((flags & ~1u) != 0) return fail(Errno::INVAL);
  return sys_mlock(ctx, address, size);
}

SysResult sys_munlock(SyscallContext& ctx, VirtAddr address, size_t size) {
  return sys_mlock(ctx, address, size);
}

SysResult sys_mlockall(SyscallContext&, uint32_t flags) {
  if (flags == 0 || (flags & ~7u) != 0) return fail(Errno::INVAL);
  return 0;
}

SysResult sys_munlockall(SyscallContext&) { return 0; }

}  // namespace jacinth::linux
