// Handling the exceptions of other processes.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

#include "child.h"
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

// The child breaks a rule of the kernel's when it is told to, and goes on well when that is
// handled.
inline void expect_handled_policy_exception(const Child& child) {
  Handle exceptions;
  ASSERT_OK(listen(child.process(), &exceptions));
  EXPECT_OK(zx_channel_write(child.channel(), 0, nullptr, 0, nullptr, 0));
  {
    const Received received(exceptions);
    EXPECT_EQ(received.info.type, ZX_EXCP_POLICY_ERROR);
    received.set_handled();
  }
  child.expect_success();
}

}  // namespace core
