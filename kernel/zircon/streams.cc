// System calls on streams (112–117).
#include "object/vm/stream.h"

#include <zircon/syscalls/ipc.h>

#include "zircon/context.h"
#include "zircon/info.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

using Transfer = exec::Eventually<Result<uint64_t>>;

static_assert(sizeof(IoVector) == sizeof(zx_iovec_t));

Stream::Vectors io_vectors(UserIn<zx_iovec_t> vectors, size_t count) {
  return {UserIn<IoVector>(vectors.address()), count};
}

Status tell(const Result<uint64_t>& moved, UserOut<size_t> actual) {
  if (!moved) return moved.error();
  return actual.is_null() ? Status::Ok : to_status(actual.write(*moved));
}

// The stream goes along, so that it outlives the transfer.
exec::Task<Status> tell_later(RefPtr<Stream> stream, Transfer transfer, UserOut<size_t> actual) {
  const Result<uint64_t> moved = co_await std::move(transfer);
  co_return tell(moved, actual);
}

exec::Eventually<Status> finish(RefPtr<Stream> stream, Transfer transfer, UserOut<size_t> actual) {
  if (transfer.ready()) return tell(transfer.value(), actual);
  return tell_later(std::move(stream), std::move(transfer), actual);
}

}  // namespace

Result<> sys_stream_create(SyscallContext& ctx, uint32_t options, HandleValue vmo, uint64_t seek,
                           UserOut<HandleValue> out) {
  if ((options & ~(ZX_STREAM_MODE_READ | ZX_STREAM_MODE_WRITE)) != 0)
    return fail(Status::InvalidArgs);
  const Stream::Mode mode{.read = (options & ZX_STREAM_MODE_READ) != 0,
                          .write = (options & ZX_STREAM_MODE_WRITE) != 0};
  const Rights needed =
      (mode.read ? rights::kRead : rights::kNone) | (mode.write ? rights::kWrite : rights::kNone);
  auto contents = TRY(ctx.get<VmoObject>(vmo, needed));
  return ctx.deliver(out, Handle(TRY(Stream::create(std::move(contents), mode, seek))));
}

exec::Eventually<Status> sys_stream_writev(SyscallContext& ctx, HandleValue handle,
                                           uint32_t options, UserIn<zx_iovec_t> vectors,
                                           size_t num_vectors, UserOut<size_t> actual) {
  if ((options & ~ZX_STREAM_APPEND) != 0 || vectors.is_null()) return Status::InvalidArgs;
  auto stream = ctx.get<Stream>(handle, rights::kWrite);
  if (!stream) return stream.error();
  const auto append = options != 0 ? Stream::Append::Yes : Stream::Append::No;
  Transfer transfer = (*stream)->write(io_vectors(vectors, num_vectors), append);
  return finish(std::move(*stream), std::move(transfer), actual);
}

exec::Eventually<Status> sys_stream_writev_at(SyscallContext& ctx, HandleValue handle,
                                              uint32_t options, uint64_t offset,
                                              UserIn<zx_iovec_t> vectors, size_t num_vectors,
                                              UserOut<size_t> actual) {
  if (options != 0 || vectors.is_null()) return Status::InvalidArgs;
  auto stream = ctx.get<Stream>(handle, rights::kWrite);
  if (!stream) return stream.error();
  Transfer transfer = (*stream)->write_at(offset, io_vectors(vectors, num_vectors));
  return finish(std::move(*stream), std::move(transfer), actual);
}

exec::Eventually<Status> sys_stream_readv(SyscallContext& ctx, HandleValue handle, uint32_t options,
                                          UserIn<zx_iovec_t> vectors, size_t num_vectors,
                                          UserOut<size_t> actual) {
  if (options != 0 || vectors.is_null()) return Status::InvalidArgs;
  auto stream = ctx.get<Stream>(handle, rights::kRead);
  if (!stream) return stream.error();
  Transfer transfer = (*stream)->read(io_vectors(vectors, num_vectors));
  return finish(std::move(*stream), std::move(transfer), actual);
}

exec::Eventually<Status> sys_stream_readv_at(SyscallContext& ctx, HandleValue handle,
                                             uint32_t options, uint64_t offset,
                                             UserIn<zx_iovec_t> vectors, size_t num_vectors,
                                             UserOut<size_t> actual) {
  if (options != 0 || vectors.is_null()) return Status::InvalidArgs;
  auto stream = ctx.get<Stream>(handle, rights::kRead);
  if (!stream) return stream.error();
  Transfer transfer = (*stream)->read_at(offset, io_vectors(vectors, num_vectors));
  return finish(std::move(*stream), std::move(transfer), actual);
}

Result<> sys_stream_seek(SyscallContext& ctx, HandleValue handle, zx_stream_seek_origin_t whence,
                         int64_t offset, UserOut<uint64_t> out_seek) {
  auto stream = TRY(ctx.get_with_either<Stream>(handle, rights::kRead, rights::kWrite));
  if (whence > ZX_STREAM_SEEK_ORIGIN_END) return fail(Status::InvalidArgs);
  const uint64_t position = TRY(stream->seek(static_cast<Stream::Whence>(whence), offset));
  if (!out_seek.is_null()) TRY(out_seek.write(position));
  return {};
}

Result<> info_stream(InfoQuery& query) {
  const Stream::Info info = TRY(query.get<Stream>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_stream_t{.options = (info.mode.read ? ZX_STREAM_MODE_READ : 0) |
                                                      (info.mode.write ? ZX_STREAM_MODE_WRITE : 0),
                                           .padding1 = {},
                                           .seek = info.seek,
                                           .content_size = info.content_size});
}

}  // namespace jacinth::zircon
