// Reading and writing through descriptors.
#include <algorithm>

#include "fs/pipe.h"
#include "linux/files/io_vectors.h"
#include "linux/files/transfer.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using fs::IoSource;
using fs::IoTarget;

SysResult to_sys_result(const ErrnoOr<size_t>& done) {
  if (!done) return fail(done.error());
  return uint64_t{*done};
}

// --- Reads

exec::Task<SysResult> finish_read(RefPtr<fs::File> file, fs::File::Transferred transfer) {
  co_return to_sys_result(co_await std::move(transfer));
}

exec::Eventually<SysResult> read_from(SyscallContext& ctx, int32_t fd, IoTarget to,
                                      std::optional<int64_t> offset) {
  auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (!(*file)->can_read()) return SysResult(fail(Errno::BADF));
  if (offset && *offset < 0) return SysResult(fail(Errno::INVAL));
  fs::File::Transferred transfer =
      offset ? (*file)->read_at(static_cast<uint64_t>(*offset), to, {}) : (*file)->read(to, {});
  if (transfer.ready()) return to_sys_result(transfer.value());
  return finish_read(std::move(*file), std::move(transfer));
}

// --- Writes

// SIGXFSZ: the thread has tried to make a file longer than RLIMIT_FSIZE lets it.
void raise_too_long(LinuxThread& self) {
  LockGuard guard(tasks_lock);
  (void)send_signal(self, signal_from_kernel(kSigXfsz));
}

SysResult finish_write_now(SyscallContext& ctx, fs::File& file, const ErrnoOr<size_t>& done) {
  if (!done && done.error() == Errno::PIPE && raises_broken_pipe(file))
    raise_broken_pipe(ctx.self());
  if (!done && done.error() == Errno::FBIG && ctx.process().file_size_limit != kUnlimited)
    raise_too_long(ctx.self());
  return to_sys_result(done);
}

exec::Task<SysResult> finish_write(SyscallContext ctx, RefPtr<fs::File> file,
                                   fs::File::Transferred transfer) {
  const ErrnoOr<size_t> done = co_await std::move(transfer);
  co_return finish_write_now(ctx, *file, done);
}

exec::Eventually<SysResult> write_to(SyscallContext& ctx, int32_t fd, IoSource from,
                                     std::optional<int64_t> offset) {
  auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (!(*file)->can_write()) return SysResult(fail(Errno::BADF));
  if (offset && *offset < 0) return SysResult(fail(Errno::INVAL));
  const fs::IoFlags how{.most_size = ctx.process().file_size_limit.load(std::memory_order_relaxed)};
  fs::File::Transferred transfer =
      offset ? (*file)->write_at(static_cast<uint64_t>(*offset), from, how)
             : (*file)->write(from, how);
  if (transfer.ready()) return finish_write_now(ctx, **file, transfer.value());
  return finish_write(ctx, std::move(*file), std::move(transfer));
}

// --- Vectors: their list is kept until the transfer is over.

template <bool kWrite>
exec::Task<SysResult> transfer_vectors(SyscallContext ctx, int32_t fd, IoVectors vectors,
                                       std::optional<int64_t> offset) {
  if constexpr (kWrite) {
    co_return co_await write_to(ctx, fd, IoSource::user(vectors.list()), offset);
  } else {
    co_return co_await read_from(ctx, fd, IoTarget::user(vectors.list()), offset);
  }
}

template <bool kWrite>
exec::Eventually<SysResult> vector_call(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                        size_t count, std::optional<int64_t> offset) {
  auto vectors = IoVectors::read(vector, count);
  if (!vectors) return SysResult(fail(vectors.error()));
  return transfer_vectors<kWrite>(ctx, fd, std::move(*vectors), offset);
}

std::optional<int64_t> optional_offset(uint64_t low) {
  const auto offset = static_cast<int64_t>(low);
  if (offset == -1) return std::nullopt;
  return offset;
}

}  // namespace

exec::Eventually<SysResult> sys_read(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                     size_t count) {
  return read_from(ctx, fd, IoTarget::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                   std::nullopt);
}

exec::Eventually<SysResult> sys_write(SyscallContext& ctx, int32_t fd, UserIn<std::byte> buffer,
                                      size_t count) {
  return write_to(ctx, fd, IoSource::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                  std::nullopt);
}

exec::Eventually<SysResult> sys_pread64(SyscallContext& ctx, int32_t fd, UserOut<std::byte> buffer,
                                        size_t count, int64_t offset) {
  return read_from(ctx, fd, IoTarget::user(buffer.address(), std::min(count, fs::kMaxTransfer)),
                   offset);
}

exec::Eventually<SysResult> sys_pwrite64(SyscallContext& ctx, int32_t fd, UserIn<std::byte> buffer,
                                         size_t count, int64_t offset) {
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
  if (flags != 0) return SysResult(fail(Errno::OPNOTSUPP));
  return vector_call<false>(ctx, fd, vector, count, optional_offset(low));
}

exec::Eventually<SysResult> sys_pwritev2(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                         size_t count, uint64_t low, uint64_t, uint32_t flags) {
  if (flags != 0) return SysResult(fail(Errno::OPNOTSUPP));
  return vector_call<true>(ctx, fd, vector, count, optional_offset(low));
}

SysResult sys_lseek(SyscallContext& ctx, int32_t fd, int64_t offset, int32_t whence) {
  const auto file = TRY(ctx.self().files->get(fd));
  if (whence < 0 || whence > static_cast<int32_t>(fs::File::Whence::Hole))
    return fail(Errno::INVAL);
  return TRY(file->seek(static_cast<fs::File::Whence>(whence), offset));
}

}  // namespace jacinth::linux
