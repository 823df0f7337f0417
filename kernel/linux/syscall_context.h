// What a system call's implementation is given: who calls.
#pragma once

#include <cstdint>

#include "base/errno.h"
#include "exec/task.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"

namespace jacinth::linux {

using vm::UserIn;
using vm::UserInOut;
using vm::UserOut;

class LinuxProcess;
class LinuxThread;

// What a call leaves in the program's result register: a value that is no error number, or the
// Errno, negated.
using SysResult = ErrnoOr<uint64_t>;

// A value, as light as a pointer. One that is lent is there only until the call first waits: a
// coroutine takes its own.
class SyscallContext {
 public:
  explicit SyscallContext(Thread& thread) : thread_(&thread) {}
  Thread& thread() const { return *thread_; }
  Process& object() const { return thread_->process(); }
  LinuxThread& self() const;
  LinuxProcess& process() const;

 private:
  Thread* thread_;
};

// User memory, with EFAULT for what cannot be reached.
ErrnoOr<> fault_of(const Result<>& copied);
template <typename T>
ErrnoOr<T> get(const UserIn<T>& from, size_t index = 0) {
  T value;
  TRY(fault_of(from.read_array({&value, 1}, index)));
  return value;
}
template <typename T>
ErrnoOr<T> get(const UserInOut<T>& from, size_t index = 0) {
  return get(from.in(), index);
}
template <typename T>
ErrnoOr<> put(const UserOut<T>& to, const T& value, size_t index = 0) {
  return fault_of(to.write(value, index));
}
template <typename T>
ErrnoOr<> put(const UserInOut<T>& to, const T& value, size_t index = 0) {
  return fault_of(to.write(value, index));
}
// The same where the pointer may be null, and then there is nothing to do.
template <typename T>
ErrnoOr<> put_if(const UserOut<T>& to, const T& value) {
  if (to.is_null()) return {};
  return put(to, value);
}

// A structure that later versions may enlarge: what the program's is shorter by is zero, what it is
// longer by must be. INVAL: shorter than `least`. TOOBIG, FAULT.
ErrnoOr<> read_growing(UserIn<std::byte> from, size_t size, std::span<std::byte> to, size_t least);
template <typename T>
ErrnoOr<T> read_growing(UserIn<std::byte> from, size_t size, size_t least = sizeof(T)) {
  T value{};
  TRY(read_growing(from, size, std::as_writable_bytes(std::span(&value, 1)), least));
  return value;
}

// Masks and the like that a program gives with their size.
inline constexpr size_t kSignalSetBytes = 8;

}  // namespace jacinth::linux
