// Threads of the test program itself.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <new>
#include <utility>

#include "lib/handle.h"

namespace core {

using user::Handle;

// A thread that runs a function object once. Other than a user::Thread it may be left unstarted,
// and its stack outlives it: a test may suspend or kill it through handle(); what the function
// object owns then stays, so it should capture references only.
class Thread {
 public:
  Thread() = default;
  template <typename F>
  explicit Thread(F body) : body_(new Body<F>(std::move(body))) {
    create();
    start();
  }
  Thread(Thread&& other) noexcept { *this = std::move(other); }
  Thread& operator=(Thread&& other) noexcept;
  ~Thread() { join(); }

  // One that is not started yet.
  template <typename F>
  static Thread unstarted(F body) {
    Thread thread;
    thread.body_ = new Body<F>(std::move(body));
    thread.create();
    return thread;
  }
  zx_status_t start();

  zx_handle_t handle() const { return handle_.get(); }
  // Waits for its end and frees its stack. A thread that was never started is killed.
  void join();

 private:
  struct BodyBase {
    virtual void run() = 0;
    virtual ~BodyBase() = default;
  };
  template <typename F>
  struct Body final : BodyBase {
    explicit Body(F f) : function(std::move(f)) {}
    void run() override { function(); }
    F function;
  };
  [[noreturn]] static void enter(BodyBase* body);
  void create();

  BodyBase* body_ = nullptr;
  Handle handle_;
  std::byte* stack_ = nullptr;
  bool started_ = false;
};

// Waits until a thread is in this state (ZX_THREAD_STATE_…): a test does so before it acts on a
// thread that is to be blocked. The watchdog ends waiting in vain.
void await_state(zx_handle_t thread, uint32_t state);
uint32_t state_of(zx_handle_t thread);

// Waits for the thread or process to end.
void await_end(zx_handle_t task);

}  // namespace core
