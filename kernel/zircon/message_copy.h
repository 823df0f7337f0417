// Channel messages between a program's memory and the kernel.
#pragma once

#include <zircon/syscalls/channel.h>

#include <memory>

#include "object/ipc/channel.h"
#include "zircon/context.h"

namespace jacinth::zircon {

// A message of the program's bytes and handles. The handles are taken from its table one after the
// other; after a failure the rest must still be consumed. OUT_OF_RANGE, INVALID_ARGS, NO_MEMORY,
// BAD_HANDLE, and what Channel::check_carried() says.
Result<MessagePtr> make_message(SyscallContext& ctx, const Channel& channel,
                                UserIn<std::byte> bytes, UserIn<HandleValue> handles,
                                MessageSize size);

// Closes handles that a failed call takes away all the same. Ones it has already taken are passed
// over.
void consume_handles(SyscallContext& ctx, UserIn<HandleValue> handles, uint32_t count);

// Places in the caller's handle table for the handles of one message: taken before the message is,
// so that no message is lost for lack of memory.
class HandleRoom {
 public:
  explicit HandleRoom(SyscallContext& ctx) : ctx_(ctx) {}
  ~HandleRoom() { std::destroy_n(places_, count_); }
  HandleRoom(const HandleRoom&) = delete;
  HandleRoom& operator=(const HandleRoom&) = delete;
  // For `count` handles in all. NO_MEMORY.
  Result<> make(uint32_t count);
  uint32_t count() const { return count_; }
  // Puts the handles into the table, telling their values first.
  Result<> deliver(MessagePacket& message, UserOut<HandleValue> out);
  Result<> deliver(MessagePacket& message, UserOut<zx_handle_info_t> out);

 private:
  template <typename T>
  Result<> deliver_as(MessagePacket& message, UserOut<T> out);

  SyscallContext& ctx_;
  uint32_t count_ = 0;
  // The first count_ exist: most messages carry few handles.
  union {
    HandleTable::Reservation places_[kMaxMessage.handles];
  };
};

// Either pointer may be null.
Result<> write_actuals(MessageSize actual, UserOut<uint32_t> bytes, UserOut<uint32_t> handles);

}  // namespace jacinth::zircon
