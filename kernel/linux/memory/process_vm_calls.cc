// process_vm_readv and process_vm_writev: between the caller's memory and another process's.
#include <algorithm>
#include <array>

#include "linux/files/io_vectors.h"
#include "linux/memory/other_memory.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/tracing/access.h"

namespace jacinth::linux {
namespace {

constexpr uint64_t kPieceBytes = 1024;

enum class Direction : uint8_t { Read, Write };

// A place in a list of buffers.
class Position {
 public:
  explicit Position(std::span<const fs::IoVector> list) : list_(list) { skip_empty(); }
  bool at_end() const { return list_.empty(); }
  uint64_t address() const { return list_.front().base + offset_; }
  uint64_t left() const { return list_.front().bytes - offset_; }
  void advance(uint64_t bytes) {
    offset_ += bytes;
    skip_empty();
  }

 private:
  void skip_empty() {
    while (!list_.empty() && offset_ == list_.front().bytes) {
      list_ = list_.subspan(1);
      offset_ = 0;
    }
  }
  std::span<const fs::IoVector> list_;
  uint64_t offset_ = 0;
};

ErrnoOr<RefPtr<LinuxMemory>> memory_of(LinuxProcess& caller, int32_t id) {
  LockGuard guard(tasks_lock);
  LinuxThread* const thread = tasks().find_thread(id);
  if (thread == nullptr) return fail(Errno::SRCH);
  LinuxProcess& target = thread->process();
  if (!may_access(caller, target, AccessIds::Real)) return fail(Errno::PERM);
  RefPtr<LinuxMemory> memory = target.shared_memory();
  if (!memory) return fail(Errno::SRCH);
  return memory;
}

// As much as a piece holds. Less than asked for: one of the two could not be reached further. (Not
// inline: the buffer would be part of the coroutine.)
[[gnu::noinline]] size_t copy_piece(LinuxMemory& memory, VirtAddr remote, VirtAddr local,
                                    uint64_t bytes, Direction direction) {
  std::array<std::byte, kPieceBytes> buffer;
  const auto piece = std::span(buffer).first(bytes);
  if (direction == Direction::Read) {
    const size_t got = read_other(memory, remote, piece, OtherAccess::AsItself);
    return UserOut<std::byte>(local).write_array(piece.first(got)) ? got : 0;
  }
  if (!UserIn<std::byte>(local).read_array(piece)) return 0;
  return write_other(memory, remote, piece, OtherAccess::AsItself);
}

exec::Task<SysResult> transfer(RefPtr<LinuxMemory> memory, IoVectors local_list,
                               IoVectors remote_list, Direction direction) {
  constexpr uint64_t kBytesBetweenYields = 256 * 1024;
  Position local(local_list.list());
  Position remote(remote_list.list());
  uint64_t done = 0, since_yield = 0;
  while (!local.at_end() && !remote.at_end()) {
    const uint64_t wanted = std::min({kPieceBytes, local.left(), remote.left()});
    const size_t got = copy_piece(*memory, VirtAddr{remote.address()}, VirtAddr{local.address()},
                                  wanted, direction);
    done += got;
    if (got < wanted) break;
    local.advance(got);
    remote.advance(got);
    since_yield += got;
    if (since_yield >= kBytesBetweenYields) {
      since_yield = 0;
      co_await exec::yield();
    }
  }
  const bool nothing_to_do = done == 0 && (local.at_end() || remote.at_end());
  if (done == 0 && !nothing_to_do) co_return fail(Errno::FAULT);
  co_return done;
}

exec::Eventually<SysResult> process_vm(SyscallContext& ctx, int32_t pid, UserIn<abi::iovec> local,
                                       size_t local_count, UserIn<abi::iovec> remote,
                                       size_t remote_count, uint64_t flags, Direction direction) {
  if (flags != 0) return SysResult(fail(Errno::INVAL));
  auto here = IoVectors::read(local, local_count);
  if (!here) return SysResult(fail(here.error()));
  auto there = IoVectors::read(remote, remote_count);
  if (!there) return SysResult(fail(there.error()));
  auto memory = memory_of(ctx.process(), pid);
  if (!memory) return SysResult(fail(memory.error()));
  return transfer(*std::move(memory), *std::move(here), *std::move(there), direction);
}

}  // namespace

exec::Eventually<SysResult> sys_process_vm_readv(SyscallContext& ctx, int32_t pid,
                                                 UserIn<abi::iovec> local, size_t local_count,
                                                 UserIn<abi::iovec> remote, size_t remote_count,
                                                 uint64_t flags) {
  return process_vm(ctx, pid, local, local_count, remote, remote_count, flags, Direction::Read);
}

exec::Eventually<SysResult> sys_process_vm_writev(SyscallContext& ctx, int32_t pid,
                                                  UserIn<abi::iovec> local, size_t local_count,
                                                  UserIn<abi::iovec> remote, size_t remote_count,
                                                  uint64_t flags) {
  return process_vm(ctx, pid, local, local_count, remote, remote_count, flags, Direction::Write);
}

}  // namespace jacinth::linux
