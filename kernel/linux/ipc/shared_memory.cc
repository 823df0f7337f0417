// System V shared memory: files in memory that have a key instead of a name.
#include <algorithm>

#include "base/never_destroyed.h"
#include "fs/memfd.h"
#include "linux/files/path_argument.h"
#include "linux/ipc/ipc_table.h"
#include "linux/memory/memory_limits.h"
#include "linux/memory/overcommit.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

constexpr uint32_t kDestroyed = 01000;  // of the mode: goes with its last mapping
constexpr uint32_t kLocked = 02000;
constexpr uint64_t kMostBytes = uint64_t{1} << 40;

struct SegmentStatus {  // struct shmid64_ds
  IpcPermissions permissions;
  uint64_t size;
  int64_t attach_time, detach_time, change_time;
  int32_t creator, last;
  uint64_t attached, unused1, unused2;
};
static_assert(sizeof(SegmentStatus) == 112);

class Segment final : public IpcObject {
 public:
  Segment(RefPtr<fs::File> file, RefPtr<vm::Vmo> memory, size_t size)
      : file_(std::move(file)), memory_(std::move(memory)), size_(size) {
    status.change_time = ipc_now();
  }
  static ErrnoOr<RefPtr<IpcObject>> make(size_t size);

  const RefPtr<fs::File>& file() const { return file_; }
  const vm::Vmo* memory() const { return memory_.get(); }
  size_t size() const { return size_; }
  uint64_t attached() const { return memory_->info().num_mappings; }

  SegmentStatus status{};  // the times and numbers of it

 private:
  const RefPtr<fs::File> file_;
  const RefPtr<vm::Vmo> memory_;
  const size_t size_;  // as asked for
};

constinit NeverDestroyed<IpcTable> segments;

ErrnoOr<RefPtr<IpcObject>> Segment::make(size_t size) {
  if (size == 0 || size > kMostBytes) return fail(Errno::INVAL);
  constexpr fs::Credentials kKernel{.capabilities = fs::capability::kAll};
  auto file = TRY(fs::make_memfd("SYSV", false, true, kKernel));
  TRY(file->truncate(page_ceil(size)));
  auto memory = TRY(file->node().contents());
  return RefPtr<IpcObject>(
      TRY(to_errno(make_ref<Segment>(std::move(file), std::move(memory), size))));
}

bool is_large_enough(const IpcObject& there, size_t size) {
  return size <= static_cast<const Segment&>(there).size();
}

ErrnoOr<RefPtr<Segment>> find_segment(int32_t id) {
  return static_ref_cast<Segment>(TRY(segments->find(id)));
}

// Those that were removed while somebody had them mapped go once nobody has.
void free_unused() {
  for (;;) {
    RefPtr<IpcObject> unused;
    segments->for_each([&](IpcObject& object) {
      const auto& segment = static_cast<Segment&>(object);
      if ((object.permissions.mode & kDestroyed) != 0 && segment.attached() == 0)
        unused = RefPtr<IpcObject>(&object);
    });
    if (!unused) return;
    segments->remove(*unused);
  }
}

}  // namespace

SysResult sys_shmget(SyscallContext& ctx, int32_t key, size_t size, uint32_t flags) {
  free_unused();
  const CredentialSet who = *ctx.process().credentials.lock();
  constexpr uint32_t kNoReserve = 010000;
  // Of one that exists a smaller part may be asked for.
  if (!page_ceil_overflows(size) && !may_promise(page_ceil(size), (flags & kNoReserve) != 0))
    return fail(Errno::NOMEM);
  const int32_t id = TRY(segments->get(
      {.key = key, .flags = flags, .size = size, .make = &Segment::make, .fits = &is_large_enough},
      who));
  const auto segment = TRY(find_segment(id));
  if (segment->status.creator == 0) segment->status.creator = ctx.process().id();
  return static_cast<uint64_t>(id);
}

SysResult sys_shmat(SyscallContext& ctx, int32_t id, VirtAddr address, uint32_t flags) {
  constexpr uint32_t kReadOnly = 010000, kRound = 020000, kRemap = 040000, kExecute = 0100000;
  const auto segment = TRY(find_segment(id));
  uint64_t at = raw(address);
  if ((flags & kRound) != 0) at = page_floor(at);
  if (!is_page_aligned(at)) return fail(Errno::INVAL);
  if (at == 0 && (flags & kRemap) != 0) return fail(Errno::INVAL);
  MapRequest request{.address = at,
                     .size = segment->size(),
                     .protection = protection::kRead,
                     .flags = map_flag::kShared,
                     .file = segment->file()};
  uint32_t wanted = fs::access::kRead;
  if ((flags & kReadOnly) == 0) {
    request.protection |= protection::kWrite;
    wanted |= fs::access::kWrite;
  }
  if ((flags & kExecute) != 0) request.protection |= protection::kExec;
  if (at != 0)
    request.flags |= (flags & kRemap) != 0 ? map_flag::kFixed : map_flag::kFixedNoReplace;
  const CredentialSet who = *ctx.process().credentials.lock();
  TRY(segment->check_access(who, wanted));
  TRY(check_wish(ctx.process(), {.bytes = page_ceil(segment->size())}));
  const auto mapped = ctx.process().memory().map(request);
  if (!mapped) return fail(mapped.error() == Errno::EXIST ? Errno::INVAL : mapped.error());
  segment->status.attach_time = ipc_now();
  segment->status.last = ctx.process().id();
  return raw(*mapped);
}

SysResult sys_shmdt(SyscallContext& ctx, VirtAddr address) {
  if (!is_page_aligned(raw(address))) return fail(Errno::INVAL);
  LinuxMemory& memory = ctx.process().memory();
  const auto mapping = memory.space()->mapping_of(address);
  if (!mapping || mapping->base != address || mapping->vmo_offset != 0) return fail(Errno::INVAL);
  RefPtr<Segment> segment;
  segments->for_each([&](IpcObject& object) {
    auto& candidate = static_cast<Segment&>(object);
    if (candidate.memory() == mapping->vmo.get()) segment = RefPtr<Segment>(&candidate);
  });
  if (!segment) return fail(Errno::INVAL);
  TRY(memory.unmap(raw(address), page_ceil(segment->size())));
  segment->status.detach_time = ipc_now();
  segment->status.last = ctx.process().id();
  free_unused();
  return 0;
}

namespace {

constexpr int32_t kLock = 11, kUnlock = 12, kSegmentStatAt = 13, kInfo = 14, kSegmentStatAny = 15;

SegmentStatus status_of(const Segment& segment) {
  SegmentStatus status = segment.status;
  status.permissions = segment.permissions;
  status.size = segment.size();
  status.attached = segment.attached();
  return status;
}

// struct shminfo64 and struct shm_info: the limits, and what is in use.
SysResult tell_segment_limits(UserInOut<std::byte> buffer, bool use) {
  const IpcTable::Use found = segments->use();
  const auto last = static_cast<uint64_t>(std::max(found.last, 0));
  if (use) {
    struct {
      int32_t used;
      uint32_t padding;
      uint64_t pages, resident, swapped, attempts, successes;
    } info{};
    info.used = static_cast<int32_t>(found.count);
    segments->for_each([&](IpcObject& object) {
      info.pages += page_ceil(static_cast<Segment&>(object).size()) >> kPageShift;
    });
    info.resident = info.pages;
    TRY(put(UserOut<decltype(info)>(buffer.address()), info));
    return last;
  }
  struct {
    uint64_t most_bytes, least_bytes, most, most_for_process, most_pages, unused[4];
  } info{kMostBytes, 1, IpcTable::kMost, IpcTable::kMost, kMostBytes >> kPageShift, {}};
  TRY(put(UserOut<decltype(info)>(buffer.address()), info));
  return last;
}

}  // namespace

SysResult sys_shmctl(SyscallContext& ctx, int32_t id, int32_t command,
                     UserInOut<std::byte> buffer) {
  if (id < 0) return fail(Errno::INVAL);
  free_unused();
  const CredentialSet who = *ctx.process().credentials.lock();
  const UserInOut<SegmentStatus> status(buffer.address());
  switch (command) {
    case ipc_command::kInfo:
    case kInfo:
      return tell_segment_limits(buffer, command == kInfo);
    case kSegmentStatAt:
    case kSegmentStatAny: {
      const auto segment = static_ref_cast<Segment>(TRY(segments->at(id)));
      if (command == kSegmentStatAt) TRY(segment->check_access(who, fs::access::kRead));
      TRY(put(status, status_of(*segment)));
      return static_cast<uint64_t>(segment->id());
    }
    default:
      break;
  }
  const auto segment = TRY(find_segment(id));
  switch (command) {
    case ipc_command::kStat:
      TRY(segment->check_access(who, fs::access::kRead));
      TRY(put(status, status_of(*segment)));
      return 0;
    case ipc_command::kSet: {
      const auto wanted = TRY(get(status));
      TRY(segment->check_owner(who));
      segment->change(wanted.permissions);
      segment->status.change_time = ipc_now();
      return 0;
    }
    case ipc_command::kRemove:
      TRY(segment->check_owner(who));
      segment->permissions.mode |= kDestroyed;
      segment->permissions.key = kIpcPrivate;
      free_unused();
      return 0;
    case kLock:
      segment->permissions.mode |= kLocked;
      return 0;
    case kUnlock:
      segment->permissions.mode &= ~kLocked;
      return 0;
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace jacinth::linux
