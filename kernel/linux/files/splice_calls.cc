// splice, tee and vmsplice: to and from pipes. What a pipe holds is copied, not moved: a page that
// two pipes share would have to be counted, and a copy of one is cheaper than the call.
#include <algorithm>

#include "base/vector.h"
#include "fs/node.h"
#include "fs/pipe.h"
#include "linux/files/io_vectors.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using fs::IoSource;
using fs::IoTarget;

constexpr size_t kSplicePiece = 32 * 1024;
constexpr uint32_t kNoWaiting = 2;  // SPLICE_F_NONBLOCK
constexpr uint32_t kKnownFlags = 15;

struct End {
  RefPtr<fs::File> file;
  fs::Pipe* pipe = nullptr;  // null: some other file
  std::optional<uint64_t> offset{};
  bool waits = true;

  void advance(size_t bytes) {
    if (offset) *offset += bytes;
  }
};

ErrnoOr<End> find_end(SyscallContext& ctx, int32_t fd, UserInOut<int64_t> offset, bool writes,
                      uint32_t flags) {
  End end { .file = TRY(ctx.self().files->get(fd)) };
  if (writes ? !end.file->can_write() : !end.file->can_read()) return fail(Errno::BADF);
  end.pipe = fs::pipe_of(*end.file);
  end.waits = (flags & kNoWaiting) == 0 && !(end.pipe != nullptr && end.file->non_blocking());
  if (offset.is_null()) return end;
  if (end.pipe != nullptr) return fail(Errno::SPIPE);
  const int64_t at = TRY(get(offset));
  if (at < 0) return fail(Errno::INVAL);
  end.offset = static_cast<uint64_t>(at);
  return end;
}

// Until the pipe has what a read or write needs. AGAIN: not now, and the end does not wait.
exec::Task<ErrnoOr<>> wait_for_pipe(const End& end, Signals wanted) {
  while ((end.pipe->signals() & wanted) == 0) {
    if (!end.waits) co_return fail(Errno::AGAIN);
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(end.pipe), wanted, kForever);
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
  co_return ErrnoOr<>();
}

fs::File::Transferred write_to(const End& end, std::span<const std::byte> bytes) {
  const fs::IoFlags how{.no_wait = !end.waits};
  if (end.offset) return end.file->write_at(*end.offset, IoSource::kernel(bytes), how);
  return end.file->write(IoSource::kernel(bytes), how);
}

// From a pipe: what is there, up to `count`. Only what could be written leaves it.
exec::Task<ErrnoOr<size_t>> drain(End& in, End& out, size_t count, bool leave) {
  auto buffer = CO_TRY(to_errno(Vector<std::byte>::with_size(std::min(count, kSplicePiece))));
  CO_TRY(co_await wait_for_pipe(in, fs::ready::kIn | fs::ready::kHangUp));
  const auto there = in.pipe->peek(buffer);
  if (!there && there.error() != Errno::AGAIN) co_return there;
  if (!there || *there == 0) co_return size_t{0};
  if (out.pipe != nullptr) CO_TRY(co_await wait_for_pipe(out, fs::ready::kOut | fs::ready::kError));
  const auto written = co_await write_to(out, std::span<std::byte>(buffer).first(*there));
  if (!written) co_return written;
  if (!leave) in.pipe->discard(*written);
  out.advance(*written);
  co_return *written;
}

// Into a pipe: no more than it has room for, so that nothing is read in vain.
exec::Task<ErrnoOr<size_t>> fill(End& in, End& out, size_t count) {
  CO_TRY(co_await wait_for_pipe(out, fs::ready::kOut | fs::ready::kError));
  const size_t used = page_ceil(out.pipe->bytes_queued());
  const size_t room = std::max(out.pipe->capacity(), used + kPageSize) - used;
  auto buffer =
      CO_TRY(to_errno(Vector<std::byte>::with_size(std::min({count, kSplicePiece, room}))));
  const fs::IoFlags how{.no_wait = !in.waits};
  const auto read =
      co_await (in.offset ? in.file->read_at(*in.offset, IoTarget::kernel(buffer), how)
                          : in.file->read(IoTarget::kernel(buffer), how));
  if (!read || *read == 0) co_return read;
  in.advance(*read);
  co_return co_await out.file->write(IoSource::kernel(std::span<std::byte>(buffer).first(*read)),
                                     {});
}

exec::Task<SysResult> splice(SyscallContext ctx, End in, End out, size_t count,
                             UserInOut<int64_t> in_offset, UserInOut<int64_t> out_offset) {
  const auto done =
      in.pipe != nullptr ? co_await drain(in, out, count, false) : co_await fill(in, out, count);
  if (!done && done.error() == Errno::PIPE) raise_broken_pipe(ctx.self());
  if (!done) co_return fail(done.error());
  if (in.offset) CO_TRY(put(in_offset, static_cast<int64_t>(*in.offset)));
  if (out.offset) CO_TRY(put(out_offset, static_cast<int64_t>(*out.offset)));
  co_return uint64_t{*done};
}

exec::Task<SysResult> tee(SyscallContext ctx, End in, End out, size_t count) {
  const auto done = co_await drain(in, out, count, true);
  if (!done && done.error() == Errno::PIPE) raise_broken_pipe(ctx.self());
  if (!done) co_return fail(done.error());
  co_return uint64_t{*done};
}

exec::Task<SysResult> vmsplice(SyscallContext ctx, RefPtr<fs::File> file, IoVectors vectors,
                               bool no_wait) {
  const fs::IoFlags how{.no_wait = no_wait};
  const auto done = file->can_write() ? co_await file->write(IoSource::user(vectors.list()), how)
                                      : co_await file->read(IoTarget::user(vectors.list()), how);
  if (!done && done.error() == Errno::PIPE) raise_broken_pipe(ctx.self());
  if (!done) co_return fail(done.error());
  co_return uint64_t{*done};
}

}  // namespace

exec::Eventually<SysResult> sys_splice(SyscallContext& ctx, int32_t in_fd,
                                       UserInOut<int64_t> in_offset, int32_t out_fd,
                                       UserInOut<int64_t> out_offset, size_t count,
                                       uint32_t flags) {
  if (count == 0) return SysResult(0);
  if ((flags & ~kKnownFlags) != 0) return SysResult(fail(Errno::INVAL));
  auto in = find_end(ctx, in_fd, in_offset, false, flags);
  if (!in) return SysResult(fail(in.error()));
  auto out = find_end(ctx, out_fd, out_offset, true, flags);
  if (!out) return SysResult(fail(out.error()));
  const bool appends = (out->file->flags() & fs::open_flags::kAppend) != 0;
  if ((in->pipe == nullptr && out->pipe == nullptr) || in->pipe == out->pipe ||
      (out->pipe == nullptr && appends))
    return SysResult(fail(Errno::INVAL));
  return splice(ctx, *std::move(in), *std::move(out), std::min(count, fs::kMaxTransfer), in_offset,
                out_offset);
}

exec::Eventually<SysResult> sys_tee(SyscallContext& ctx, int32_t in_fd, int32_t out_fd,
                                    size_t count, uint32_t flags) {
  if ((flags & ~kKnownFlags) != 0) return SysResult(fail(Errno::INVAL));
  if (count == 0) return SysResult(0);
  auto in = find_end(ctx, in_fd, {}, false, flags);
  if (!in) return SysResult(fail(in.error()));
  auto out = find_end(ctx, out_fd, {}, true, flags);
  if (!out) return SysResult(fail(out.error()));
  if (in->pipe == nullptr || out->pipe == nullptr || in->pipe == out->pipe)
    return SysResult(fail(Errno::INVAL));
  return tee(ctx, *std::move(in), *std::move(out), std::min(count, fs::kMaxTransfer));
}

exec::Eventually<SysResult> sys_vmsplice(SyscallContext& ctx, int32_t fd, UserIn<abi::iovec> vector,
                                         size_t count, uint32_t flags) {
  if ((flags & ~kKnownFlags) != 0) return SysResult(fail(Errno::INVAL));
  auto file = ctx.self().files->get(fd);
  if (!file) return SysResult(fail(file.error()));
  if (fs::pipe_of(**file) == nullptr) return SysResult(fail(Errno::BADF));
  auto vectors = IoVectors::read(vector, count);
  if (!vectors) return SysResult(fail(vectors.error()));
  return vmsplice(ctx, *std::move(file), *std::move(vectors), (flags & kNoWaiting) != 0);
}

SysResult sys_readahead(SyscallContext& ctx, int32_t fd, int64_t, size_t) {
  const auto file = TRY(ctx.self().files->get(fd));
  if (!file->can_read()) return fail(Errno::BADF);
  // What is in memory need not be read ahead.
  if (file->node().type() != fs::FileType::Regular) return fail(Errno::INVAL);
  return 0;
}

}  // namespace jacinth::linux
