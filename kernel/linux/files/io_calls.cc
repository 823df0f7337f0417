// Reading and writing through descriptors.
#include <algorithm>
#include <limits>
#include <type_traits>

#include "fs/operations.h"
#include "fs/pipe.h"
#include "linux/files/io_vectors.h"
#include "linux/files/path_argument.h"
#include "linux/files/transfer.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using fs::IoSource;
using fs::IoTarget;

// What a transfer comes to is what its call returns.
static_assert(std::is_same_v<SysResult, ErrnoOr<size_t>>);

// The last byte of a file has a number that a signed offset can say.
bool passes_last_offset(const fs::IoBuffer& bytes, std::optional<int64_t> offset) {
  constexpr auto kLast = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  return offset && bytes.remaining() > kLast - static_cast<uint64_t>(*offset);
}

// A buffer that goes beyond a program's memory is refused before anything is moved.
bool goes_beyond_memory(VirtAddr buffer, size_t count) {
  const hal::UserRange range = hal::user_range();
  const uint64_t end = raw(range.base) + range.size;
  return raw(buffer) > end || count > end - raw(buffer);
}

// What a call with such a buffer says: what is wrong with the descriptor comes first.
SysResult refuse_buffer(SyscallContext& ctx, int32_t fd, bool writes) {
  const auto file = TRY(ctx.self().files->get(fd));
  return fail((writes ? file->can_write() : file->can_read()) ? Errno::FAULT : Errno::BADF);
}

// --- Reads

exec::Eventually<SysResult> read_from(SyscallContext& ctx, int32_t fd, IoTarget to,
                                      std::optional<int64_t> offset, fs::IoFlags how = {}) {
  if (offset && *offset < 0) return SysResult(fail(Errno::INVAL));
  auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (!(*file)->can_read()) return SysResult(fail(Errno::BADF));
  if (passes_last_offset(to, offset)) return SysResult(fail(Errno::INVAL));
  if (offset) return (*file)->read_at(static_cast<uint64_t>(*offset), to, how);
  return (*file)->read(to, how);
}

// --- Writes

SysResult finish_write_now(SyscallContext& ctx, fs::File& file, const ErrnoOr<size_t>& done) {
  if (!done && done.error() == Errno::PIPE && raises_broken_pipe(file))
    raise_broken_pipe(ctx.self());
  if (!done && done.error() == Errno::FBIG && ctx.process().file_size_limit != kUnlimited)
    raise_too_long(ctx);
  if (done && *done != 0 && fs::has_set_id(file.node()))
    fs::drop_set_id(file.node(), Who(ctx).view());
  return done;
}

exec::Task<SysResult> finish_write(SyscallContext ctx, RefPtr<fs::File> file,
                                   fs::File::Transferred transfer) {
  const ErrnoOr<size_t> done = co_await std::move(transfer);
  co_return finish_write_now(ctx, *file, done);
}

exec::Eventually<SysResult> write_to(SyscallContext& ctx, int32_t fd, IoSource from,
                                     std::optional<int64_t> offset, fs::IoFlags how = {}) {
  if (offset && *offset < 0) return SysResult(fail(Errno::INVAL));
  auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (!(*file)->can_write()) return SysResult(fail(Errno::BADF));
  if (offset && from.remaining() > static_cast<uint64_t>(INT64_MAX - *offset))
    return SysResult(fail(Errno::INVAL));
  how.most_size = ctx.process().file_size_limit.load(std::memory_order_relaxed);
  fs::File::Transferred transfer =
      offset ? (*file)->write_at(static_cast<uint64_t>(*offset), from, how)
             : (*file)->write(from, how);
  if (transfer.ready()) return finish_write_now(ctx, **file, transfer.value());
  return finish_write(ctx, std::move(*file), std::move(transfer));
}

// --- Vectors: their list is kept until the transfer is over.

template <bool kWrite>
exec::Task<SysResult> transfer_vectors(SyscallContext ctx, int32_t fd, IoVectors vectors,
                                       std::optional<int64_t> offset, fs::IoFlags how) {
  if constexpr (kWrite) {
    co_return co_await write_to(ctx, fd, IoSource::user(vectors.list()), offset, how);
  } else {
    co_return co_await read_from(ctx, fd, IoTarget::user(vectors.list()), offset, how);
  }
}

template <bool kWrite>
exec::Eventually<SysResult> vector_call(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                        size_t count, std::optional<int64_t> offset,
                                        fs::IoFlags how = {}) {
  auto vectors = IoVectors::read(vector, count);
  if (!vectors) return SysResult(fail(vectors.error()));
  return transfer_vectors<kWrite>(ctx, fd, std::move(*vectors), offset, how);
}

// RWF_…: of the flags that ask for more haste or more care, only those change something here that
// Linux's memory file systems know.
ErrnoOr<fs::IoFlags> io_flags(uint32_t flags) {
  enum Flag : uint32_t { kHighPriority = 1, kDataSync = 2, kSync = 4, kNoWait = 8, kAppend = 16 };
  if ((flags & ~uint32_t{kHighPriority | kDataSync | kSync | kNoWait | kAppend}) != 0)
    return fail(Errno::OPNOTSUPP);
  return fs::IoFlags{.no_wait = (flags & kNoWait) != 0, .append = (flags & kAppend) != 0};
}

std::optional<int64_t> optional_offset(uint64_t low) {
  const auto offset = static_cast<int64_t>(low);
  if (offset == -1) return std::nullopt;
  return offset;
}

}  // namespace

exec::Eventually<SysResult> sys_read(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                     size_t count) {
  if (goes_beyond_memory(buffer.address(), count)) return refuse_buffer(ctx, fd, false);
  const auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (!(*file)->can_read()) return SysResult(fail(Errno::BADF));
  return (*file)->read(IoTarget::user(buffer.address(), std::min(count, fs::kMaxTransfer)), {});
}

exec::Eventually<SysResult> sys_write(SyscallContext& ctx, int32_t fd, UserIn<std::byte> buffer,
                                      size_t count) {
  if (goes_beyond_memory(buffer.address(), count)) return refuse_buffer(ctx, fd, true);
  return write_to(ctx, fd, IoSource::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                  std::nullopt);
}

exec::Eventually<SysResult> sys_pread64(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                        size_t count, int64_t offset) {
  if (goes_beyond_memory(buffer.address(), count)) return refuse_buffer(ctx, fd, false);
  return read_from(ctx, fd, IoTarget::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                   offset);
}

exec::Eventually<SysResult> sys_pwrite64(SyscallContext& ctx, int32_t fd, UserIn<std::byte> buffer,
                                         size_t count, int64_t offset) {
  if (goes_beyond_memory(buffer.address(), count)) return refuse_buffer(ctx, fd, true);
  return write_to(ctx, fd, IoSource::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                  offset);
}

exec::Eventually<SysResult> sys_readv(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                      size_t count) {
  return vector_call<false>(ctx, fd, vector, count, std::nullopt);
}

exec::Eventually<SysResult> sys_writev(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                       size_t count) {
  return vector_call<true>(ctx, fd, vector, count, std::nullopt);
}

exec::Eventually<SysResult> sys_preadv(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                       size_t count, uint64_t low, uint64_t) {
  return vector_call<false>(ctx, fd, vector, count, static_cast<int64_t>(low));
}

exec::Eventually<SysResult> sys_pwritev(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                        size_t count, uint64_t low, uint64_t) {
  return vector_call<true>(ctx, fd, vector, count, static_cast<int64_t>(low));
}

exec::Eventually<SysResult> sys_preadv2(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                        size_t count, uint64_t low, uint64_t, uint32_t flags) {
  const auto how = io_flags(flags);
  if (!how) return SysResult(fail(how.error()));
  return vector_call<false>(ctx, fd, vector, count, optional_offset(low), *how);
}

exec::Eventually<SysResult> sys_pwritev2(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                         size_t count, uint64_t low, uint64_t, uint32_t flags) {
  const auto how = io_flags(flags);
  if (!how) return SysResult(fail(how.error()));
  return vector_call<true>(ctx, fd, vector, count, optional_offset(low), *how);
}

SysResult sys_lseek(SyscallContext& ctx, int32_t fd, int64_t offset, int32_t whence) {
  const auto file = TRY(ctx.self().files->get(fd));
  if (whence < 0 || whence > static_cast<int32_t>(fs::File::Whence::Hole))
    return fail(Errno::INVAL);
  return TRY(file->seek(static_cast<fs::File::Whence>(whence), offset));
}

}  // namespace jacinth::linux
