// sendfile and copy_file_range: from file to file without a detour through the program.
#include <algorithm>

#include "base/vector.h"
#include "fs/node.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using fs::IoSource;
using fs::IoTarget;

constexpr size_t kCopyPiece = 32 * 1024;

// Where one side of a copy stands: at the file's own position, or at one that the program gave.
struct Side {
  RefPtr<fs::File> file;
  std::optional<uint64_t> offset;
};

fs::File::Transferred read_from(const Side& side, std::span<std::byte> to) {
  if (side.offset) return side.file->read_at(*side.offset, IoTarget::kernel(to), {});
  return side.file->read(IoTarget::kernel(to), {});
}

fs::File::Transferred write_to(const Side& side, std::span<const std::byte> from) {
  if (side.offset) return side.file->write_at(*side.offset, IoSource::kernel(from), {});
  return side.file->write(IoSource::kernel(from), {});
}

// Copies up to `count` bytes; ends early at the end of `from`, or when something came in between.
// What has been read and could not be written is given back: `from` is read at offsets.
exec::Task<ErrnoOr<size_t>> copy(Side& from, Side& to, size_t count) {
  auto buffer = CO_TRY(to_errno(Vector<std::byte>::with_size(std::min(count, kCopyPiece))));
  size_t done = 0;
  while (done < count) {
    const auto piece = std::span<std::byte>(buffer).first(std::min(buffer.size(), count - done));
    const auto read = co_await read_from(from, piece);
    if (!read && done == 0) co_return fail(read.error());
    if (!read || *read == 0) break;
    const auto written = co_await write_to(to, piece.first(*read));
    if (!written && done == 0) co_return fail(written.error());
    if (!written) break;
    done += *written;
    *from.offset += *written;
    if (to.offset) *to.offset += *written;
    if (*written < *read || exec::Activity::current()->interrupt_pending()) break;
  }
  co_return done;
}

// The position that a call is to use, and where it goes afterwards.
struct Position {
  RefPtr<fs::File> file;
  UserInOut<int64_t> given;  // null: the file's own

  ErrnoOr<uint64_t> get_offset() const {
    if (given.is_null()) return TRY(file->seek(fs::File::Whence::Current, 0));
    const int64_t offset = TRY(get(given));
    if (offset < 0) return fail(Errno::INVAL);
    return static_cast<uint64_t>(offset);
  }
  ErrnoOr<> set_offset(uint64_t offset) const {
    if (!given.is_null()) return put(given, static_cast<int64_t>(offset));
    TRY(file->seek(fs::File::Whence::Start, static_cast<int64_t>(offset)));
    return {};
  }
};

exec::Task<SysResult> sendfile(SyscallContext ctx, Position position, uint64_t offset,
                               RefPtr<fs::File> out, size_t count) {
  Side from{.file = position.file, .offset = offset};
  Side to{.file = std::move(out), .offset = std::nullopt};
  const auto done = co_await copy(from, to, count);
  if (!done && done.error() == Errno::PIPE) raise_broken_pipe(ctx.self());
  if (!done) co_return fail(done.error());
  CO_TRY(position.set_offset(*from.offset));
  co_return uint64_t{*done};
}

exec::Task<SysResult> copy_range(Position in, uint64_t in_offset, Position out, uint64_t out_offset,
                                 size_t count) {
  Side from{.file = in.file, .offset = in_offset};
  Side to{.file = out.file, .offset = out_offset};
  const auto done = co_await copy(from, to, count);
  if (!done) co_return fail(done.error());
  CO_TRY(in.set_offset(*from.offset));
  CO_TRY(out.set_offset(*to.offset));
  co_return uint64_t{*done};
}

ErrnoOr<> check_regular(const fs::File& file) {
  if (file.node().is_directory()) return fail(Errno::ISDIR);
  if (file.node().type() != fs::FileType::Regular) return fail(Errno::INVAL);
  return {};
}

}  // namespace

exec::Eventually<SysResult> sys_sendfile(SyscallContext& ctx, int32_t out_fd, int32_t in_fd,
                                         UserInOut<int64_t> offset, size_t count) {
  RefPtr<fs::File> out;
  uint64_t from = 0;
  auto prepare = [&]() -> ErrnoOr<Position> {
    Position position {
      .file = TRY(ctx.self().files->get(in_fd))
      , .given = offset
    };
    if (!position.file->can_read()) return fail(Errno::BADF);
    const bool at_own_position = offset.is_null();
    if (!at_own_position) from = TRY(position.get_offset());
    out = TRY(ctx.self().files->get(out_fd));
    if (!out->can_write()) return fail(Errno::BADF);
    if (position.file->node().type() != fs::FileType::Regular) return fail(Errno::INVAL);
    if (at_own_position) from = TRY(position.get_offset());
    if ((out->flags() & fs::open_flags::kAppend) != 0) return fail(Errno::INVAL);
    return position;
  };
  auto position = prepare();
  if (!position) return SysResult(fail(position.error()));
  return sendfile(ctx, *std::move(position), from, std::move(out),
                  std::min(count, fs::kMaxTransfer));
}

exec::Eventually<SysResult> sys_copy_file_range(SyscallContext& ctx, int32_t in_fd,
                                                UserInOut<int64_t> in_offset, int32_t out_fd,
                                                UserInOut<int64_t> out_offset, size_t count,
                                                uint32_t flags) {
  Position in{.file = nullptr, .given = in_offset};
  Position out{.file = nullptr, .given = out_offset};
  uint64_t from = 0;
  uint64_t to = 0;
  auto prepare = [&]() -> ErrnoOr<> {
    in.file = TRY(ctx.self().files->get(in_fd));
    out.file = TRY(ctx.self().files->get(out_fd));
    if (flags != 0) return fail(Errno::INVAL);
    TRY(check_regular(*in.file));
    TRY(check_regular(*out.file));
    from = TRY(in.get_offset());
    to = TRY(out.get_offset());
    const bool appends = (out.file->flags() & fs::open_flags::kAppend) != 0;
    if (!in.file->can_read() || !out.file->can_write() || appends) return fail(Errno::BADF);
    count = std::min(count, fs::kMaxTransfer);
    if (from + count < from || to + count < to) return fail(Errno::OVERFLOW);
    const uint64_t size = in.file->node().size();
    count = from >= size ? 0 : std::min<uint64_t>(count, size - from);
    const bool same = &in.file->node() == &out.file->node();
    if (same && from < to + count && to < from + count) return fail(Errno::INVAL);
    return {};
  };
  const auto prepared = prepare();
  if (!prepared) return SysResult(fail(prepared.error()));
  return copy_range(std::move(in), from, std::move(out), to, count);
}

}  // namespace jacinth::linux
