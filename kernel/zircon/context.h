// What a system call's implementation is given: who calls, and the ways to reach handles and to
// hand out new ones.
#pragma once

#include <cstdint>
#include <tuple>

#include "object/handle_table.h"
#include "object/ipc/channel.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"

namespace jacinth::zircon {

using vm::UserIn;
using vm::UserInOut;
using vm::UserOut;

// A value, as light as a pointer. One that is lent is there only until the call first waits: a
// coroutine takes its own.
class SyscallContext {
 public:
  explicit SyscallContext(Thread& thread) : thread_(thread) {}
  Thread& thread() { return thread_; }
  Process& process() { return thread_.process(); }
  HandleTable& handles() { return thread_.process().handles(); }

  // The object behind a handle: BAD_HANDLE (as the job's policy has it), WRONG_TYPE, ACCESS_DENIED,
  // in this order. `*actual` gets all the rights of the handle.
  template <typename T>
  Result<RefPtr<T>> get(HandleValue value, Rights needed = rights::kNone,
                        Rights* actual = nullptr) {
    return process().get<T>(value, needed, actual);
  }
  // The same where either of two rights will do; the error is the second's.
  template <typename T>
  Result<RefPtr<T>> get_with_either(HandleValue value, Rights one, Rights other) {
    auto found = handles().get<T>(value, one);
    return found ? found : get<T>(value, other);
  }
  // Whether the job's policy lets the process do this; ACCESS_DENIED.
  Result<> allow(PolicyCondition condition) { return process().enforce_policy(condition); }
  exec::Slack timer_slack() { return process().policy().timer_slack(); }

  // Gives the program a new handle, which goes again when its number cannot be written.
  Result<> deliver(UserOut<HandleValue> out, Handle handle);
  Result<> deliver(UserOut<HandleValue> out0, Handle handle0, UserOut<HandleValue> out1,
                   Handle handle1);
  // Writes the number of a handle that is in the table already.
  Result<> tell(UserOut<HandleValue> out, HandleValue value) {
    const Result<> told = out.write(value);
    if (!told) [[unlikely]]
      std::ignore = handles().remove(value);
    return told;
  }
  // Takes a handle away from the program. A channel's end belongs to nobody while it is on its way.
  Result<Handle> take(HandleValue value);
  // What take() undoes: a handle that comes from elsewhere into a slot of the table.
  void receive(HandleTable::Reservation& slot, Handle handle);

 private:
  Result<HandleValue> add(Handle handle);

  Thread& thread_;
};

// The bytes of a name argument, cut to what a name may hold; INVALID_ARGS when they cannot be read.
struct NameArgument {
  char text[KernelObject::kMaxName];
  size_t size = 0;
  std::string_view view() const { return {text, size}; }
};
Result<NameArgument> read_name(UserIn<char> name, size_t size);

}  // namespace jacinth::zircon
