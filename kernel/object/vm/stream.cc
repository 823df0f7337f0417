#include "object/vm/stream.h"

#include "exec/activity.h"
#include "object/vm/stream_transfer.h"

namespace jacinth {
namespace {

using Direction = StreamTransfer::Direction;
using Where = StreamTransfer::Where;

exec::Task<Result<uint64_t>> continue_slowly(RefPtr<Stream> stream, StreamTransfer transfer) {
  Status status = Status::ShouldWait;
  // Killed or suspended: what has been done so far is the result. A page that a pager must bring is
  // met once more, and waited for.
  while (status == Status::ShouldWait && !exec::Activity::current()->interrupt_pending()) {
    co_await exec::yield();
    status = transfer.run();
    if (status == Status::Async) {
      const Status fetched = co_await vm::Vmo::fetch(stream->vmo(), transfer.position(), 1);
      status = fetched == Status::Ok || fetched == Status::InternalIntrRetry ? Status::ShouldWait
                                                                             : fetched;
    }
  }
  co_return transfer.finish(status);
}

exec::Eventually<Result<uint64_t>> start(Stream& stream, StreamTransfer transfer) {
  const Status status = transfer.run();
  if (status != Status::ShouldWait && status != Status::Async) return transfer.finish(status);
  return continue_slowly(RefPtr(&stream), transfer);
}

}  // namespace

Stream::Stream(RefPtr<VmoObject> vmo, Mode mode, uint64_t seek)
    : vmo_(std::move(vmo)), mode_(mode), seek_(seek) {}

Result<RefPtr<Stream>> Stream::create(RefPtr<VmoObject> vmo, Mode mode, uint64_t seek) {
  return make_ref<Stream>(std::move(vmo), mode, seek);
}

Rights Stream::default_rights() const {
  return rights::kBasic | rights::kProperty | rights::kSignal | (mode_.read ? rights::kRead : 0) |
         (mode_.write ? rights::kWrite : 0);
}

exec::Eventually<Result<uint64_t>> Stream::write(Vectors from, Append append) {
  const Where where = append == Append::Yes ? Where::End : Where::Position;
  return start(*this, {*this, Direction::Write, where, 0, from});
}

exec::Eventually<Result<uint64_t>> Stream::write_at(uint64_t offset, Vectors from) {
  return start(*this, {*this, Direction::Write, Where::Offset, offset, from});
}

exec::Eventually<Result<uint64_t>> Stream::read(Vectors to) {
  return start(*this, {*this, Direction::Read, Where::Position, 0, to});
}

exec::Eventually<Result<uint64_t>> Stream::read_at(uint64_t offset, Vectors to) {
  return start(*this, {*this, Direction::Read, Where::Offset, offset, to});
}

Result<uint64_t> Stream::seek(Whence whence, int64_t offset) {
  LockGuard guard(vmo_->content_lock());
  uint64_t base = 0;
  if (whence == Whence::Current) base = seek_;
  if (whence == Whence::End) base = vmo_->vmo()->content_size();
  uint64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target)) return fail(Status::InvalidArgs);
  seek_ = target;
  return target;
}

Stream::Info Stream::info() {
  LockGuard guard(vmo_->content_lock());
  return {.mode = mode_, .seek = seek_, .content_size = vmo_->vmo()->content_size()};
}

}  // namespace jacinth
