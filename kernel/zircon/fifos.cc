// System calls on fifos (29–31).
#include "object/ipc/fifo.h"

#include <algorithm>

#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> sys_fifo_create(SyscallContext& ctx, size_t elem_count, size_t elem_size, uint32_t options,
                         UserOut<HandleValue> out0, UserOut<HandleValue> out1) {
  TRY(ctx.allow(PolicyCondition::NewFifo));
  auto [left, right] = TRY(Fifo::create({elem_count, elem_size}));
  if (options != 0) return fail(Status::InvalidArgs);
  return ctx.deliver(out0, std::move(left), out1, std::move(right));
}

Result<> sys_fifo_read(SyscallContext& ctx, HandleValue handle, size_t elem_size,
                       UserOut<std::byte> data, size_t count, UserOut<size_t> actual_count) {
  auto fifo = TRY(ctx.get<Fifo>(handle, rights::kRead));
  if (elem_size != fifo->geometry().element_size || count == 0) return fail(Status::OutOfRange);
  std::byte elements[Fifo::kMaxBytes];
  const size_t wanted = std::min(count, fifo->geometry().count) * elem_size;
  for (;;) {
    const Fifo::Peeked peeked = TRY(fifo->peek(elem_size, {elements, wanted}));
    TRY(data.write_array({elements, peeked.count * elem_size}));
    if (!actual_count.is_null()) TRY(actual_count.write(peeked.count));
    if (fifo->consume(peeked)) return {};
  }
}

Result<> sys_fifo_write(SyscallContext& ctx, HandleValue handle, size_t elem_size,
                        UserIn<std::byte> data, size_t count, UserOut<size_t> actual_count) {
  auto fifo = TRY(ctx.get<Fifo>(handle, rights::kWrite));
  const size_t room = TRY(fifo->room(elem_size, count));
  std::byte elements[Fifo::kMaxBytes];
  const std::span taken(elements, room * elem_size);
  TRY(data.read_array(taken));
  const size_t written = TRY(fifo->write(elem_size, taken));
  if (!actual_count.is_null()) TRY(actual_count.write(written));
  return {};
}

}  // namespace jacinth::zircon
