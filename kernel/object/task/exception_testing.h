// For tests: the handling side of exceptions.
#pragma once

#include <cstring>
#include <optional>

#include "object/ipc/channel.h"
#include "object/task/exception_delivery.h"
#include "object/task/exception_object.h"
#include "object/task/testing.h"

namespace jacinth::testing {

inline constexpr uint32_t kInvalidOpcode = 6;
inline constexpr Rights kTaskRights = rights::kBasic | rights::kManageThread;

// The user's end of an exception channel.
class Listener {
 public:
  explicit Listener(KernelObject& task, bool debugger = false)
      : end_(*create_exception_channel(task, debugger, kTaskRights)) {}

  struct Message {
    Koid process;
    Koid thread;
    ExceptionType type;
    uint32_t padding;
  };
  struct Received {
    Message message;
    Handle handle;
    Exception& exception() const { return static_cast<Exception&>(*handle.object()); }
    void resume() {
      exception().set_answer(Exception::Answer::Handled);
      handle.close();
    }
  };
  std::optional<Received> next() {
    MessageSize size;
    auto packet = channel().read({24, 1}, Channel::TooLarge::Keep, &size);
    if (!packet) return std::nullopt;
    EXPECT_EQ(size, (MessageSize{24, 1}));
    Received received;
    memcpy(&received.message, (*packet)->bytes().data(), sizeof(Message));
    received.handle = std::move((*packet)->handles()[0]);
    return received;
  }
  // The next must be there.
  Received take(ExceptionType type) {
    auto received = next();
    EXPECT_TRUE(received.has_value());
    if (!received) return {};
    EXPECT_EQ(received->message.type, type);
    return *std::move(received);
  }
  Channel& channel() { return static_cast<Channel&>(*end_.object()); }
  Handle& end() { return end_; }

 private:
  Handle end_;
};

}  // namespace jacinth::testing
