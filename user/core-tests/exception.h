// Handling the exceptions of other processes.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

#include "lib/handle.h"
#include "support.h"

namespace core {

inline zx_status_t listen(zx_handle_t task, Handle* channel, uint32_t options = 0) {
  return zx_task_create_exception_channel(task, options, channel->out());
}

// An exception as a handler receives it.
struct Received {
  zx_exception_info_t info{};
  Handle exception;

  explicit Received(const Handle& channel) {
    EXPECT_OK(zx_object_wait_one(channel.get(), ZX_CHANNEL_READABLE, far_deadline(), nullptr));
    EXPECT_OK(zx_channel_read(channel.get(), 0, &info, exception.out(), sizeof(info), 1, nullptr,
                              nullptr));
  }
  void set_handled() const {
    const uint32_t state = ZX_EXCEPTION_STATE_HANDLED;
    EXPECT_OK(
        zx_object_set_property(exception.get(), ZX_PROP_EXCEPTION_STATE, &state, sizeof(state)));
  }
};

}  // namespace core
