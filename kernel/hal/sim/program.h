// User programs as coroutines written in the test:
//
//     sim::UserProgram hello(sim::User& user, uint64_t arg0, uint64_t arg1) {
//       uint64_t status = co_await user.syscall(kSyscallNumber, arg0, 7);
//       co_await user.write<uint32_t>(VirtAddr{arg1}, static_cast<uint32_t>(status));
//     }
//     VirtAddr pc = machine.add_program(hello);
//
// What a program does to the machine happens only at its co_awaits. Each is one user instruction:
// it may stop before it for an interrupt, fault and be tried again, or enter the kernel.
#pragma once

#include <coroutine>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/units.h"
#include "hal/user.h"
#include "hal/x86_common/traps.h"

namespace jacinth::sim {

class User;

// One instruction of a user program.
class UserInstruction {
 public:
  // Tries to execute it. Null: done, the program goes on. Otherwise why the program stops.
  virtual std::optional<hal::UserExit> step(User& user) = 0;
  // Whether the instruction is tried again after the stop (a fault) or has been done by it (a
  // call).
  virtual bool done_by_stopping() const { return false; }

 protected:
  ~UserInstruction() = default;
};

// A user program's function, or a part of one: another user function may co_await it.
template <typename T>
class [[nodiscard]] UserTask;
using UserProgram = UserTask<void>;
using UserProgramFunction = std::function<UserProgram(User&, uint64_t, uint64_t)>;

// The virtual CPU as its user program sees it. The register file is the UserContext's.
class User {
 public:
  explicit User(hal::UserContext& context) : context_(context) {}

  // A system call of up to 8 arguments; its result.
  template <typename... Args>
  auto syscall(uint64_t number, Args... args) {
    static_assert(sizeof...(Args) <= kMaxSyscallArgs);
    return SyscallInstruction(*this, number, {argument(args)...});
  }

  template <typename T>
  auto read(VirtAddr from) {
    static_assert(std::is_trivially_copyable_v<T>);
    return ReadInstruction<T>(*this, from);
  }
  template <typename T>
  auto write(VirtAddr to, const std::type_identity_t<T>& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return WriteInstruction<T>(*this, to, value);
  }
  // Jumps to an address: faults unless the page may be executed.
  auto execute(VirtAddr at) { return ExecuteInstruction(*this, at); }
  // Raises the machine's exception `vector`; once the kernel resumes the program, it goes on.
  auto raise(uint32_t vector, uint64_t code = 0, VirtAddr address = {}) {
    return RaiseInstruction(*this, {hal::UserExit::Reason::Exception, hal::Access::None, vector,
                                    code, address, hal::x86::trap_of(vector)});
  }
  // Computes for that long; interrupts arrive in between.
  auto work(Duration span) { return WorkInstruction(*this, span); }

  hal::UserContext& context() { return context_; }

 private:
  friend struct hal::UserContext;
  static constexpr size_t kMaxSyscallArgs = 8;

  template <typename A>
  static uint64_t argument(A value) {
    if constexpr (std::is_pointer_v<A>) {
      return reinterpret_cast<uint64_t>(value);
    } else {
      return static_cast<uint64_t>(value);
    }
  }

  // What co_await does with an instruction: hand it to the CPU and stop until it is done.
  class Awaitable : public UserInstruction {
   public:
    explicit Awaitable(User& user) : user_(user) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> here) {
      user_.leaf_ = here;
      user_.instruction_ = this;
    }
    void await_resume() const {}

   protected:
    ~Awaitable() = default;
    User& user_;
  };

  class SyscallInstruction final : public Awaitable {
   public:
    struct Args {
      uint64_t values[kMaxSyscallArgs];
    };
    SyscallInstruction(User& user, uint64_t number, Args args)
        : Awaitable(user), number_(number), args_(args) {}
    std::optional<hal::UserExit> step(User& user) override;
    bool done_by_stopping() const override { return true; }
    uint64_t await_resume() const;

   private:
    uint64_t number_;
    Args args_;
  };

  // One access of at most a page: all of it or none.
  static std::optional<hal::UserExit> access(VirtAddr at, void* data, size_t bytes,
                                             hal::Access access);

  template <typename T>
  class ReadInstruction final : public Awaitable {
   public:
    ReadInstruction(User& user, VirtAddr from) : Awaitable(user), from_(from) {}
    std::optional<hal::UserExit> step(User&) override {
      return access(from_, &value_, sizeof(T), hal::Access::Read);
    }
    T await_resume() const { return value_; }

   private:
    VirtAddr from_;
    T value_{};
  };

  template <typename T>
  class WriteInstruction final : public Awaitable {
   public:
    WriteInstruction(User& user, VirtAddr to, const T& value)
        : Awaitable(user), to_(to), value_(value) {}
    std::optional<hal::UserExit> step(User&) override {
      return access(to_, &value_, sizeof(T), hal::Access::Write);
    }

   private:
    VirtAddr to_;
    T value_;
  };

  class ExecuteInstruction final : public Awaitable {
   public:
    ExecuteInstruction(User& user, VirtAddr at) : Awaitable(user), at_(at) {}
    std::optional<hal::UserExit> step(User&) override {
      return access(at_, nullptr, 1, hal::Access::Execute);
    }

   private:
    VirtAddr at_;
  };

  class RaiseInstruction final : public Awaitable {
   public:
    RaiseInstruction(User& user, hal::UserExit exit) : Awaitable(user), exit_(exit) {}
    std::optional<hal::UserExit> step(User&) override { return exit_; }
    bool done_by_stopping() const override { return true; }

   private:
    hal::UserExit exit_;
  };

  class WorkInstruction final : public Awaitable {
   public:
    WorkInstruction(User& user, Duration span) : Awaitable(user), left_(span) {}
    std::optional<hal::UserExit> step(User&) override;

   private:
    Duration left_;
  };

  // Executes the program's instructions until one stops it.
  hal::UserExit run(const UserTask<void>& program);

  hal::UserContext& context_;
  std::coroutine_handle<> leaf_;  // the innermost function, stopped at its instruction
  UserInstruction* instruction_ = nullptr;
};

namespace detail {

struct UserPromiseBase {
  std::coroutine_handle<> caller = std::noop_coroutine();
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept {
    struct ToCaller {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept { return caller; }
      void await_resume() noexcept {}
      std::coroutine_handle<> caller;
    };
    return ToCaller{.caller = caller};
  }
  void unhandled_exception() noexcept {}
};
template <typename T>
struct UserPromise : UserPromiseBase {
  std::optional<T> value;
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};
template <>
struct UserPromise<void> : UserPromiseBase {
  void return_void() {}
};

}  // namespace detail

template <typename T>
class [[nodiscard]] UserTask {
 public:
  struct promise_type : detail::UserPromise<T> {
    UserTask get_return_object() {
      return UserTask(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };

  UserTask() = default;
  UserTask(UserTask&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  UserTask& operator=(UserTask&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~UserTask() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_ && handle_.done(); }
  std::coroutine_handle<> handle() const { return handle_; }

  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
    handle_.promise().caller = caller;
    return handle_;
  }
  T await_resume() {
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value);
  }

 private:
  explicit UserTask(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace jacinth::sim
