#include "zircon/fetch_arguments.h"

#include <zircon/syscall_structs.h>

#include <algorithm>

#include "object/task/process.h"
#include "vm/user_memory.h"
#include "zircon/call_description.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::zircon {
namespace {

// More than any call reads or writes at once.
constexpr uint64_t kMostBytes = uint64_t{1} << 30;
constexpr uint64_t kMostVectors = 1024;

bool is_pointer(ArgumentKind kind) {
  return kind == ArgumentKind::Pointer || kind == ArgumentKind::OutPointer ||
         kind == ArgumentKind::Text;
}

uint64_t bytes_behind(const ArgumentDescription& pointer, const SyscallArguments& arguments) {
  uint64_t bytes = pointer.element_bytes;
  for (const int8_t index : {pointer.length_argument, pointer.length_factor}) {
    if (index < 0) continue;
    const uint64_t count = arguments[static_cast<size_t>(index)];
    if (__builtin_mul_overflow(bytes, count, &bytes)) return kMostBytes;
  }
  return std::min(bytes, kMostBytes);
}

exec::Task<Status> fetch(Thread& thread, uint64_t address, uint64_t bytes) {
  thread.set_blocked_reason(BlockedReason::Pager);
  co_return co_await thread.process().address_space().fetch(VirtAddr{address}, bytes);
}

template <typename T>
exec::Task<Status> fetch(Thread& thread, const T* pointer, uint64_t count) {
  return fetch(thread, reinterpret_cast<uintptr_t>(pointer),
               std::min(count, kMostBytes / sizeof(T)) * sizeof(T));
}

exec::Task<Status> fetch_call_buffers(Thread& thread, VirtAddr at) {
  const auto args = vm::UserIn<zx_channel_call_args_t>(at).read();
  if (!args) co_return args.error();
  Status status =
      co_await fetch(thread, static_cast<const std::byte*>(args->wr_bytes), args->wr_num_bytes);
  if (status != Status::Ok) co_return status;
  status = co_await fetch(thread, args->wr_handles, args->wr_num_handles);
  if (status != Status::Ok) co_return status;
  status =
      co_await fetch(thread, static_cast<const std::byte*>(args->rd_bytes), args->rd_num_bytes);
  if (status != Status::Ok) co_return status;
  co_return co_await fetch(thread, args->rd_handles, args->rd_num_handles);
}

exec::Task<Status> fetch_vectors(Thread& thread, VirtAddr at, uint64_t count) {
  for (uint64_t i = 0; i < std::min(count, kMostVectors); ++i) {
    const auto vector = vm::UserIn<zx_iovec_t>(at).read(i);
    if (!vector) co_return vector.error();
    const Status status =
        co_await fetch(thread, static_cast<const std::byte*>(vector->buffer), vector->capacity);
    if (status != Status::Ok) co_return status;
  }
  co_return Status::Ok;
}

}  // namespace

exec::Task<Status> fetch_arguments(Thread& thread, uint64_t number,
                                   const SyscallArguments& arguments) {
  const CallDescription& call = *describe_syscall(number);
  for (size_t i = 0; i < call.argument_count; ++i) {
    const ArgumentDescription& argument = call.arguments[i];
    if (!is_pointer(argument.kind)) continue;
    const Status status = co_await fetch(thread, arguments[i], bytes_behind(argument, arguments));
    if (status == Status::InternalIntrRetry) co_return status;
  }
  switch (number) {
    case number::kChannelCallNoretry:
      co_return co_await fetch_call_buffers(thread, VirtAddr{arguments[3]});
    case number::kChannelCallFinish:
      co_return co_await fetch_call_buffers(thread, VirtAddr{arguments[1]});
    case number::kStreamWritev:
    case number::kStreamReadv:
      co_return co_await fetch_vectors(thread, VirtAddr{arguments[2]}, arguments[3]);
    case number::kStreamWritevAt:
    case number::kStreamReadvAt:
      co_return co_await fetch_vectors(thread, VirtAddr{arguments[3]}, arguments[4]);
    default:
      co_return Status::Ok;
  }
}

}  // namespace jacinth::zircon
