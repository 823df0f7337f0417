// Task<T>: a lazily started coroutine, awaited once.
//
// Call and return transfer control symmetrically, so a chain of awaits uses no stack. A frame that
// could not be allocated makes an empty Task; awaiting it yields NO_MEMORY, hence T is Status,
// Result<U>, ErrnoOr<U> or, for the root of an activity alone, void.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "base/result.h"
#include "exec/frame_arena.h"

namespace jacinth::exec {

// The arena of the activity that runs on this CPU; null outside activities.
FrameArena* current_frame_arena();

namespace detail {

// Frames remember where they came from, so that any context may free them.
void* allocate_frame(size_t bytes) noexcept;
void free_frame(void* frame) noexcept;

struct FinalAwaiter {
  bool await_ready() noexcept { return false; }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) noexcept {
    return finished.promise().continuation;
  }
  void await_resume() noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  static void* operator new(size_t bytes) noexcept { return allocate_frame(bytes); }
  static void operator delete(void* frame) noexcept { free_frame(frame); }
  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept {}
};

template <typename T>
struct ValuePromise : PromiseBase {
  std::optional<T> value;
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};
template <>
struct ValuePromise<void> : PromiseBase {
  void return_void() {}
};

}  // namespace detail

template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::ValuePromise<T> {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    static Task get_return_object_on_allocation_failure() { return Task(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool allocated() const { return static_cast<bool>(handle_); }
  bool done() const { return handle_ && handle_.done(); }
  Handle handle() const { return handle_; }

  auto operator co_await() && {
    static_assert(!std::is_void_v<T>, "a task without a result could not report NO_MEMORY");
    struct Awaiter {
      Task task;
      bool await_ready() { return !task.handle_; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
        task.handle_.promise().continuation = caller;
        return task.handle_;
      }
      T await_resume() {
        if (!task.handle_) return NoMemoryFor<T>::value();
        T result = std::move(*task.handle_.promise().value);
        // The frame goes now, not at the end of the caller's full expression: frames are LIFO.
        task = Task();
        return result;
      }
    };
    return Awaiter{std::move(*this)};
  }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  Handle handle_;
};

// The outcome of a call that may have to wait: there already, or the task that will bring it.
// Calls that can often end at once are plain functions returning this, so the fast path has no
// frame.
template <typename T>
class [[nodiscard]] Eventually {
 public:
  Eventually(T value) : value_(std::move(value)) {}
  Eventually(Task<T> task) : task_(std::move(task)) {}
  template <typename U>
    requires std::convertible_to<U, T> && (!std::same_as<std::remove_cvref_t<U>, Eventually>) &&
             (!std::same_as<std::remove_cvref_t<U>, Task<T>>) &&
             (!std::same_as<std::remove_cvref_t<U>, T>)
  Eventually(U&& value) : value_(std::forward<U>(value)) {}

  bool ready() const { return value_.has_value(); }
  T& value() { return *value_; }
  Task<T>& task() { return task_; }

  auto operator co_await() && {
    struct Awaiter {
      Eventually self;
      decltype(std::declval<Task<T>>().operator co_await()) inner =
          std::move(self.task_).operator co_await();
      bool await_ready() { return self.ready() || inner.await_ready(); }
      auto await_suspend(std::coroutine_handle<> caller) { return inner.await_suspend(caller); }
      T await_resume() {
        if (self.ready()) return std::move(*self.value_);
        return inner.await_resume();
      }
    };
    return Awaiter{std::move(*this)};
  }

 private:
  std::optional<T> value_;
  Task<T> task_;
};

}  // namespace jacinth::exec
